//! Made-up plaintext: random in every run, kept in memory, never shown.

use std::collections::BTreeMap;

use getrandom::rand_core::Rng as _;
use sealsmith_core::manifest::value::Value;
use zeroize::Zeroizing;

use super::repository::{APPLICATIONS, ENVIRONMENTS};
use crate::env::random;
use crate::failure::Failure;

/// The plaintext of every secret of the demo.
pub(super) struct Values(Vec<DemoSecret>);

/// One secret.
pub(super) struct DemoSecret {
    pub(super) environment: &'static str,
    pub(super) app: &'static str,
    pub(super) name: String,
    pub(super) data: BTreeMap<String, Zeroizing<String>>,
}

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl Values {
    /// Makes AWS credentials for every application, and one more secret for each that has its own.
    pub(super) fn random() -> Result<Self, Failure> {
        let mut made = Vec::new();
        for environment in ENVIRONMENTS {
            for app in APPLICATIONS {
                let aws = [
                    ("AWS_ACCESS_KEY_ID", word("DEMO", 16)?),
                    ("AWS_SECRET_ACCESS_KEY", word("", 40)?),
                ];
                made.push(DemoSecret::new(
                    environment,
                    app,
                    format!("aws-credentials-{environment}-secret"),
                    aws,
                ));
            }
            made.push(DemoSecret::new(
                environment,
                "fastapi",
                "fastapi-jwt-secret".to_owned(),
                [("JWT_SECRET", word("", 48)?)],
            ));
            made.push(DemoSecret::new(
                environment,
                "mlflow",
                "db-password-secret".to_owned(),
                [
                    ("username", Zeroizing::new("mlflow".to_owned())),
                    ("password", word("", 24)?),
                ],
            ));
        }
        Ok(Self(made))
    }

    /// All secrets in order.
    pub(super) fn secrets(&self) -> &[DemoSecret] {
        &self.0
    }
}

impl DemoSecret {
    fn new<const N: usize>(
        environment: &'static str,
        app: &'static str,
        name: String,
        data: [(&str, Zeroizing<String>); N],
    ) -> Self {
        Self {
            environment,
            app,
            name,
            data: data
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        }
    }

    /// The Secret as a person would write it.
    pub(super) fn manifest(&self) -> Result<Zeroizing<String>, Failure> {
        let map = |entries: Vec<(&str, Value)>| {
            Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect(),
            )
        };
        let data = self
            .data
            .iter()
            .map(|(key, value)| (key.clone(), Value::Text(value.clone())))
            .collect();
        let wave = Value::texts([(sealsmith_core::manifest::build::SYNC_WAVE, "-1")]);
        let manifest = map(vec![
            ("apiVersion", Value::text("v1")),
            ("kind", Value::text("Secret")),
            (
                "metadata",
                map(vec![
                    ("name", Value::text(&*self.name)),
                    ("annotations", wave),
                ]),
            ),
            ("stringData", Value::Map(data)),
        ]);
        Ok(manifest.to_yaml())
    }
}

fn word(prefix: &str, length: usize) -> Result<Zeroizing<String>, Failure> {
    let mut random = random::system()?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    random.fill_bytes(&mut bytes);
    let mut word = Zeroizing::new(String::with_capacity(prefix.len() + length));
    word.push_str(prefix);
    bytes
        .iter()
        .for_each(|byte| word.push(char::from(LETTERS[usize::from(byte % 32)])));
    Ok(word)
}
