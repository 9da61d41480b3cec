//! Where in a repository a path leads that a person typed.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use crate::failure::Failure;
use crate::ui::shown;

/// Returns a path as git has it: bytes below the root. The last part may be a link, or missing.
pub(crate) fn path(path: &Path, cwd: &Path, root: &Path) -> Result<Vec<u8>, Failure> {
    let full = plain(&cwd.join(path));
    let real = match (full.parent(), full.file_name()) {
        // The last part may be a link, which is what git tracks.
        (Some(folder), Some(name)) => real(folder).join(name),
        _ => full,
    };
    let below = real.strip_prefix(root).map_err(|_| {
        Failure::could_not(format!("{} is outside the repository", shown(path)))
            .hint(format!("its root is {}", shown(root)))
    })?;
    Ok(below.as_os_str().as_bytes().to_vec())
}

/// Returns the folder with its links followed, as far up as it exists.
pub(crate) fn real(folder: &Path) -> PathBuf {
    for existing in folder.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize(), folder.strip_prefix(existing)) {
            return real.join(rest);
        }
    }
    folder.to_owned()
}

/// A path without `.` and `..`, whether or not it exists.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_seen_from_where_it_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("envs/dev")).unwrap();
        std::os::unix::fs::symlink("envs/dev", root.join("short")).unwrap();
        let cwd = root.join("envs");
        for (typed, expected) in [
            ("dev/a.yaml", "envs/dev/a.yaml"),
            ("./dev/", "envs/dev"),
            ("../b.yaml", "b.yaml"),
            ("..", ""),
            ("../short/a.yaml", "envs/dev/a.yaml"),
            ("../short", "short"),
            ("new/deep/a.yaml", "envs/new/deep/a.yaml"),
        ] {
            let found = path(typed.as_ref(), &cwd, &root).unwrap();
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{typed}");
        }
        let failure = path("../../x".as_ref(), &cwd, &root).unwrap_err();
        assert!(failure.message().ends_with("is outside the repository"));
    }
}
