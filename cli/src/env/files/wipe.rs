//! Files with secrets that have to go: overwritten before they are removed.
//!
//! Disks that copy on write or level their wear keep old blocks all the same; encryption helps there, not this.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use super::open_private;
use super::replace::{abandoned, sync_folder_of};
use crate::failure::Failure;
use crate::ui::shown;

const CHUNK: usize = 4096;

/// A file is written within seconds, so an older temporary one is nobody's, whatever runs under that number now.
const STALE: Duration = Duration::from_secs(3600);

/// Overwrites a private file with zeros and removes it; one that is not there is no failure.
pub(crate) fn wipe(path: &Path) -> Result<(), Failure> {
    let Some(mut file) = open_private(path, OpenOptions::new().write(true))? else {
        return Ok(());
    };
    // Where overwriting fails, removing is still better than nothing.
    let overwritten = overwrite(&mut file);
    let removed = fs::remove_file(path);
    overwritten.and(removed).map_err(|error| {
        Failure::could_not(format!("cannot wipe {}", shown(path))).because(error)
    })?;
    sync_folder_of(path)
}

/// Wipes temporary files in a folder that no process is writing any more; returns how many there were.
pub(crate) fn wipe_leftovers(folder: &Path) -> Result<usize, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => {
            return Err(Failure::could_not(format!("cannot list {}", shown(folder))).because(error));
        }
    };
    let mut wiped = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        if abandoned(&path).is_some_and(|gone| gone || is_old(&path)) {
            wipe(&path)?;
            wiped += 1;
        }
    }
    Ok(wiped)
}

fn overwrite(file: &mut File) -> io::Result<()> {
    let mut left = file.metadata()?.len();
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        file.write_all(&[0; CHUNK][..count])?;
        left -= count as u64;
    }
    file.sync_all()
}

fn is_old(path: &Path) -> bool {
    let modified = path.symlink_metadata().and_then(|found| found.modified());
    // A time in the future is no age at all.
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > STALE))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::SystemTime;

    use super::*;

    fn private(path: &Path, content: &[u8]) {
        fs::write(path, content).unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    }

    #[test]
    fn the_old_bytes_are_overwritten_before_the_name_goes() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        private(&path, &[7; 10_000]);
        // Another name for the same file, to look at it afterwards.
        fs::hard_link(&path, &link).unwrap();
        wipe(&path).unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(&link).unwrap(), [0; 10_000]);
        wipe(&path).unwrap();
    }

    #[test]
    fn leftovers_of_the_dead_and_old_ones_go_and_those_being_written_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let own = std::process::id();
        let path = |name: String| folder.path().join(name);
        let dead = path(format!(".sealsmith-{}-abcdef0123", child.id()));
        let old = path(format!(".sealsmith-{own}-abcdef0124"));
        let young = path(format!(".sealsmith-{own}-abcdef0125"));
        let other = path("key.json".to_owned());
        for path in [&dead, &old, &young, &other] {
            private(path, b"x");
        }
        let long_ago = SystemTime::now() - 2 * STALE;
        let file = OpenOptions::new().write(true).open(&old).unwrap();
        file.set_modified(long_ago).unwrap();
        assert_eq!(wipe_leftovers(folder.path()).unwrap(), 2);
        assert!(!dead.exists() && !old.exists() && young.exists() && other.exists());
        assert_eq!(wipe_leftovers(&path("missing".to_owned())).unwrap(), 0);
    }

    #[test]
    fn a_symlink_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("a"), folder.path().join("b"));
        private(&target, b"precious");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(wipe(&link).is_err());
        assert_eq!(fs::read(&target).unwrap(), b"precious");
    }
}
