//! The local controller: a folder of keys that serves the newest certificate and opens with all of them.
//!
//! Stands in for a cluster in the demo and the tests, and holds backed-up keys for offline work. Keys lie
//! there as the controller's own key Secrets, or as PEM files.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, RsaKeySize,
};
use sealsmith_core::certificate::Certificate;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::document::{Kind, objects};
use sealsmith_core::manifest::secret::{Secret, read};
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::text::decode;
use time::OffsetDateTime;

use crate::env::files;
use crate::failure::Failure;
use crate::private_keys::files_in;
use crate::ui::shown;

/// The label of the controller's key Secrets; only the value `active` makes a key count (spec 3.3).
const KEY_LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";
/// How long the controller's own certificates are valid.
const TEN_YEARS: i64 = 10 * 365 * 24 * 60 * 60;

/// Returns the certificate that seals now: the one with the newest start, as the controller chooses.
pub(crate) fn current_certificate(folder: &Path) -> Result<Certificate, Failure> {
    let mut newest: Option<Certificate> = None;
    for path in files_in(folder)? {
        let bytes = files::read_secret(&path, files::LIMIT)?;
        for certificate in certificates(bytes.expose()) {
            // Strictly newer wins, so that of two equal ones the first is kept.
            if newest
                .as_ref()
                .is_none_or(|newest| certificate.not_before() > newest.not_before())
            {
                newest = Some(certificate);
            }
        }
    }
    newest.ok_or_else(|| {
        Failure::could_not(format!(
            "the folder {} holds no active certificate",
            shown(folder)
        ))
    })
}

/// Every active certificate of a folder, with the file that it is in.
pub(crate) fn certificates_in(folder: &Path) -> Result<Vec<(PathBuf, Certificate)>, Failure> {
    let mut found = Vec::new();
    for path in files_in(folder)? {
        let bytes = files::read_secret(&path, files::LIMIT)?;
        let here = certificates(bytes.expose()).into_iter();
        found.extend(here.map(|certificate| (path.clone(), certificate)));
    }
    Ok(found)
}

/// Makes a new key as the controller does, RSA 4096 with a self-signed certificate, and stores it at mode 0600.
pub(crate) fn make_key(folder: &Path, not_before: i64) -> Result<Fingerprint, Failure> {
    let failed =
        |error: rcgen::Error| Failure::could_not("cannot make a controller key").because(error);
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096).map_err(failed)?;
    let pem = parameters(not_before)?
        .self_signed(&key)
        .map_err(failed)?
        .pem();
    let certificate = Certificate::parse(pem.as_bytes())
        .map_err(|error| Failure::could_not("cannot read the new certificate").because(error))?;
    let fingerprint = certificate.fingerprint();
    let name = format!("sealed-secrets-key{}", suffix(&fingerprint));
    let path = folder.join(format!("{name}.yaml"));
    let secret = zeroize::Zeroizing::new(key.serialize_pem());
    files::write_new_private(&path, key_secret(&name, &pem, &secret).to_yaml().as_bytes())?;
    Ok(fingerprint)
}

fn parameters(not_before: i64) -> Result<CertificateParams, Failure> {
    let date = |unix| {
        OffsetDateTime::from_unix_timestamp(unix)
            .map_err(|error| Failure::could_not("the clock is out of range").because(error))
    };
    let mut parameters = CertificateParams::default();
    parameters.not_before = date(not_before)?;
    parameters.not_after = date(not_before + TEN_YEARS)?;
    // The controller's certificates carry no name unless one is configured.
    parameters.distinguished_name = DistinguishedName::new();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::EncipherOnly];
    Ok(parameters)
}

fn key_secret(name: &str, certificate: &str, key: &str) -> Value {
    let encoded = |text: &str| Value::text(STANDARD.encode(text));
    let map = |entries: Vec<(&str, Value)>| {
        Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    };
    map(vec![
        ("apiVersion", Value::text("v1")),
        ("kind", Value::text("Secret")),
        (
            "metadata",
            map(vec![
                ("name", Value::text(name)),
                ("namespace", Value::text("kube-system")),
                ("labels", Value::texts([(KEY_LABEL, "active")])),
            ]),
        ),
        ("type", Value::text("kubernetes.io/tls")),
        (
            "data",
            map(vec![
                ("tls.crt", encoded(certificate)),
                ("tls.key", encoded(key)),
            ]),
        ),
    ])
}

/// Five characters as Kubernetes adds them to a generated name, taken from the key so that a name tells keys apart.
fn suffix(fingerprint: &Fingerprint) -> String {
    let text = fingerprint.to_string().to_ascii_lowercase();
    text.trim_start_matches("sha256:")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(5)
        .collect()
}

/// The certificates of one file: of active key Secrets, or of PEM blocks.
fn certificates(bytes: &[u8]) -> Vec<Certificate> {
    let Ok(decoded) = decode(bytes) else {
        return Vec::new();
    };
    if decoded.text.contains("-----BEGIN CERTIFICATE-----") {
        return Certificate::parse(bytes).into_iter().collect();
    }
    let Ok(stream) = Stream::parse(&decoded.text) else {
        return Vec::new();
    };
    let objects = objects(&stream).unwrap_or_default();
    let secrets = objects
        .iter()
        .filter(|object| object.kind == Kind::Secret)
        .filter_map(|object| read(object.node).ok());
    secrets
        .filter_map(|(secret, _)| active_certificate(&secret))
        .collect()
}

fn active_certificate(secret: &Secret) -> Option<Certificate> {
    let active = secret
        .labels
        .get(KEY_LABEL)
        .is_some_and(|value| value == "active");
    let certificate = secret.data.get("tls.crt").filter(|_| active)?;
    Certificate::parse(certificate.expose()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_key_seals_and_lies_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let old = make_key(&keys, 1_700_000_000).unwrap();
        assert_eq!(current_certificate(&keys).unwrap().fingerprint(), old);
        let new = make_key(&keys, 1_700_000_001).unwrap();
        assert_eq!(current_certificate(&keys).unwrap().fingerprint(), new);
        for path in files_in(&keys).unwrap() {
            assert_eq!(
                std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }
}
