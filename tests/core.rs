//! The sealed format against vectors and properties, on every backend of the build.

#![allow(
    clippy::unwrap_used,
    reason = "a test may fail where it stands, in helpers too"
)]

#[path = "core/certificates.rs"]
mod certificates;
#[path = "core/fixed.rs"]
mod fixed;
#[path = "core/hostile.rs"]
mod hostile;
#[path = "core/key_files.rs"]
mod key_files;
#[path = "core/keys.rs"]
mod keys;
#[path = "core/kubeseal.rs"]
mod kubeseal;
#[path = "core/refused.rs"]
mod refused;
#[path = "core/round_trip.rs"]
mod round_trip;
