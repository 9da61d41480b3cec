//! Files that a change could clash with, found without reading the rest of the repository.

use std::collections::{BTreeSet, HashSet};

use sealsmith_lint::{Layout, Path};

use crate::env::git::tree::{Entry, Tree};

/// Finds the files to compare others with: those in the same folder, those at the same place of another
/// environment, and those with the same content.
pub(super) fn counterparts(tree: &dyn Tree, changed: &[&Entry], layout: &Layout) -> HashSet<Path> {
    let files = tree.sorted();
    let mut found = HashSet::new();
    let folders: BTreeSet<&[u8]> = changed.iter().map(|entry| entry.path.folder()).collect();
    for folder in folders {
        found.extend(files.in_folder(folder).into_iter().map(|entry| entry.path));
    }
    for entry in changed {
        if let Some(place) = layout.locate(&entry.path.lossy()) {
            found.extend(elsewhere(tree, &entry.path, place.env.as_bytes()));
        }
    }
    let blobs = changed.iter().filter_map(|entry| entry.id).collect();
    found.extend(files.with_content(&blobs));
    for entry in changed {
        found.remove(&entry.path);
    }
    found
}

/// The same path in every other environment: folders beside the one that is named like its own.
fn elsewhere(tree: &dyn Tree, path: &Path, env: &[u8]) -> Vec<Path> {
    let bytes = path.as_bytes();
    let mut found = Vec::new();
    for end in (0..bytes.len()).filter(|at| bytes[*at] == b'/') {
        let start = bytes[..end].iter().rposition(|byte| *byte == b'/');
        let (before, rest) = (&bytes[..start.map_or(0, |at| at + 1)], &bytes[end..]);
        if &bytes[before.len()..end] != env {
            continue;
        }
        for other in tree.sorted().folders(before) {
            // The environment may stand in the file's name too.
            for rest in [rest.to_vec(), replaced(rest, env, other)] {
                found.push(Path::new([before, other, &rest].concat()));
            }
        }
    }
    found.retain(|path| tree.find(path).is_some());
    found
}

fn replaced(text: &[u8], name: &[u8], other: &[u8]) -> Vec<u8> {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let whole = text[at..].starts_with(name)
            && !is_word(at.checked_sub(1).and_then(|before| text.get(before)))
            && !is_word(text.get(at + name.len()));
        if whole {
            out.extend_from_slice(other);
            at += name.len();
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use sealsmith_lint::source::{File, Mode};

    use super::*;
    use crate::env::git::tree::{Id, Sorted};
    use crate::failure::Failure;

    struct Paths(Vec<Entry>);

    impl Tree for Paths {
        fn entries(&self) -> &[Entry] {
            &self.0
        }

        fn sorted(&self) -> &dyn Sorted {
            &self.0
        }

        fn file(&self, _: &Entry) -> Result<Option<File>, Failure> {
            Ok(None)
        }
    }

    fn tree(files: &[(&str, u8)]) -> Paths {
        let mut entries: Vec<_> = files
            .iter()
            .map(|(path, blob)| Entry {
                path: Path::from(*path),
                mode: Mode::Regular,
                id: Id::from_bytes(&[*blob; 20]),
                skipped: false,
            })
            .collect();
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Paths(entries)
    }

    #[test]
    fn neighbours_counterparts_and_copies_are_found_and_nothing_else() {
        let tree = tree(&[
            ("envs/dev/sealed-secrets/app/sealed-x-dev-secret.yaml", 1),
            ("envs/dev/sealed-secrets/app/sealed-y.yaml", 2),
            ("envs/dev/sealed-secrets/app/deep/z.yaml", 3),
            ("envs/dev/sealed-secrets/other/sealed-x.yaml", 4),
            ("envs/prod/sealed-secrets/app/sealed-x-prod-secret.yaml", 5),
            ("envs/prod/sealed-secrets/app/sealed-x-dev-secret.yaml", 6),
            ("envs/prod/sealed-secrets/app/sealed-y.yaml", 7),
            ("elsewhere/copy.yaml", 1),
            ("README.md", 9),
        ]);
        let changed = tree
            .find(&Path::from(
                "envs/dev/sealed-secrets/app/sealed-x-dev-secret.yaml",
            ))
            .unwrap();
        let mut found: Vec<_> = counterparts(&tree, &[&changed], &Layout::default_whitelist())
            .into_iter()
            .map(|path| path.to_string())
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                "elsewhere/copy.yaml",
                "envs/dev/sealed-secrets/app/sealed-y.yaml",
                "envs/prod/sealed-secrets/app/sealed-x-dev-secret.yaml",
                "envs/prod/sealed-secrets/app/sealed-x-prod-secret.yaml",
            ]
        );
    }
}
