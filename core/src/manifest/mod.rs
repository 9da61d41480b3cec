//! Manifests: what a file holds, and edits that keep everything else byte for byte.
//!
//! A file is read once into a [`tree::Stream`] whose nodes know their byte range. Readers look at
//! that tree; an edit splices bytes and then proves, by parsing the result again, that only the
//! intended nodes differ. New manifests are written in kubeseal's layout.

pub mod json;
pub mod tree;
pub mod yaml;
