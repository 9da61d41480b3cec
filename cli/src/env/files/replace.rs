//! Writing so that a reader, or a crash, sees the old content or the new, never a mixture.
//!
//! The new content goes to a private temporary file in the same folder, reaches the disk, and then
//! takes the place of the old file in one step. When anything fails, the old file is untouched and
//! the temporary one is gone; after a kill, [`remove_leftovers`] clears it.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::Mode;
use tempfile::NamedTempFile;

use super::kind_of;
use crate::failure::Failure;
use crate::ui::shown;

const LEFTOVER: &str = ".sealsmith-";
const PRIVATE: u32 = 0o600;
const PROGRAM: u32 = 0o755;

/// Who may read a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// As before; a new file is readable as the umask allows.
    Public,
    /// The owner alone, whatever the mode was before.
    Private,
    /// Everyone may run it, whatever the mode was before.
    Program,
}

/// Replaces a file's content, or creates the file.
///
/// A symlink survives: its target is replaced. Mode and owner stay. Folders, devices, dangling
/// symlinks and files without write permission are refused.
pub(crate) fn replace(path: &Path, content: &[u8], access: Access) -> Result<(), Failure> {
    replace_by(path, access, |file| file.write_all(content))?;
    sync_folder_of(path)
}

/// Replaces as [`replace`] does, but a crash may still bring the old content back, whole, until
/// [`sync_folder_of`] is called: once for a folder, however many of its files were replaced.
pub(crate) fn replace_unsynced(path: &Path, content: &[u8], access: Access) -> Result<(), Failure> {
    replace_by(path, access, |file| file.write_all(content))
}

/// Makes what was replaced in a file's folder survive a crash.
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), Failure> {
    let synced = resolve(path).and_then(|target| sync_folder(parent(&target)));
    synced.map_err(|error| unwritable(path, error))
}

/// Creates a file that anyone may read; never overwrites.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let created = temporary_in(parent(path)).and_then(|mut file| {
        file.write_all(content)?;
        take_over(file.as_file(), None, Access::Public)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        sync_folder(parent(path))
    });
    created.map_err(|error| not_created(path, error))
}

/// Creates a file that only the owner can read, and its folder at mode 0700; never overwrites.
pub(crate) fn write_new_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    write_new_private_after(path, content, || {})
}

/// As [`write_new_private`]; `written` runs when the content is on the disk and has no name yet.
pub(crate) fn write_new_private_after(
    path: &Path,
    content: &[u8],
    written: impl FnOnce(),
) -> Result<(), Failure> {
    create_private(path, content, written).map_err(|error| not_created(path, error))
}

/// Proves that a folder takes so many bytes: they are written, reach the disk, and go again.
///
/// The bytes are of the caller's choice, since a file system may store zeros in no room at all.
pub(crate) fn try_room(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.close()
}

/// Returns whether a path is a temporary file of this module, left behind by a kill.
pub(crate) fn is_leftover(path: &Path) -> bool {
    leftover_owner(path).is_some()
}

/// Returns whether the process of a temporary file is gone; nothing for other files.
pub(super) fn abandoned(path: &Path) -> Option<bool> {
    leftover_owner(path).map(is_gone)
}

/// Removes temporary files in a folder whose process is gone.
pub(crate) fn remove_leftovers(folder: &Path) {
    // A leftover that cannot be removed does no harm: it is private, and ignored everywhere.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if abandoned(&path) == Some(true) {
            let _ = fs::remove_file(path);
        }
    }
}

fn replace_by(
    path: &Path,
    access: Access,
    fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>,
) -> Result<(), Failure> {
    replace_file(path, access, fill).map_err(|error| unwritable(path, error))
}

fn replace_file(
    path: &Path,
    access: Access,
    fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>,
) -> io::Result<()> {
    let target = resolve(path)?;
    let old = existing(&target)?;
    let folder = parent(&target);
    let mut file = temporary_in(folder)?;
    fill(&mut file)?;
    take_over(file.as_file(), old.as_ref(), access)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

fn take_over(file: &File, old: Option<&Metadata>, access: Access) -> io::Result<()> {
    if let Some(old) = old {
        keep_owner(file, old);
    }
    file.set_permissions(Permissions::from_mode(mode_for(old, access)))
}

fn create_private(path: &Path, content: &[u8], written: impl FnOnce()) -> io::Result<()> {
    let folder = parent(path);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut file = temporary_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    written();
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Follows symlinks of a path whose last part may not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
            Ok(fs::canonicalize(parent(path))?.join(name))
        }
        Err(error) => Err(error),
    }
}

/// Returns the metadata of a plain file that may be written, or nothing when there is no file.
fn existing(target: &Path) -> io::Result<Option<Metadata>> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        let kind = kind_of(metadata.file_type());
        return Err(io::Error::other(format!("it is {kind}")));
    }
    // A rename needs no right on the file itself, so a read-only file would be replaced unnoticed.
    OpenOptions::new().append(true).open(target)?;
    Ok(Some(metadata))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(&format!("{LEFTOVER}{}-", std::process::id()))
        .rand_bytes(10)
        .permissions(Permissions::from_mode(PRIVATE))
        .tempfile_in(folder)
}

