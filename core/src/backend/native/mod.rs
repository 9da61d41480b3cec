//! AWS-LC: several times as fast, for native targets and RSA keys of 2048 to 8192 bits.
//!
//! Its OAEP draws the seed from AWS-LC's own generator, so equal randomness from the caller gives equal
//! session keys here, but never equal wrapped keys.

mod seal;
#[cfg(feature = "unseal")]
mod unseal;

pub(crate) use seal::{WrappingKey, encrypt};
#[cfg(feature = "unseal")]
pub(crate) use unseal::{UnwrappingKey, decrypt};

use aws_lc_rs::aead::Nonce;

/// The format's nonce; the session key makes it unique (see [`super`]).
fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
