//! Files that hold what opens something, and nothing else: key files, `.env` files, kubeconfigs and
//! backups of the controller's key.

mod env_file;
mod key_backup;
mod key_file;
mod kubeconfig;

use std::ops::Range;

use crate::policy::Severity;
use crate::source::Source;

/// Something in a file that opens something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Material {
    /// What it is, with its article.
    pub(crate) what: String,
    /// What whoever has it can do.
    pub(crate) note: &'static str,
    /// `namespace/name` of an object, or the name of a user.
    pub(crate) object: String,
    /// The field, when it stands in one.
    pub(crate) field: String,
    /// Where it stands; the file as a whole without it.
    pub(crate) at: Option<Range<usize>>,
    /// Whether that is certain.
    pub(crate) severity: Severity,
}

/// Returns what a file holds.
pub(crate) fn materials(source: &Source<'_>) -> Vec<Material> {
    let mut found = key_backup::find(source);
    found.extend(kubeconfig::find(source));
    found.extend(env_file::find(source));
    found.extend(key_file::find(source));
    found
}

/// Whether a file holds such a thing for certain, so that nothing else has to be said of its texts.
pub(crate) fn is_certain(source: &Source<'_>) -> bool {
    materials(source)
        .iter()
        .any(|material| material.severity == Severity::Error)
}

/// The name of a file, in small letters.
fn file_name(source: &Source<'_>) -> String {
    String::from_utf8_lossy(source.path().file_name()).to_ascii_lowercase()
}
