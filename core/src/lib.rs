//! The sealed format of Bitnami Sealed Secrets, as pure functions.

#![forbid(unsafe_code)]

mod backend;
pub mod certificate;
pub mod envelope;
pub mod fingerprint;
mod go_base64;
pub mod manifest;
pub mod name;
#[cfg(feature = "unseal")]
mod oaep;
mod pem;
#[cfg(feature = "unseal")]
pub mod private_key;
pub mod public_key;
pub mod scope;
pub mod seal;
pub mod sealed;
pub mod secret;
pub mod text;
#[cfg(feature = "unseal")]
pub mod unseal;
