//! `.gitattributes`, as far as it makes a checkout differ from what is committed (gitattributes(5)).

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use globset::{GlobBuilder, GlobMatcher};
use sealsmith_lint::Path;
use sealsmith_lint::source::Content;

use super::Tree;
use super::snapshot::joined;
use crate::failure::Failure;

const FILE: &[u8] = b".gitattributes";
/// The attributes that change content on its way between git and the disk.
const NAMES: [&str; 2] = ["filter", "working-tree-encoding"];

/// The attributes of a tree's files that change content.
#[derive(Default)]
pub(crate) struct Attributes {
    lines: Vec<Line>,
}

/// One line: which paths it is for, and what it sets; an attribute without a value is unset.
struct Line {
    folder: Vec<u8>,
    anchored: bool,
    pattern: GlobMatcher,
    settings: Vec<(&'static str, Option<String>)>,
}

impl Attributes {
    /// Reads every `.gitattributes` of a tree that speaks of one of these files.
    pub(crate) fn of<'p>(
        tree: &dyn Tree,
        paths: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Self, Failure> {
        let mut attributes = Self::default();
        let mut macros = BTreeMap::new();
        // What stands deeper counts more.
        for (_, folder) in folders(paths) {
            let path = Path::new(joined(folder, FILE));
            if let Some(Content::Bytes(bytes)) = tree.at(&path)?.map(|file| file.content) {
                let text = String::from_utf8_lossy(&bytes);
                attributes.read(folder, &text, &mut macros);
            }
        }
        Ok(attributes)
    }

    /// The attributes of a file that change its content, as `filter=lfs`.
    pub(crate) fn of_file(&self, path: &Path) -> Vec<String> {
        let mut set = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.is_for(path)) {
            set.extend(line.settings.iter().map(|(name, value)| (*name, value)));
        }
        set.into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)))
            .collect()
    }

    fn read(&mut self, folder: &[u8], text: &str, macros: &mut BTreeMap<String, Vec<Setting>>) {
        for line in text.lines().map(str::trim_start) {
            if let Some(definition) = line.strip_prefix("[attr]") {
                let mut words = definition.split_whitespace();
                let name = words.next().unwrap_or_default().to_owned();
                macros.insert(name, settings(words, &BTreeMap::new()));
            } else if let Some((pattern, rest)) = pattern(line) {
                let settings = settings(rest.split_whitespace(), macros);
                self.lines.extend(Line::new(folder, &pattern, settings));
            }
        }
    }
}

type Setting = (&'static str, Option<String>);

impl Line {
    fn new(folder: &[u8], pattern: &str, settings: Vec<Setting>) -> Option<Self> {
        let rooted = pattern.strip_prefix('/');
        let anchored = rooted.is_some() || pattern.contains('/');
        let glob = GlobBuilder::new(&without_alternatives(rooted.unwrap_or(pattern)))
            .literal_separator(true)
            .backslash_escape(true)
            .build();
        (!settings.is_empty()).then_some(Self {
            folder: folder.to_owned(),
            anchored,
            pattern: glob.ok()?.compile_matcher(),
            settings,
        })
    }

    fn is_for(&self, path: &Path) -> bool {
        let below = match self.folder.as_slice() {
            [] => Some(path.as_bytes()),
            folder => path
                .as_bytes()
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix(b"/")),
        };
        let text = match (below, self.anchored) {
            (None, _) => return false,
            (Some(below), true) => below,
            (Some(_), false) => path.file_name(),
        };
        self.pattern.is_match(OsStr::from_bytes(text))
    }
}

/// Splits a line into its pattern, which may stand in quotes, and the rest.
fn pattern(line: &str) -> Option<(String, &str)> {
    if line.is_empty() || line.starts_with(['#', '!']) {
        return None;
    }
    let Some(quoted) = line.strip_prefix('"') else {
        let (pattern, rest) = line.split_once(char::is_whitespace)?;
        return Some((pattern.to_owned(), rest));
    };
    let mut pattern = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((pattern, &quoted[at + 1..])),
            '\\' => pattern.extend(chars.next().map(|(_, c)| c)),
            c => pattern.push(c),
        }
    }
    None
}

fn settings<'a>(
    words: impl Iterator<Item = &'a str>,
    macros: &BTreeMap<String, Vec<Setting>>,
) -> Vec<Setting> {
    let mut found = Vec::new();
    for word in words {
        if let Some(meant) = macros.get(word) {
            found.extend(meant.iter().cloned());
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.trim_start_matches(['-', '!']), None),
        };
        let known = NAMES.into_iter().find(|known| *known == name);
        found.extend(known.map(|name| (name, value)));
    }
    found
}

// Git knows no `{a,b}`.
fn without_alternatives(pattern: &str) -> String {
    pattern.replace('{', "[{]").replace('}', "[}]")
}

/// The folders of files and those around them, each with its depth, by which they are sorted.
fn folders<'p>(paths: impl IntoIterator<Item = &'p Path>) -> BTreeSet<(usize, &'p [u8])> {
    let mut found = BTreeSet::new();
    for path in paths {
        let mut folder = path.folder();
        // Where one is known, so are those around it.
        while found.insert((depth(folder), folder)) && !folder.is_empty() {
            let slash = folder.iter().rposition(|byte| *byte == b'/');
            folder = &folder[..slash.unwrap_or(0)];
        }
    }
    found
}

fn depth(folder: &[u8]) -> usize {
    match folder {
        [] => 0,
        folder => 1 + folder.iter().filter(|byte| **byte == b'/').count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Attributes {
        let mut attributes = Attributes::default();
        let mut macros = BTreeMap::new();
        for (folder, text) in files {
            attributes.read(folder.as_bytes(), text, &mut macros);
        }
        attributes
    }

    fn of(attributes: &Attributes, path: &str) -> String {
        attributes.of_file(&Path::from(path)).join(" ")
    }

    #[test]
    fn a_later_or_deeper_line_counts_more() {
        let attributes = read(&[
            (
                "",
                "*.yaml filter=one\n/envs/** filter=two\n*.json -filter\n",
            ),
            ("envs/dev", "*.yaml working-tree-encoding=UTF-16 !filter\n"),
        ]);
        assert_eq!(of(&attributes, "a/b.yaml"), "filter=one");
        assert_eq!(of(&attributes, "envs/prod/b.yaml"), "filter=two");
        assert_eq!(
            of(&attributes, "envs/dev/x/b.yaml"),
            "working-tree-encoding=UTF-16"
        );
        assert_eq!(of(&attributes, "a.json"), "");
    }

    #[test]
    fn macros_quotes_and_braces_are_read_as_git_reads_them() {
        let attributes = read(&[(
            "",
            "[attr]crypt filter=git-crypt diff=git-crypt\n\"a b.yaml\" crypt\n{x,y}.yaml crypt\n# *.yaml crypt\n",
        )]);
        assert_eq!(of(&attributes, "x/a b.yaml"), "filter=git-crypt");
        assert_eq!(of(&attributes, "{x,y}.yaml"), "filter=git-crypt");
        assert_eq!(of(&attributes, "x.yaml"), "");
    }
}
