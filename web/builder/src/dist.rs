//! The folder `web/dist`: the page, and its SHA-256 as `sha256sum -c` reads it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::Failure;

const PAGE: &str = "sealsmith.html";
const SUMS: &str = "SHA256SUMS";

/// Writes both files, each in one step.
pub(crate) fn write(folder: &Path, page: &str) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    replace(folder, PAGE, page)?;
    replace(folder, SUMS, &sums(page))
}

/// Fails when a file there is another one.
pub(crate) fn compare(folder: &Path, page: &str) -> Result<(), Failure> {
    for (name, expected) in [(PAGE, page), (SUMS, &*sums(page))] {
        let file = folder.join(name);
        let found = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            return Err(format!(
                "{} is not what the sources give\n  hint: cargo run -p sealsmith-web-builder, and commit what it writes",
                file.display()
            )
            .into());
        }
    }
    Ok(())
}

fn sums(page: &str) -> String {
    let digest = Sha256::digest(page);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}  {PAGE}\n")
}

fn replace(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    fs::set_permissions(
        file.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )?;
    file.persist(folder.join(name))?;
    Ok(())
}
