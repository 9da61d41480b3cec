//! Pure Rust: runs everywhere, and takes all its randomness from the caller.

mod seal;
#[cfg(feature = "unseal")]
mod unseal;

pub(crate) use seal::{WrappingKey, encrypt};
#[cfg(feature = "unseal")]
pub(crate) use unseal::{UnwrappingKey, decrypt};
