//! Private keys that commands open values with: files in any shape, or folders of them.

use std::path::{Path, PathBuf};

use sealsmith_core::key_file::{self, KeyFile};
use sealsmith_core::private_key::PrivateKey;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};

use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::{Ui, shown};

/// Key sizes that the native backend takes; others run on the portable one.
const NATIVE_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// kubeseal's variable for `--recovery-private-key`.
const VARIABLE: &str = "SEALED_SECRETS_RECOVERY_PRIVATE_KEY";

/// The sources that a person gave: the flag adds to the variable, as every list of kubeseal's does.
pub(crate) fn given(flags: &[String], env: &Env) -> Vec<String> {
    let variable = env.variable(VARIABLE).filter(|text| !text.is_empty());
    variable.into_iter().chain(flags.iter().cloned()).collect()
}

/// Loads the keys of every source into one ring; a file without a usable key is an error.
///
/// A source is a file in any shape that [`key_file::parse`] knows, a folder of such files, or `-`.
/// kubeseal's comma-separated lists are understood too.
pub(crate) fn load(sources: &[String], env: &Env, ui: &Ui) -> Result<KeyRing, Failure> {
    let mut keys = Vec::new();
    for source in sources
        .iter()
        .flat_map(|source| source.split(','))
        .filter(|source| !source.is_empty())
    {
        let path = if source == "-" {
            PathBuf::from("-")
        } else {
            env.cwd().join(source)
        };
        let found = if path.is_dir() {
            folder(&path, ui)?
        } else {
            file(&path, env, ui)?
        };
        keys.extend(found);
    }
    if keys.is_empty() {
        return Err(Failure::could_not("no private key given").hint(
            "pass the backed-up controller key with --recovery-private-key FILE (repeatable)",
        ));
    }
    ring(&keys)
}

/// Makes keys ready to open values.
pub(crate) fn ring(keys: &[PrivateKey]) -> Result<KeyRing, Failure> {
    let ready = keys.iter().map(ready).collect::<Result<Vec<_>, _>>()?;
    Ok(KeyRing::new(ready))
}

/// Loads the keys of a folder; files that hold none are passed over.
pub(crate) fn folder(path: &Path, ui: &Ui) -> Result<Vec<PrivateKey>, Failure> {
    let mut keys = Vec::new();
    for path in files_in(path)? {
        let bytes = files::read_secret(&path, files::LIMIT)?;
        if let Ok(found) = key_file::parse(bytes.expose()) {
            say(&path, &found, ui);
            keys.extend(found.keys);
        }
    }
    if keys.is_empty() {
        return Err(Failure::could_not(format!(
            "the folder {} holds no private key",
            shown(path)
        )));
    }
    Ok(keys)
}

/// The plain files of a folder, sorted.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error| {
        Failure::could_not(format!("cannot read the folder {}", shown(folder))).because(error)
    };
    let entries = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    let mut paths: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    Ok(paths)
}

fn file(path: &Path, env: &Env, ui: &Ui) -> Result<Vec<PrivateKey>, Failure> {
    let bytes = env.read_input(path, files::LIMIT)?;
    let found = key_file::parse(bytes.expose()).map_err(|error| {
        Failure::could_not(format!("cannot read private keys from {}", shown(path))).because(error)
    })?;
    say(path, &found, ui);
    Ok(found.keys)
}

fn say(path: &Path, found: &KeyFile, ui: &Ui) {
    for note in &found.notes {
        ui.warning(format!("{}: {note}", shown(path)));
    }
}

fn ready(key: &PrivateKey) -> Result<UnsealingKey, Failure> {
    let made = if NATIVE_BITS.contains(&key.public_key().bits()) {
        UnsealingKey::native(key)
    } else {
        UnsealingKey::portable(key)
    };
    made.map_err(|error| {
        Failure::could_not(format!(
            "the private key {} cannot be used",
            key.fingerprint()
        ))
        .because(error)
    })
}
