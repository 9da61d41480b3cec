//! The sealed format of Bitnami Sealed Secrets, as pure functions.
//!
//! A value is sealed with the controller's [certificate](certificate::Certificate) for one
//! [label](scope::Label), and then only the controller, or whoever holds its private key, can read it. The
//! crate seals, unseals, explains what a sealed value was sealed for, and edits manifests without touching a
//! byte that need not change. It computes only: text, randomness and the time come in as arguments, and it
//! compiles for `wasm32-unknown-unknown`.
//!
//! ```
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! use sealsmith_core::certificate::Certificate;
//! use sealsmith_core::scope::{Label, Scope};
//! use sealsmith_core::seal::SealingKey;
//! # #[cfg(feature = "unseal")]
//! use sealsmith_core::{key_file, unseal::{KeyRing, UnsealingKey}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pem = include_bytes!("../../tests/vectors/kubeseal/keys/rsa2048.crt");
//! # let backup = include_bytes!("../../tests/vectors/kubeseal/keys/rsa2048.key");
//! # let mut rng = ChaCha20Rng::from_seed([0; 32]); // a real caller passes the system's randomness
//! let certificate = Certificate::parse(pem)?;
//! let key = SealingKey::portable(certificate.public_key())?;
//! let label = Label::new(Scope::Strict, "mlops-dev", "airflow");
//! let sealed = key.seal(&mut rng, &label, b"s3cret")?;
//! assert!(sealed.as_str().starts_with("AQ"));
//!
//! # #[cfg(feature = "unseal")] {
//! let keys = key_file::parse(backup)?.keys;
//! let ring = KeyRing::new(vec![UnsealingKey::portable(&keys[0])?]);
//! let opened = ring.unseal(&label, &sealed)?;
//! assert_eq!(opened.plaintext.expose(), b"s3cret");
//! assert_eq!(opened.fingerprint, certificate.fingerprint());
//!
//! // Under another name it stays shut, and the private key can tell why.
//! let moved = Label::new(Scope::Strict, "mlops-dev", "mlflow");
//! assert!(ring.unseal(&moved, &sealed).is_err());
//! assert_eq!(ring.explain(&sealed).label_hash, Some(label.hash()));
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! Two backends do the cryptography behind the same functions, and the caller chooses. The portable one runs
//! everywhere, takes all randomness from its caller and knows keys of 1024 to 16384 bits; the native one
//! (feature `native`, AWS-LC) is several times as fast for keys of 2048 to 8192 bits. Feature `unseal`
//! holds everything that needs a private key; the browser page is built without it.
//!
//! The bytes and their rules are numbered in `FORMAT.md` beside the manifest of this crate.

#![forbid(unsafe_code)]

mod backend;
pub mod certificate;
pub mod draft;
pub mod envelope;
pub mod fingerprint;
mod go_base64;
#[cfg(feature = "unseal")]
pub mod key_file;
pub mod manifest;
pub mod name;
#[cfg(feature = "unseal")]
mod oaep;
mod pem;
#[cfg(feature = "unseal")]
pub mod private_key;
pub mod public_key;
#[cfg(feature = "unseal")]
pub mod reencrypt;
#[cfg(feature = "unseal")]
pub mod reseal;
pub mod scope;
pub mod seal;
pub mod sealed;
pub mod secret;
pub mod suspicion;
#[cfg(feature = "unseal")]
pub mod template;
pub mod text;
#[cfg(feature = "unseal")]
pub mod unseal;
mod x509;
