//! Throw-away controller keys: made once for a build folder, worth nothing anywhere.

use super::program::Program;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A key as a controller has it, in two PEM files.
pub(crate) struct KeyPair {
    pub(crate) certificate: PathBuf,
    pub(crate) private_key: PathBuf,
}

/// The sizes that interoperability is proven for.
pub(crate) const SIZES: [usize; 4] = [2048, 3072, 4096, 8192];

/// Returns the key of this size that all tests of a build folder share.
pub(crate) fn key_pair(bits: usize) -> KeyPair {
    static MAKING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = MAKING.lock().expect("making a key does not panic halfway");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("throw-away-key-{bits}"));
    if !folder.exists() {
        publish(&new_key_pair(bits), &folder);
    }
    KeyPair {
        certificate: folder.join("tls.crt"),
        private_key: folder.join("tls.key"),
    }
}

/// Makes a new key of this size in a temporary folder of its own.
pub(crate) fn new_key_pair(bits: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .expect("cargo's folder for tests is writable");
    Program::new("openssl")
        .args([
            "req",
            "-x509",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=throw-away",
            "-keyout",
            "tls.key",
        ])
        .args(["-out", "tls.crt", "-newkey", &format!("rsa:{bits}")])
        .dir(folder.path())
        .output();
    folder
}

/// Another test binary may have been first; then its key is the shared one.
fn publish(fresh: &tempfile::TempDir, folder: &Path) {
    if std::fs::rename(fresh.path(), folder).is_err() {
        assert!(folder.exists(), "cannot keep a key in {}", folder.display());
    }
}