fn mode_for(old: Option<&Metadata>, access: Access) -> u32 {
    match (access, old) {
        (Access::Private, _) => PRIVATE,
        (Access::Program, _) => PROGRAM,
        (Access::Public, Some(old)) => old.mode() & 0o7777,
        (Access::Public, None) => 0o644 & !umask(),
    }
}

/// Gives the new file the old one's owner where that is allowed, as for root.
fn keep_owner(file: &File, old: &Metadata) {
    if file
        .metadata()
        .is_ok_and(|new| (new.uid(), new.gid()) != (old.uid(), old.gid()))
    {
        // Without the right to do it, the file belongs to whoever changed it, as with any editor.
        let _ = std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid()));
    }
}

#[allow(clippy::useless_conversion, reason = "a mode is 16 bits wide on macOS")]
fn umask() -> u32 {
    static UMASK: OnceLock<u32> = OnceLock::new();
    *UMASK.get_or_init(|| {
        // The mask can only be read by setting it; for that instant it is the strictest one.
        let mask = rustix::process::umask(Mode::RWXG | Mode::RWXO);
        rustix::process::umask(mask);
        mask.bits().into()
    })
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    // Some file systems cannot sync a folder; the file itself is on the disk by now.
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

fn leftover_owner(path: &Path) -> Option<i32> {
    let name = path.file_name()?.to_str()?.strip_prefix(LEFTOVER)?;
    let (owner, random) = name.split_once('-')?;
    let is_ours = random.len() == 10 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ours.then(|| owner.parse().ok()).flatten()
}

fn is_gone(process: i32) -> bool {
    let Some(process) = rustix::process::Pid::from_raw(process) else {
        return false;
    };
    rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH)
}

fn not_created(path: &Path, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::could_not(format!(
            "{} already exists, and is not overwritten",
            shown(path)
        )),
        _ => unwritable(path, error),
    }
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    let failure = Failure::could_not(format!("cannot write {}", shown(path)));
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => failure
            .because(error)
            .hint("the old content is untouched: free some space and run it again"),
        _ => failure.because(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn content_changes_and_the_mode_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"new", Access::Public).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(names(folder.path()), ["a.yaml"]);
    }

    #[test]
    fn a_new_manifest_follows_the_umask_and_a_private_file_does_not() {
        let folder = tempfile::tempdir().unwrap();
        replace(&folder.path().join("a"), b"x", Access::Public).unwrap();
        replace(&folder.path().join("b"), b"x", Access::Private).unwrap();
        replace(&folder.path().join("c"), b"x", Access::Program).unwrap();
        assert_eq!(mode(&folder.path().join("a")), 0o644 & !umask());
        assert_eq!(mode(&folder.path().join("b")), 0o600);
        assert_eq!(mode(&folder.path().join("c")), 0o755);
    }

    #[test]
    fn a_symlink_survives_and_its_target_changes() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        fs::create_dir(&real).unwrap();
        fs::write(real.join("a.yaml"), "old").unwrap();
        let link = folder.path().join("link.yaml");
        symlink("real/a.yaml", &link).unwrap();
        replace(&link, b"new", Access::Public).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(real.join("a.yaml")).unwrap(), b"new");
        assert_eq!(names(&real), ["a.yaml"]);
    }

    #[test]
    fn folders_devices_and_dangling_symlinks_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dangling = folder.path().join("dangling");
        symlink("nowhere", &dangling).unwrap();
        for path in [folder.path(), Path::new("/dev/null"), &dangling] {
            let failure = replace(path, b"x", Access::Public).unwrap_err();
            assert!(
                failure.message().starts_with("cannot write "),
                "{failure:?}"
            );
            assert!(!failure.causes().is_empty(), "{failure:?}");
        }
        assert_eq!(names(folder.path()), ["dangling"]);
    }

    #[test]
    fn a_missing_folder_is_not_created_for_a_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let failure = replace(&folder.path().join("no/a.yaml"), b"x", Access::Public).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_full_disk_leaves_the_old_content_and_no_leftover() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "old").unwrap();
        let failure = replace_by(&path, Access::Public, |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failure.unwrap_err().hints()[0].contains("old content is untouched"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.yaml"]);
    }

    #[test]
    fn a_new_private_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup/keys/a.yaml");
        write_new_private(&path, b"one").unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let failure = write_new_private(&path, b"two").unwrap_err();
        assert!(
            failure
                .message()
                .ends_with("already exists, and is not overwritten")
        );
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(names(path.parent().unwrap()), ["a.yaml"]);
    }

    #[test]
    fn leftovers_of_dead_processes_are_removed_and_others_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let dead = format!(".sealsmith-{}-abcdef0123", child.id());
        let alive = format!(".sealsmith-{}-abcdef0123", std::process::id());
        for name in [dead.as_str(), alive.as_str(), ".sealsmith-notes", "a.yaml"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        remove_leftovers(folder.path());
        assert_eq!(names(folder.path()), [&alive, ".sealsmith-notes", "a.yaml"]);
        assert!(is_leftover(Path::new(&alive)) && !is_leftover(Path::new(".sealsmith-notes")));
    }
}
