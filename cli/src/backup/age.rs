//! Encryption of backups by the user's own `age`, so that plugins and ssh recipients work as they are set up.
//!
//! The format is age-encryption.org/v1, armored: <https://age-encryption.org/v1>.

use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sealsmith_core::secret::SecretBytes;

use crate::env::child;
use crate::failure::Failure;

/// Plugins may ask for a touch of a device.
const DEADLINE: Duration = Duration::from_secs(60);

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";
const VERSION: &[u8] = b"age-encryption.org/v1\n";
/// Behind the header come a nonce of 16 bytes and the content with a tag of 16 bytes.
const AROUND: usize = 32;

/// Who can open the backups, and the program that makes it so.
#[derive(Clone, Debug)]
pub(super) struct Age {
    program: OsString,
    recipients: Vec<String>,
    deadline: Duration,
}

impl Age {
    /// Takes the recipients of the policy; nothing when there are none.
    pub(super) fn for_recipients(recipients: &[String]) -> Option<Self> {
        (!recipients.is_empty()).then(|| Self {
            program: "age".into(),
            recipients: recipients.to_vec(),
            deadline: DEADLINE,
        })
    }

    /// Proves that the program is there and takes the recipients, with a text that is no secret.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.seal(&SecretBytes::new(b"a test".to_vec())).map(drop)
    }

    /// Encrypts; the plaintext goes to the program through a pipe and to no other place.
    pub(super) fn seal(&self, plaintext: &SecretBytes) -> Result<SecretBytes, Failure> {
        let mut command = Command::new(&self.program);
        command.args(["--encrypt", "--armor"]);
        for recipient in &self.recipients {
            command.args(["-r", recipient]);
        }
        let input = SecretBytes::new(plaintext.expose().to_vec());
        let output = child::run(&mut command, "age", input, self.deadline).map_err(|failure| {
            failure
                .hint("backups are encrypted for the age-recipients in sealsmith.yaml: put age on the PATH (https://age-encryption.org)")
        })?;
        if !output.succeeded {
            let failure = Failure::could_not(
                "age could not encrypt for the age-recipients in sealsmith.yaml",
            );
            return Err(output.explain(failure));
        }
        if is_sealed(output.stdout.expose(), plaintext.len()) {
            Ok(output.stdout)
        } else {
            Err(
                Failure::could_not("age ended well, but printed no encrypted file")
                    .hint("see what is called age on the PATH"),
            )
        }
    }

    #[cfg(test)]
    pub(super) fn by(program: &std::path::Path, recipients: &[&str]) -> Self {
        Self {
            program: program.into(),
            recipients: recipients.iter().map(|&one| one.to_owned()).collect(),
            deadline: Duration::from_secs(10),
        }
    }
}

/// Returns whether a text is an armored age file that is long enough for a plaintext.
fn is_sealed(text: &[u8], plaintext: usize) -> bool {
    let armored = std::str::from_utf8(text).ok().map(str::trim_end);
    let inner = armored.and_then(|text| text.strip_prefix(BEGIN)?.strip_suffix(END));
    let base64 = inner.map(|inner| inner.split_ascii_whitespace().collect::<String>());
    let file = base64.and_then(|base64| BASE64.decode(base64).ok());
    file.is_some_and(|file| {
        let has = |part: &[u8]| file.windows(part.len()).position(|found| found == part);
        // Each recipient has a stanza; the header ends with its authentication code.
        let (stanza, mac) = (has(b"\n-> "), has(b"\n--- "));
        file.starts_with(VERSION)
            && stanza
                .zip(mac)
                .is_some_and(|(stanza, mac)| stanza < mac && file.len() - mac >= plaintext + AROUND)
    })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn secret() -> SecretBytes {
        SecretBytes::new(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_vec())
    }

    /// Something else that is called age.
    fn seal_with(script: &str) -> Failure {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("age");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Age::by(&path, &["age1x"]).seal(&secret()).err().unwrap()
    }

    #[test]
    fn a_program_that_does_not_encrypt_is_not_believed() {
        let head = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgKLS0tIHg=";
        for script in [
            "cat".to_owned(),
            "cat >/dev/null".to_owned(),
            format!("cat >/dev/null; echo '{BEGIN}'; echo nonsense; echo '{END}'"),
            // A header without the content behind it.
            format!("cat >/dev/null; echo '{BEGIN}'; echo {head}; echo '{END}'"),
        ] {
            let failure = seal_with(&script);
            let said = "age ended well, but printed no encrypted file";
            assert_eq!(failure.message(), said, "{script}");
        }
    }

    #[test]
    fn its_own_words_explain_a_failure() {
        let failure = seal_with("echo 'age: error: malformed recipient' >&2; exit 1");
        assert_eq!(failure.causes(), ["age: error: malformed recipient"]);
        assert_eq!(failure.exit_code(), 2);
    }

    #[test]
    fn without_the_program_the_hint_says_what_it_is_for() {
        let age = Age::by("/nowhere/age".as_ref(), &["age1x"]);
        let failure = age.check().unwrap_err();
        assert_eq!(failure.message(), "cannot run age");
        assert!(failure.hints()[0].contains("put age on the PATH"));
    }

    #[test]
    fn nobody_named_is_nobody_to_encrypt_for() {
        assert!(Age::for_recipients(&[]).is_none());
    }

    #[test]
    #[ignore = "needs age"]
    fn what_the_real_age_encrypts_its_identities_open() {
        let folder = tempfile::tempdir().unwrap();
        let one = identity(&folder.path().join("one"));
        let two = identity(&folder.path().join("two"));
        let age = Age::for_recipients(&[one, two]).unwrap();
        age.check().unwrap();
        let sealed = folder.path().join("sealed");
        fs::write(&sealed, age.seal(&secret()).unwrap().expose()).unwrap();
        for identity in ["one", "two"] {
            let mut command = Command::new("age");
            command
                .arg("--decrypt")
                .arg("-i")
                .arg(folder.path().join(identity));
            let opened = command.arg(&sealed).output().unwrap();
            assert!(
                SecretBytes::new(opened.stdout).same_as(&secret()),
                "{identity}"
            );
        }
    }

    #[test]
    #[ignore = "needs age"]
    fn a_recipient_that_age_does_not_know_is_found_before_anything_is_kept() {
        let age = Age::for_recipients(&["nobody".to_owned()]).unwrap();
        let failure = age.check().unwrap_err();
        assert!(
            failure.causes()[0].contains("unknown recipient type"),
            "{failure:?}"
        );
    }

    fn identity(path: &std::path::Path) -> String {
        let mut command = Command::new("age-keygen");
        let made = command.arg("-o").arg(path).output().unwrap();
        assert!(made.status.success());
        let text = fs::read_to_string(path).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("# public key: "));
        line.unwrap().to_owned()
    }
}
