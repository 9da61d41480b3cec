//! Real work with a new key: what `aws.probes` of a policy names.
//!
//! One request each, so signing it with `aws-sigv4` is less than a service crate of the SDK would be.

mod ecr;
mod place;
mod s3;
mod signed;

use aws_sdk_sts::config::Credentials;

use self::signed::Sender;
use super::account::Account;
use super::connect::Endpoints;
use super::problem::Problem;

/// The new key with all that it takes to sign requests.
pub(super) struct Probes<'a> {
    sender: Sender<'a>,
    region: &'a str,
    endpoints: &'a Endpoints,
}

impl<'a> Probes<'a> {
    pub(super) fn new(account: &'a Account, credentials: &'a Credentials) -> Result<Self, Problem> {
        Ok(Self {
            sender: Sender::new(credentials, account.deadlines)?,
            region: account.region(),
            endpoints: &account.endpoints,
        })
    }
}
