//! Whom to seal for: one target per certificate or environment.

use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_core::suspicion::{Suspicion, suspicions_of};

use super::{Args, destination};
use crate::certificates::Recipient;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

/// One certificate to seal for.
pub(crate) struct Target {
    /// The environment of `sealsmith.yaml` it belongs to.
    pub(super) environment: Option<String>,
    /// The certificate's file name without folder and extension.
    pub(super) certificate_name: String,
    /// The certificate with its key.
    pub(super) recipient: Recipient,
}

/// Loads every certificate before anything is sealed.
pub(super) fn load_all(args: &Args, env: &Env, ui: &Ui) -> Result<Vec<Target>, Failure> {
    let mut targets = Vec::new();
    for source in args.cert.iter().filter(|source| !source.is_empty()) {
        targets.push(Target {
            environment: None,
            certificate_name: stem(source),
            recipient: Recipient::load(source, env, ui)?,
        });
    }
    for environment in &args.environments {
        let recipient = Recipient::of_environment(environment, env, ui)?;
        targets.push(Target {
            environment: Some(environment.clone()),
            certificate_name: environment.clone(),
            recipient,
        });
    }
    if targets.is_empty() {
        return Err(no_certificate());
    }
    Ok(targets)
}

impl Target {
    /// Fills the target's own placeholders into a flag's value.
    pub(super) fn fill(&self, text: &str) -> String {
        let environment = self.environment.as_deref().unwrap_or("{env}");
        destination::fill(
            text,
            &[("env", environment), ("cert", &self.certificate_name)],
        )
    }

    /// `--namespace` for this target, checked.
    pub(super) fn namespace(&self, args: &Args) -> Result<Option<Namespace>, Failure> {
        let parse = |text: &String| {
            Namespace::parse(&self.fill(text))
                .map_err(|error| Failure::could_not("--namespace cannot be used").because(error))
        };
        args.namespace
            .as_ref()
            .filter(|text| !text.is_empty())
            .map(parse)
            .transpose()
    }

    /// `--name` for this target, checked.
    pub(super) fn name(&self, args: &Args) -> Result<Option<SecretName>, Failure> {
        let parse = |text: &String| {
            SecretName::parse(&self.fill(text))
                .map_err(|error| Failure::could_not("--name cannot be used").because(error))
        };
        args.name
            .as_ref()
            .filter(|text| !text.is_empty())
            .map(parse)
            .transpose()
    }
}

/// Warns about a value that is probably not meant as it is; emptiness is often meant.
pub(crate) fn warn_about_value(what: &str, key: &str, plaintext: &[u8], ui: &Ui) {
    for suspicion in suspicions_of(key, plaintext)
        .into_iter()
        .filter(|&suspicion| suspicion != Suspicion::Empty)
    {
        ui.warning(format!("{what}: {suspicion}"));
    }
}

fn stem(source: &str) -> String {
    let file = source.rsplit(['/', '\\']).next().unwrap_or(source);
    file.split_once('.')
        .map_or(file, |(stem, _)| stem)
        .to_owned()
}

fn no_certificate() -> Failure {
    Failure::could_not("no certificate to seal for")
        .hint("pass --cert FILE or URL (SEALED_SECRETS_CERT), or --env ENV with a sealsmith.yaml")
        .hint("`sealsmith cert fetch` gets the certificate of a controller")
}
