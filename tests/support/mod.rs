//! What the tests of the binary share: a clean environment, real git repositories, throw-away keys, the real kubeseal, a Slack.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod judge;
pub(crate) mod keys;
pub(crate) mod program;
pub(crate) mod random;
pub(crate) mod repository;
pub(crate) mod secret;
pub(crate) mod slack;
