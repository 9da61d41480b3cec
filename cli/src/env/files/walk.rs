//! Finding manifests in a folder.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::is_leftover;
use crate::failure::Failure;
use crate::ui::shown;

/// Lists every `*.yaml`, `*.yml` and `*.json` file below a folder, sorted by path.
///
/// Symlinked folders are not entered, so a walk ends and stays inside; `.git` is left out.
pub(crate) fn manifests_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    files_in(folder, &["yaml", "yml", "json"])
}

/// Lists every file with one of these extensions as [`manifests_in`] does.
pub(crate) fn files_in(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        list(&folder, extensions, &mut found, &mut folders).map_err(|error| {
            Failure::could_not(format!("cannot list {}", shown(&folder))).because(error)
        })?;
    }
    found.sort();
    Ok(found)
}

fn list(
    folder: &Path,
    extensions: &[&str],
    found: &mut Vec<PathBuf>,
    folders: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if entry.file_name() != ".git" {
                folders.push(entry.path());
            }
        } else if has_extension(&entry, extensions) {
            found.push(entry.path());
        }
    }
    Ok(())
}

fn has_extension(entry: &DirEntry, extensions: &[&str]) -> bool {
    let path = entry.path();
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
        && !path.is_dir()
        && !is_leftover(&path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn manifests_are_found_in_sorted_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in [
            "b/z.yaml",
            "b/a.json",
            "a.yml",
            "b/c/d.yaml",
            "notes.md",
            ".git/x.yaml",
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "").unwrap();
        }
        let found = manifests_in(root).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(root).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a.yml", "b/a.json", "b/c/d.yaml", "b/z.yaml"]);
    }

    #[test]
    fn symlinked_folders_are_not_entered_and_symlinked_files_are_listed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("real")).unwrap();
        fs::write(root.join("real/a.yaml"), "").unwrap();
        symlink(".", root.join("real/loop")).unwrap();
        symlink("real", root.join("folder.yaml")).unwrap();
        symlink("real/a.yaml", root.join("b.yaml")).unwrap();
        let found = manifests_in(root).unwrap();
        assert_eq!(found, [root.join("b.yaml"), root.join("real/a.yaml")]);
    }

    #[test]
    fn a_missing_folder_says_so() {
        let failure = manifests_in(Path::new("/nowhere")).unwrap_err();
        assert_eq!(failure.message(), "cannot list /nowhere");
    }
}
