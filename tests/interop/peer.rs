//! The same work asked of either program.

use crate::case::Case;
use crate::support::keys::KeyPair;
use crate::support::program::Program;
use crate::support::secret::Secret;
use std::path::Path;

pub(crate) fn sealsmith_seal() -> Program {
    Program::sealsmith().arg("seal")
}

pub(crate) fn kubeseal_unseal(sealed: &str, key: &KeyPair) -> Secret {
    unseal(Program::kubeseal().arg("--recovery-unseal"), sealed, key)
}

pub(crate) fn sealsmith_unseal(sealed: &str, key: &KeyPair) -> Secret {
    unseal(Program::sealsmith().arg("unseal"), sealed, key)
}

fn unseal(program: Program, sealed: &str, key: &KeyPair) -> Secret {
    let opening = program
        .arg("--recovery-private-key")
        .arg(&key.private_key)
        .args(["-o", "json"]);
    Secret::from_json(&opening.stdin(sealed).output())
}

/// Seals one value with `--raw`, from a file or from standard input.
pub(crate) fn raw(program: Program, case: &Case, value: &[u8], file: Option<&Path>) -> String {
    let mut sealing = program
        .arg("--raw")
        .arg("--cert")
        .arg(&case.key.certificate)
        .args(["--scope", case.scope]);
    sealing = sealing.args(["--name", &case.secret.name]);
    if !case.secret.namespace.is_empty() {
        sealing = sealing.args(["--namespace", &case.secret.namespace]);
    }
    match file {
        Some(file) => sealing.arg("--from-file").arg(file).text(),
        None => sealing.stdin(value).text(),
    }
}

/// Seals `added` into a file that holds `base` and returns the file.
pub(crate) fn merge(program: Program, base: &str, added: &Secret, key: &KeyPair) -> String {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("sealed.yaml");
    std::fs::write(&file, base).expect("the temporary folder is writable");
    let merging = program
        .arg("--cert")
        .arg(&key.certificate)
        .args(["-o", "yaml"])
        .arg("--merge-into")
        .arg(&file);
    merging.stdin(added.manifest("json")).output();
    std::fs::read_to_string(&file).expect("the file stays")
}
