//! Private keys in PEM.

use super::{Found, Problem};
use crate::certificate::Certificate;
use crate::fingerprint::Fingerprint;
use crate::pem::{Block, Damage, blocks};
use crate::private_key::{self, PrivateKey};

impl Found {
    /// Collects the keys of a PEM text, and compares them with the certificates beside them.
    pub(super) fn pem(&mut self, text: &str, place: &str) {
        let first = self.keys.len();
        let mut certificates = Vec::new();
        for (index, block) in blocks(text).iter().enumerate() {
            match block.label {
                "CERTIFICATE" => certificates.extend(fingerprint(block)),
                label if label.ends_with("PRIVATE KEY") => {
                    let place = format!("{place}PEM block {} ({})", index + 1, shown(label));
                    self.key(block, place);
                }
                _ => {}
            }
        }
        self.compare_pem(first, &certificates, place);
    }

    /// Notes certificates that belong to no key; chains may hold foreign ones, so one match is enough.
    fn compare_pem(&mut self, first: usize, certificates: &[Fingerprint], place: &str) {
        let mut keys = self.keys[first..].iter().map(PrivateKey::fingerprint);
        let Some((key, certificate)) = keys.clone().next().zip(certificates.first().copied())
        else {
            return;
        };
        if !keys.any(|key| certificates.contains(&key)) {
            let place = format!("{place}certificate");
            self.note(place, Problem::Mismatch { certificate, key });
        }
    }

    fn key(&mut self, block: &Block<'_>, place: String) {
        match read(block) {
            Ok(key) => self.keys.push(key),
            Err(problem) => self.note(place, problem),
        }
    }
}

fn read(block: &Block<'_>) -> Result<PrivateKey, Problem> {
    let encrypted = |header: &&str| header.contains("ENCRYPTED");
    if block.label.contains("ENCRYPTED") || block.headers.iter().any(encrypted) {
        return Err(Problem::Encrypted);
    }
    let der = block.body.as_ref().map_err(|damage| match damage {
        Damage::NoEnd => Problem::NoEnd,
        Damage::Base64 => Problem::Base64,
    })?;
    match block.label {
        "RSA PRIVATE KEY" => Ok(PrivateKey::from_pkcs1_der(der)?),
        "PRIVATE KEY" => Ok(PrivateKey::from_pkcs8_der(der)?),
        "EC PRIVATE KEY" => Err(not_rsa("an elliptic curve key")),
        "DSA PRIVATE KEY" => Err(not_rsa("a DSA key")),
        "OPENSSH PRIVATE KEY" => Err(Problem::OpenSsh),
        other => Err(not_rsa(&format!("a block called {}", shown(other)))),
    }
}

fn not_rsa(found: &str) -> Problem {
    private_key::Error::NotRsa(found.to_owned()).into()
}

/// Returns the key of a certificate; one that cannot be read proves nothing about a private key.
fn fingerprint(block: &Block<'_>) -> Option<Fingerprint> {
    let certificate = Certificate::from_block(block).ok()?;
    Some(certificate.fingerprint())
}

/// Bounds what an error repeats of a file.
fn shown(label: &str) -> String {
    label
        .chars()
        .take(40)
        .flat_map(char::escape_debug)
        .collect()
}
