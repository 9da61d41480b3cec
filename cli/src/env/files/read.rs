//! Reading with a size limit, from plain files, pipes and streams.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use sealsmith_core::secret::SecretBytes;
use zeroize::Zeroizing;

use super::kind_of;
use crate::failure::Failure;
use crate::ui::shown;

/// The most that is read from any manifest, key, certificate or value: 16 MiB.
pub(crate) const LIMIT: u64 = 16 << 20;

const FIRST_BUFFER: usize = 8 << 10;

/// Reads a plain file; folders, pipes and devices are refused without blocking on them.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let file = open(path)?;
    let metadata = metadata(&file, path)?;
    if !metadata.is_file() {
        return Err(wrong_kind(path, &metadata));
    }
    Ok(read_open(file, &metadata, path, limit)?.take_bytes())
}

/// Reads a plain file that holds secret bytes; every buffer on the way is wiped.
pub(crate) fn read_secret(path: &Path, limit: u64) -> Result<SecretBytes, Failure> {
    let file = open(path)?;
    let metadata = metadata(&file, path)?;
    if !metadata.is_file() {
        return Err(wrong_kind(path, &metadata));
    }
    Ok(read_open(file, &metadata, path, limit)?.into_secret())
}

/// Reads what a person named as input: a plain file, or a pipe such as the shell's `<(command)`.
pub(crate) fn read_input(path: &Path, limit: u64) -> Result<SecretBytes, Failure> {
    // A pipe must be opened in blocking mode, or a slow writer looks like the end.
    let is_pipe = path
        .metadata()
        .is_ok_and(|metadata| metadata.file_type().is_fifo());
    if !is_pipe {
        return read_secret(path, limit);
    }
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    read_stream(file, &shown(path), limit)
}

/// Reads a stream to its end; `name` is what messages call it.
pub(crate) fn read_stream(
    stream: impl Read,
    name: &str,
    limit: u64,
) -> Result<SecretBytes, Failure> {
    let bytes = Bounded::read(stream, FIRST_BUFFER, limit)
        .map_err(|error| Failure::could_not(format!("cannot read {name}")).because(error))?;
    bytes.map(Bounded::into_secret).ok_or_else(|| {
        Failure::could_not(format!(
            "{name} is too large: the limit is {}",
            megabytes(limit)
        ))
    })
}

fn open(path: &Path) -> Result<File, Failure> {
    // Without NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits());
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.expect("open flags are small numbers"))
        .open(path)
        .map_err(|error| unreadable(path, error))
}

fn metadata(file: &File, path: &Path) -> Result<Metadata, Failure> {
    file.metadata().map_err(|error| unreadable(path, error))
}

fn read_open(file: File, metadata: &Metadata, path: &Path, limit: u64) -> Result<Bounded, Failure> {
    if metadata.len() > limit {
        return Err(too_large(path, metadata.len(), limit));
    }
    let size = usize::try_from(metadata.len()).unwrap_or(FIRST_BUFFER) + 1;
    Bounded::read(file, size, limit)
        .map_err(|error| unreadable(path, error))?
        .ok_or_else(|| too_large(path, limit + 1, limit))
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::could_not(format!("cannot read {}", shown(path))).because(error)
}

fn wrong_kind(path: &Path, metadata: &Metadata) -> Failure {
    let kind = kind_of(metadata.file_type());
    Failure::could_not(format!("cannot read {}: it is {kind}", shown(path)))
}

fn too_large(path: &Path, size: u64, limit: u64) -> Failure {
    let (size, limit) = (megabytes(size), megabytes(limit));
    Failure::could_not(format!(
        "file too large: {} is {size}, the limit is {limit}",
        shown(path)
    ))
}

// Rounded up to a tenth, so that a size above the limit never reads as the limit itself.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} MB"),
        (whole, _) if whole >= 100 => format!("{whole} MB"),
        (whole, tenth) => format!("{whole}.{tenth} MB"),
    }
}

