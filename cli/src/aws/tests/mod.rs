//! Against a server that answers as planned, and, where that is installed, against moto.

mod chain;
mod changes;
mod moto_calls;
mod moto_faults;
mod moto_keys;
mod moto_probes;
mod probes;
mod proof;
mod reads;
mod stand_in;

#[path = "../../../../tests/support/moto.rs"]
mod moto;

use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_sts::config::{Credentials, ProvideCredentials};
use zeroize::Zeroizing;

use super::account::{Account, runtime};
use super::connect::{Deadlines, Endpoints};
use super::key::{AccessKeyId, NewKey};
use super::patience::Patience;
use super::problem::Problem;
use crate::failure::Failure;

/// How often a call that may be repeated is sent in these tests.
const TRIES: usize = 4;
const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A hang ends in this time; nothing is measured with it.
const GUARD: Duration = Duration::from_secs(20);

fn patience() -> Patience {
    Patience {
        tries: u32::try_from(TRIES).unwrap(),
        first: Duration::from_millis(4),
        longest: Duration::from_millis(20),
    }
}

/// An account at an endpoint, with an operator's key.
fn account(endpoint: &str, id: &str, secret: &str) -> Account {
    account_that_waits(endpoint, id, secret, GUARD)
}

/// The same, with so much time for an answer.
fn account_that_waits(endpoint: &str, id: &str, secret: &str, answer: Duration) -> Account {
    let deadlines = deadlines(answer);
    let operator = Credentials::new(id, secret, None, None, "test");
    account_of(endpoint, operator, deadlines)
}

fn deadlines(answer: Duration) -> Deadlines {
    Deadlines {
        log_in: GUARD,
        connect: GUARD,
        answer,
        answer_to_create: answer,
    }
}

/// The same, with credentials from anywhere.
fn account_of(
    endpoint: &str,
    operator: impl ProvideCredentials + 'static,
    deadlines: Deadlines,
) -> Account {
    let runtime = runtime().unwrap();
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(operator)
        .identity_cache(deadlines.credentials())
        .endpoint_url(endpoint)
        .timeout_config(deadlines.of(deadlines.answer))
        .disable_clock_skew_correction(true);
    let sdk = runtime.block_on(loader.load());
    let endpoints = Endpoints {
        s3: Some(endpoint.to_owned()),
        ecr: Some(endpoint.to_owned()),
    };
    Account::new(runtime, sdk, endpoints, deadlines, patience())
}

fn key_id(text: &str) -> AccessKeyId {
    AccessKeyId::parse(text).unwrap()
}

fn new_key(id: &str, secret: &str) -> NewKey {
    NewKey::new(key_id(id), Zeroizing::new(secret.to_owned())).unwrap()
}

/// Everything that could be printed of a problem.
fn rendered(problem: &Problem) -> String {
    let failure = Failure::from(problem.clone());
    format!("{problem} {problem:?} {failure:?}")
}
