//! Sealsmith for the browser page: it seals and never unseals.
//!
//! Translation only: what a function does is in `sealsmith-core`, built without its feature `unseal`. Structured
//! results cross over as JSON text, and every error is a [`Problem`] that the page gets as JSON.
//!
//! Plaintext comes in as `Uint8Array`, whose copy in here is wiped as soon as it is sealed. The caller
//! wipes its own.

#![forbid(unsafe_code)]

mod certificates;
mod code;
mod draft;
mod edit;
mod inspect;
mod json;
mod problem;
mod sealer;
mod warnings;

pub use certificates::read_certificates;
pub use draft::Draft;
pub use edit::Edit;
pub use inspect::inspect;
pub use problem::Problem;
pub use sealer::Sealer;
pub use warnings::{check_name, warnings};
