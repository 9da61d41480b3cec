//! Which files a Kubernetes tool might read, whatever their names and bytes.

use std::borrow::Cow;

use crate::path::Path;
use crate::source::{Content, File, MANIFESTS, Source};

/// Endings of templates that manifests are made from.
const TEMPLATES: [&str; 3] = [".tpl", ".tmpl", ".gotmpl"];

/// Whether tools take a file for manifests by its name.
pub(crate) fn is_manifest(path: &Path) -> bool {
    path.ends_with(&MANIFESTS)
}

/// Whether a file's name says that it is, was or becomes a manifest: `secret.yaml.bak`, `secret.YAML`.
pub(crate) fn could_be_manifest(path: &Path) -> bool {
    let name = String::from_utf8_lossy(path.file_name()).to_ascii_lowercase();
    let named = MANIFESTS.iter().any(|ending| name.contains(ending));
    named || name == "kustomization" || TEMPLATES.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is a template of manifests, so that it need not parse. A folder `templates` makes
/// none: what has nothing to fill in is read as it is.
pub(crate) fn is_template(source: &Source<'_>) -> bool {
    source.text().is_some_and(|text| text.contains("{{"))
}

/// Whether a text could name a field `kind` for any reader: by the word, an escape or a tag.
pub(crate) fn could_be_object(text: &str) -> bool {
    let word = text
        .as_bytes()
        .windows(4)
        .any(|word| word.eq_ignore_ascii_case(b"kind"));
    word || text.contains(['\\', '!', '\u{212a}'])
}

/// Whether a file is the pointer that git LFS leaves in place of a large file.
pub(crate) fn is_lfs_pointer(text: &str) -> bool {
    text.starts_with("version https://git-lfs.github.com/spec/")
}

/// What can be made out of a file that is no UTF-8: every byte that is none left out, and NUL too,
/// so that UTF-16 becomes readable as far as it is ASCII.
pub(crate) fn lossy(file: &File) -> Option<Cow<'_, str>> {
    let Content::Bytes(bytes) = &file.content else {
        return None;
    };
    let chunks = bytes.utf8_chunks().map(|chunk| chunk.valid());
    Some(chunks.flat_map(|text| text.split('\0')).collect())
}
