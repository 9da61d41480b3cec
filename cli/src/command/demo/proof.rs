//! What the demo proves itself instead of claiming it.

use std::path::Path;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};

use super::repository::{keys, sealed_path};
use super::shell::Shell;
use super::values::{DemoSecret, Values};
use crate::env::files;
use crate::failure::Failure;
use crate::key_folder;
use crate::opening::{Opener, Opening};
use crate::private_keys;
use crate::ui::Ui;

/// How much was proven.
pub(super) struct Proven {
    pub(super) values: usize,
    pub(super) files: usize,
}

/// Opens every value of an environment with its newest key alone, and compares each file with the commit before.
pub(super) fn check(
    shell: &Shell<'_>,
    root: &Path,
    environment: &str,
    values: &Values,
) -> Result<Proven, Failure> {
    let ring = newest_key_alone(root, environment)?;
    let mut proven = Proven {
        values: 0,
        files: 0,
    };
    for secret in values
        .secrets()
        .iter()
        .filter(|secret| secret.environment == environment)
    {
        let path = sealed_path(secret.environment, secret.app, &secret.name);
        let bytes = files::read(&root.join(&path), files::LIMIT)?;
        let text = String::from_utf8(bytes).map_err(|error| disproved(&path).because(error))?;
        proven.values += equal_values(&text, secret, &ring).ok_or_else(|| disproved(&path))?;
        let before = shell.capture(&format!("git show HEAD~1:{path}"))?;
        if masked(&String::from_utf8_lossy(&before)) != masked(&text) {
            return Err(disproved(&path));
        }
        proven.files += 1;
    }
    Ok(proven)
}

fn newest_key_alone(root: &Path, environment: &str) -> Result<KeyRing, Failure> {
    let folder = root.join(keys(environment));
    let newest = key_folder::current_certificate(&folder)?.fingerprint();
    let all = private_keys::folder(&folder, &Ui::new())?;
    let key = all
        .iter()
        .find(|key| key.fingerprint() == newest)
        .ok_or_else(|| Failure::could_not("the newest key is missing"))?;
    let key = UnsealingKey::native(key)
        .map_err(|error| Failure::could_not("the newest key cannot be used").because(error))?;
    Ok(KeyRing::new(vec![key]))
}

/// How many values opened to what they were, or `None` when one did not.
fn equal_values(text: &str, secret: &DemoSecret, ring: &KeyRing) -> Option<usize> {
    let stream = Stream::parse(text).ok()?;
    let sealed = sealed_secrets(&stream).ok()?.into_iter().next()?;
    let opener = Opener {
        ring,
        known: &[],
        namespace: None,
    };
    let openings = opener.open(sealed).ok()?;
    let equal = |opening: &Opening| {
        let expected = secret.data.get(&opening.key);
        matches!((&opening.result, expected), (Ok((plaintext, _)), Some(expected)) if plaintext.expose() == expected.as_bytes())
    };
    (openings.len() == secret.data.len() && openings.iter().all(equal)).then_some(openings.len())
}

/// A text with every sealed value cut out, found without any parser: long runs of base64.
fn masked(text: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split_inclusive(|c| !is_base64(c))
        .map(|word| if word.len() > 300 { "…" } else { word })
        .collect()
}

fn disproved(path: &str) -> Failure {
    Failure::refused(format!(
        "{path} is not what it was, apart from its sealed values"
    ))
}
