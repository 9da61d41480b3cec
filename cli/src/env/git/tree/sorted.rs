//! Files in the order of their paths, among which some are found without looking at each.

use std::collections::HashSet;
use std::ops::Range;

use gix_index::extension::Tree as Folder;
use sealsmith_lint::Path;

use super::Id;
use super::listing::Entry;

/// Files in the order of their paths.
pub(crate) trait Sorted {
    /// How many places there are.
    fn len(&self) -> usize;

    /// The path at a place.
    fn path(&self, at: usize) -> &[u8];

    /// The name of the blob at a place; empty where there is none.
    fn blob(&self, at: usize) -> &[u8];

    /// The file at a place; nothing for one that has no content yet, or several.
    fn entry(&self, at: usize) -> Option<Entry>;

    /// The root folder as git last named it, with as many folders below as are still the same.
    fn named(&self) -> Option<&Folder> {
        None
    }
}

impl Sorted for Vec<Entry> {
    fn len(&self) -> usize {
        self.len()
    }

    fn path(&self, at: usize) -> &[u8] {
        self[at].path.as_bytes()
    }

    fn blob(&self, at: usize) -> &[u8] {
        self[at].id.as_ref().map_or(&[], Id::as_bytes)
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        Some(self[at].clone())
    }
}

impl dyn Sorted + '_ {
    /// Finds a file by its path.
    pub(crate) fn find(&self, path: &Path) -> Option<Entry> {
        let at = self.first(0..self.len(), |known| known >= path.as_bytes());
        let found = at < self.len() && self.path(at) == path.as_bytes();
        found.then(|| self.entry(at)).flatten()
    }

    /// The places of paths that start like this.
    pub(crate) fn below(&self, prefix: &[u8]) -> Range<usize> {
        let start = self.first(0..self.len(), |path| path >= prefix);
        start..self.end(start..self.len(), prefix)
    }

    /// Where the paths that start like this end, when the first of the places has such a one.
    pub(super) fn end(&self, places: Range<usize>, prefix: &[u8]) -> usize {
        self.first(places, |path| !path.starts_with(prefix))
    }

    /// The files of a folder, without those of folders in it.
    pub(crate) fn in_folder(&self, folder: &[u8]) -> Vec<Entry> {
        let prefix = below(folder);
        let places = self.items(&prefix).filter_map(|item| match item {
            Place::File(at) => self.entry(at),
            Place::Folder(_) => None,
        });
        places.collect()
    }

    /// The names of the folders whose paths start like this and go on with a name.
    pub(crate) fn folders(&self, prefix: &[u8]) -> Vec<&[u8]> {
        let names = self.items(prefix).filter_map(|item| match item {
            Place::File(_) => None,
            Place::Folder(places) => Some(name(self.path(places.start), prefix.len())),
        });
        names.collect()
    }

    /// The paths of files with one of these contents.
    pub(crate) fn with_content(&self, blobs: &HashSet<Id>) -> Vec<Path> {
        // Most are told apart by a few bits, which is cheaper than a look into the set.
        let blobs: HashSet<&[u8]> = blobs.iter().map(Id::as_bytes).collect();
        let mut starts = [false; 256];
        blobs.iter().for_each(|blob| starts[start(blob)] = true);
        let same = |at: &usize| {
            let blob = self.blob(*at);
            starts[start(blob)] && blobs.contains(blob)
        };
        let files = (0..self.len()).filter(same);
        files.filter_map(|at| Some(self.entry(at)?.path)).collect()
    }

    /// Walks over what stands right below a prefix; each folder is one step, however much it holds.
    pub(super) fn items<'a>(&'a self, prefix: &[u8]) -> Items<'a> {
        Items {
            files: self,
            rest: self.below(prefix),
            prefix: prefix.len(),
        }
    }

    // Where the answer is near, as in a small folder, it is found in few steps.
    fn first(&self, places: Range<usize>, is_it: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut step) = (places.start, 1);
        while low + step < places.end && !is_it(self.path(low + step)) {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(places.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match is_it(self.path(middle)) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low
    }
}

