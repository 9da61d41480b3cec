//! Manifests: what a file holds, and edits that keep everything else byte for byte.
//!
//! A file is read once into a [`tree::Stream`] whose nodes know their byte range. Readers
//! ([`document`], [`secret`], [`sealed_secret`]) look at that tree; [`edit`] splices bytes and then
//! proves, by parsing the result again, that only the intended nodes differ. [`amendment`] puts new values into
//! a SealedSecret that way. [`build`] makes new manifests and [`value`] writes them in kubeseal's layout.

pub mod amendment;
pub mod build;
pub mod document;
pub mod edit;
pub mod json;
mod places;
pub mod resolve;
pub mod sealed_secret;
pub mod secret;
pub mod tree;
pub mod value;
mod write_scalar;
pub mod write_yaml;
pub mod yaml;
