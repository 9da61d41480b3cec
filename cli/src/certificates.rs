//! Certificates that commands seal for: loaded from a file or URL, refused when expired.

use std::path::{Path, PathBuf};

use sealsmith_core::certificate::{Certificate, Validity};
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::seal::SealingKey;

use crate::env::{Env, Workspace, clock, files, http};
use crate::failure::Failure;
use crate::pins;
use crate::ui::{Ui, shown};

/// Key sizes that the native backend takes; others run on the portable one.
const NATIVE_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// What today's recommendations call too small (NIST SP 800-57).
const WEAK_BELOW_BITS: usize = 2048;

/// A certificate that may be sealed for now.
pub(crate) struct Recipient {
    /// The certificate.
    pub(crate) certificate: Certificate,
    /// Its key, ready to seal.
    pub(crate) key: SealingKey,
}

impl Recipient {
    /// Loads a certificate and makes sure that sealing for it is right today.
    pub(crate) fn load(source: &str, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        Self::of(load(source, env)?, source, env, ui)
    }

    /// Takes a certificate that came from a source, under the same conditions.
    pub(crate) fn of(
        certificate: Certificate,
        source: &str,
        env: &Env,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        refuse_expired(&certificate, source, env.now())?;
        warn_about(&certificate, source, env.now(), ui);
        let key = sealing_key(&certificate)
            .map_err(|failure| failure.within(format!("cannot seal with {}", named(source))))?;
        Ok(Self { certificate, key })
    }

    /// Loads the certificate that `sealsmith.yaml` names for an environment, which has to be a pinned one.
    pub(crate) fn of_environment(environment: &str, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        let workspace = env.workspace()?;
        let path = path_of_environment(workspace, environment)?;
        let source = path.display().to_string();
        let recipient = Self::load(&source, env, ui)?;
        pins::refuse_other(workspace, environment, &recipient.certificate, &source)?;
        Ok(recipient)
    }

    /// Loads the certificate of the environment that a file belongs to.
    pub(crate) fn of_file(path: &Path, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        let located = env
            .workspace()?
            .place(path)
            .map_err(|failure| failure.hint("or pass --cert with the certificate to seal for"))?;
        Self::of_environment(&located.place.env, env, ui)
    }

    /// The fingerprint of the key.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.certificate.fingerprint()
    }
}

/// Reads the first certificate of a file, of standard input (`-`) or of a URL.
pub(crate) fn load(source: &str, env: &Env) -> Result<Certificate, Failure> {
    load_from(&read(source, env)?, source)
}

/// Reads the first certificate of bytes that came from a source.
pub(crate) fn load_from(bytes: &[u8], source: &str) -> Result<Certificate, Failure> {
    Certificate::parse(bytes).map_err(|error| {
        let failure = Failure::could_not(format!("cannot read the certificate {}", named(source)));
        let hint = error.hint();
        let failure = failure.because(error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })
}

/// Reads the bytes of a certificate, which are public.
pub(crate) fn read(source: &str, env: &Env) -> Result<Vec<u8>, Failure> {
    if is_url(source) {
        return http::fetch(source);
    }
    let path = env.cwd().join(source);
    let path = if source == "-" {
        std::path::PathBuf::from("-")
    } else {
        path
    };
    Ok(env.read_input(&path, files::LIMIT)?.expose().to_vec())
}

/// Whether a source is fetched: kubeseal's rule, where one letter before the colon is a Windows drive.
pub(crate) fn is_url(source: &str) -> bool {
    source.split_once("://").is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The certificate file that `sealsmith.yaml` names for an environment.
pub(crate) fn path_of_environment(
    workspace: &Workspace,
    environment: &str,
) -> Result<PathBuf, Failure> {
    let Some(policy) = workspace.policy() else {
        return Err(Failure::could_not(format!(
            "no certificate for {environment}: there is no sealsmith.yaml"
        ))
        .hint("pass --cert FILE or URL"));
    };
    let Some(found) = policy.environment(environment) else {
        let names: Vec<_> = policy.environments.names().collect();
        return Err(
            Failure::could_not(format!("sealsmith.yaml has no environment {environment}"))
                .hint(format!("it has: {}", names.join(", "))),
        );
    };
    let path = found.certificate.as_ref().ok_or_else(|| {
        Failure::could_not(format!(
            "sealsmith.yaml names no certificate for {environment}"
        ))
        .hint("add environments.<env>.certificate, or pass --cert")
    })?;
    Ok(path.below(workspace.root()))
}

/// Makes a certificate's key ready on the fastest backend that takes it.
pub(crate) fn sealing_key(certificate: &Certificate) -> Result<SealingKey, Failure> {
    let public = certificate.public_key();
    let key = if NATIVE_BITS.contains(&public.bits()) {
        SealingKey::native(public)
    } else {
        SealingKey::portable(public)
    };
    key.map_err(|error| Failure::could_not("the certificate's key cannot be used").because(error))
}

/// Refuses to seal for a certificate whose time is over: the controller renewed its key long ago.
pub(crate) fn refuse_expired(
    certificate: &Certificate,
    source: &str,
    now: i64,
) -> Result<(), Failure> {
    match certificate.validity(now) {
        Validity::Expired { .. } => Err(Failure::could_not(format!("cannot seal with {}", named(source)))
            .cause(format!("the certificate expired on {}", clock::date(certificate.not_after())))
            .hint("pass the controller's current certificate with --cert; values sealed before still open")),
        _ => Ok(()),
    }
}

/// A source as messages call it; a URL has no folders to shorten.
pub(crate) fn named(source: &str) -> String {
    shown(Path::new(source))
}

fn warn_about(certificate: &Certificate, source: &str, now: i64, ui: &Ui) {
    if let Validity::NotYetValid { .. } = certificate.validity(now) {
        ui.warning(format!(
            "the certificate {} is valid from {} only",
            named(source),
            clock::date(certificate.not_before())
        ));
    }
    if certificate.public_key().bits() < WEAK_BELOW_BITS {
        ui.warning(format!(
            "the key of {} has {} bits, which is weak",
            named(source),
            certificate.public_key().bits()
        ));
    }
}