/// What stands right below a prefix.
pub(super) enum Place {
    /// A file, or one of the sides of an unresolved one.
    File(usize),
    /// The places of all that a folder holds.
    Folder(Range<usize>),
}

/// A walk over what stands right below a prefix.
pub(super) struct Items<'a> {
    files: &'a dyn Sorted,
    rest: Range<usize>,
    prefix: usize,
}

impl<'a> Items<'a> {
    /// Starts in a folder of which the places are known.
    pub(super) fn of(files: &'a dyn Sorted, places: Range<usize>, prefix: usize) -> Self {
        Self {
            files,
            rest: places,
            prefix,
        }
    }
}

impl Iterator for Items<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        let at = self.rest.clone().next()?;
        let path = self.files.path(at);
        let folder = self.prefix + name(path, self.prefix).len();
        if folder >= path.len() {
            self.rest.start += 1;
            return Some(Place::File(at));
        }
        let end = self.files.end(self.rest.clone(), &path[..=folder]);
        self.rest.start = end.max(at + 1);
        Some(Place::Folder(at..self.rest.start))
    }
}

/// The name in a path that starts at a byte.
pub(super) fn name(path: &[u8], start: usize) -> &[u8] {
    let rest = path.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'/');
    &rest[..end.unwrap_or(rest.len())]
}

/// What the paths of all that is in a folder start with.
fn below(folder: &[u8]) -> Vec<u8> {
    match folder {
        [] => Vec::new(),
        folder => [folder, b"/"].concat(),
    }
}

fn start(blob: &[u8]) -> usize {
    blob.first().copied().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use sealsmith_lint::source::Mode;

    use super::*;

    fn files(paths: &[&str]) -> Vec<Entry> {
        let entry = |(blob, path): (u8, &&str)| Entry {
            path: Path::from(*path),
            mode: Mode::Regular,
            id: Id::from_bytes(&[blob / 2; 20]),
            skipped: false,
        };
        (0..).zip(paths).map(entry).collect()
    }

    #[test]
    fn what_is_looked_for_is_what_a_look_at_each_finds() {
        let all = files(&["a", "a-b", "a.b/c", "a/b/c", "a/b/d/e", "a/b0", "a0/x", "z"]);
        let sorted: &dyn Sorted = &all;
        for entry in &all {
            assert_eq!(sorted.find(&entry.path).as_ref(), Some(entry));
        }
        for absent in ["", "a/b", "a/b/", "b", "zz"] {
            assert_eq!(sorted.find(&Path::from(absent)), None);
        }
        for prefix in ["", "a", "a/", "a/b", "a/b/", "b", "z", "zz"] {
            let looked =
                (0..all.len()).filter(|at| all[*at].path.as_bytes().starts_with(prefix.as_bytes()));
            let found = sorted.below(prefix.as_bytes());
            assert_eq!(found.collect::<Vec<_>>(), looked.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_folder_has_files_and_folders_and_copies_are_found_anywhere() {
        let all = files(&["a/b/c", "a/b/d/e", "a/b0", "a/f", "a0/x", "z"]);
        let sorted: &dyn Sorted = &all;
        let names = |entries: Vec<Entry>| -> Vec<String> {
            let paths = entries.iter().map(|entry| entry.path.to_string());
            paths.collect()
        };
        assert_eq!(names(sorted.in_folder(b"a")), ["a/b0", "a/f"]);
        assert_eq!(names(sorted.in_folder(b"")), ["z"]);
        assert_eq!(sorted.folders(b"a/"), [b"b"]);
        assert_eq!(sorted.folders(b""), [&b"a"[..], b"a0"]);
        let blobs = HashSet::from([all[2].id.unwrap()]);
        assert_eq!(
            sorted.with_content(&blobs),
            [Path::from("a/b0"), Path::from("a/f")]
        );
    }
}
