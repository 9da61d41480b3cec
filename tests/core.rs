//! The sealed format against vectors and properties, on every backend there is.

#[path = "core/keys.rs"]
mod keys;
#[path = "core/kubeseal.rs"]
mod kubeseal;
