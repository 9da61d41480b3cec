//! The namespaces and names of a run, among which a value that does not open may have been sealed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::reseal::{Problem, Value, Verdict};
use sealsmith_lint::Layout;

use crate::manifest_file::ManifestFile;
use crate::opening::{namespaces_of, places};

/// Namespaces and names of the whole run, collected when the first value does not open.
pub(crate) struct Known<'a> {
    files: &'a [PathBuf],
    layout: &'a Layout,
    places: OnceLock<BTreeSet<(String, String)>>,
}

impl<'a> Known<'a> {
    /// Takes all files of the run; none is read before it has to be.
    pub(crate) fn new(files: &'a [PathBuf], layout: &'a Layout) -> Self {
        Self {
            files,
            layout,
            places: OnceLock::new(),
        }
    }

    /// Where a value of this file may have been sealed for: every place of the run, and this file's
    /// names in every namespace and the reverse, which is what a moved or renamed file leaves behind.
    pub(crate) fn candidates(&self, path: &Path, stream: &Stream) -> Vec<(String, String)> {
        let all = self.places.get_or_init(|| self.collect());
        let namespaces = namespaces_of(self.layout, &path.to_string_lossy());
        let own = places(path, stream, &namespaces);
        let names: BTreeSet<&String> = own.iter().map(|(_, name)| name).collect();
        let namespaces: BTreeSet<&String> = own.iter().map(|(namespace, _)| namespace).collect();
        let moved = all.iter().flat_map(|(namespace, _)| {
            names
                .iter()
                .map(move |name| (namespace.clone(), (*name).clone()))
        });
        let renamed = all.iter().flat_map(|(_, name)| {
            namespaces
                .iter()
                .map(move |namespace| ((*namespace).clone(), name.clone()))
        });
        own.iter()
            .cloned()
            .chain(all.iter().cloned())
            .chain(moved)
            .chain(renamed)
            .collect()
    }

    fn collect(&self) -> BTreeSet<(String, String)> {
        let files = self
            .files
            .iter()
            .filter_map(|path| ManifestFile::read(path).ok());
        files.flat_map(|file| places_of(file.stream())).collect()
    }
}

fn places_of(stream: &Stream) -> BTreeSet<(String, String)> {
    let secrets = sealed_secrets(stream).unwrap_or_default();
    secrets
        .iter()
        .map(|secret| (secret.namespace().to_owned(), secret.name().to_owned()))
        .collect()
}

/// Whether it takes other names to say more about a value, because its key fits.
pub(crate) fn needs_names(value: &Value) -> bool {
    let Verdict::Failed(problem) = &value.verdict else {
        return false;
    };
    matches!(&**problem, Problem::NotOpened { explanation, .. } if explanation.label_hash.is_some())
}
