//! A key of the controller, made outside of it.

use crate::error::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, RsaKeySize,
};
use serde_json::{Value, json};
use std::time::Duration;
use time::OffsetDateTime;

/// What marks a Secret as a key of the controller.
pub(super) const LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";

const LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// A key of the controller with its certificate, made as it makes them: RSA 4096, self-signed, without a name.
#[derive(Clone)]
pub struct ControllerKey {
    certificate: String,
    key: String,
}

impl ControllerKey {
    /// A key made now.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self> {
        Self::made_before(Duration::ZERO)
    }

    /// A key whose certificate says that it was made some time ago. The controller seals with the youngest.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn made_before(age: Duration) -> Result<Self> {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096)?;
        let certificate = parameters(OffsetDateTime::now_utc() - age).self_signed(&key)?;
        Ok(Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// A key that is younger than any made before.
    pub(super) fn of_the_next_second() -> Result<Self> {
        wait_for_the_next_second();
        Self::new()
    }

    /// Its certificate, as PEM.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Its private key, as PEM.
    #[must_use]
    pub fn private_key(&self) -> &str {
        &self.key
    }

    /// The Secret that the controller finds it in.
    pub(super) fn secret(&self) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/tls",
            "metadata": {"generateName": "sealed-secrets-key", "labels": {LABEL: "active"}},
            "stringData": {"tls.crt": self.certificate, "tls.key": self.key},
        })
    }
}

// Certificates count whole seconds, and of two keys of the same second either could be the younger.
fn wait_for_the_next_second() {
    let into_this_one = Duration::from_nanos(u64::from(OffsetDateTime::now_utc().nanosecond()));
    std::thread::sleep(Duration::from_secs(1) - into_this_one);
}

fn parameters(not_before: OffsetDateTime) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.not_before = not_before;
    parameters.not_after = not_before + LIFETIME;
    parameters.distinguished_name = DistinguishedName::new();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::EncipherOnly];
    parameters
}
