//! Two ways to do the same arithmetic: portable Rust, and AWS-LC at native speed.
//!
//! Both offer a key to wrap with, a key to unwrap with, and AES-GCM in place. Failure is `None`: what
//! went wrong inside is nobody's business, and the callers know what they asked for.
//!
//! The GCM nonce is always zero. That is safe because a session key is drawn at random for one value
//! and never used again, so no pair of key and nonce repeats (FORMAT.md, F4).

#[cfg(feature = "native")]
pub(crate) mod native;
pub(crate) mod portable;