/// Bytes read from a stream into buffers that are wiped when they are outgrown or dropped.
struct Bounded(Zeroizing<Vec<u8>>);

impl Bounded {
    /// Reads to the end; `None` when there is more than `limit`.
    fn read(stream: impl Read, capacity: usize, limit: u64) -> io::Result<Option<Self>> {
        let mut stream = stream.take(limit + 1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
        loop {
            if bytes.len() == bytes.capacity() {
                grow(&mut bytes);
            }
            let filled = bytes.len();
            let room = bytes.capacity();
            bytes.resize(room, 0);
            let count = read_some(&mut stream, &mut bytes[filled..])?;
            bytes.truncate(filled + count);
            if count == 0 {
                let fits = u64::try_from(filled).is_ok_and(|filled| filled <= limit);
                return Ok(fits.then_some(Self(bytes)));
            }
        }
    }

    fn take_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    fn into_secret(self) -> SecretBytes {
        SecretBytes::new(self.take_bytes())
    }
}

// Vec would free the outgrown buffer with its secret bytes still in it.
fn grow(bytes: &mut Zeroizing<Vec<u8>>) {
    let mut larger = Zeroizing::new(Vec::with_capacity(bytes.capacity() * 2));
    larger.extend_from_slice(bytes);
    *bytes = larger;
}

fn read_some(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(name: &str, content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_at_the_limit_is_read_and_one_byte_more_is_not() {
        let (_folder, path) = folder_with("a", b"12345");
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let failure = read(&path, 4).unwrap_err();
        assert!(
            failure.message().starts_with("file too large: "),
            "{failure:?}"
        );
    }

    #[test]
    fn an_empty_file_is_empty() {
        let (_folder, path) = folder_with("a", b"");
        assert_eq!(read(&path, LIMIT).unwrap(), b"");
    }

    #[test]
    fn a_large_file_is_refused_by_its_size_without_reading_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.yaml");
        File::create(&path).unwrap().set_len(104 << 20).unwrap();
        let failure = read(&path, LIMIT).unwrap_err();
        let end = "big.yaml is 104 MB, the limit is 16 MB";
        assert!(failure.message().ends_with(end), "{failure:?}");
    }

    #[test]
    fn folders_pipes_and_devices_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        make_pipe(&pipe);
        for (path, kind) in [
            (folder.path(), "a folder"),
            (&pipe, "a pipe"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            let failure = read(path, LIMIT).unwrap_err();
            assert!(failure.message().ends_with(kind), "{failure:?}");
        }
    }

    #[test]
    fn named_input_may_be_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        make_pipe(&pipe);
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, vec![7; 100_000]).unwrap()
        });
        let bytes = read_input(&pipe, LIMIT).unwrap();
        writer.join().unwrap();
        assert_eq!(bytes.expose(), vec![7; 100_000]);
    }

    #[test]
    fn a_stream_that_never_ends_is_cut_off() {
        let failure = read_stream(io::repeat(1), "standard input", LIMIT)
            .err()
            .unwrap();
        assert_eq!(
            failure.message(),
            "standard input is too large: the limit is 16 MB"
        );
    }

    #[test]
    fn a_missing_file_says_so() {
        let failure = read(Path::new("/nowhere/a.yaml"), LIMIT).unwrap_err();
        assert_eq!(failure.message(), "cannot read /nowhere/a.yaml");
        assert_eq!(failure.exit_code(), 2);
    }

    #[test]
    fn sizes_above_the_limit_never_read_as_the_limit() {
        assert_eq!(megabytes((16 << 20) + 1), "16.1 MB");
        assert_eq!(megabytes(104 << 20), "104 MB");
    }

    fn make_pipe(path: &Path) {
        assert!(
            std::process::Command::new("mkfifo")
                .arg(path)
                .status()
                .unwrap()
                .success()
        );
    }
}
