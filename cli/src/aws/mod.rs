//! AWS: the access keys of one IAM user, read and changed with an operator's credentials, and proven with nothing but themselves.
//!
//! `CreateAccessKey` is sent once, whatever happens: it has no token that would make a second call harmless, and a repeated one leaves a
//! second key whose secret nobody holds. The SDK repeats it by itself (measured), so its retries are off everywhere; what may be
//! repeated, and how often, is said in `action.rs` and `patience.rs` alone. Secrets are in no error, since an error holds only what
//! `problem/` takes into it, never an SDK value's `Debug`.

mod account;
mod action;
mod bearer;
mod connect;
mod identity;
mod key;
mod patience;
mod policy_document;
mod probe;
mod problem;
mod retire;
pub(crate) mod rotation;
#[cfg(test)]
mod tests;

pub(crate) use account::Account;
pub(crate) use identity::Identity;
pub(crate) use key::{AccessKey, AccessKeyId, NewKey, Status};
pub(crate) use policy_document::policy_document;
