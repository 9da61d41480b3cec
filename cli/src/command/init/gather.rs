//! Finds the SealedSecrets and certificates of a repository.

use std::path::Path;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::sealed::SealedValue;
use sealsmith_lint::survey::{FoundCertificate, Sighting};

use crate::env::files;
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::ui::{Ui, shown};

const CERTIFICATES: [&str; 4] = ["pem", "crt", "cert", "cer"];

/// What a repository holds.
pub(super) struct Found {
    pub(super) sightings: Vec<Sighting>,
    pub(super) certificates: Vec<FoundCertificate>,
}

/// Looks at every file of the work tree; one that cannot be read is named and left out.
pub(super) fn gather(root: &Path, ui: &Ui) -> Result<Found, Failure> {
    let mut sightings = Vec::new();
    for path in files::manifests_in(root)? {
        match ManifestFile::read(&path) {
            Ok(file) => sightings.extend(sightings_of(root, &file)),
            Err(failure) if mentions_sealed_secrets(&path) => {
                ui.warning(format!(
                    "{} is left out: {}",
                    shown(&path),
                    failure.message()
                ));
            }
            Err(_) => {}
        }
    }
    let certificates = files::files_in(root, &CERTIFICATES)?;
    Ok(Found {
        sightings,
        certificates: certificates
            .iter()
            .filter_map(|path| certificate(root, path))
            .collect(),
    })
}

/// The branch that changes are compared with: what the remote calls its main one, else one of the usual names.
pub(super) fn base(root: &Path) -> Option<String> {
    let repository = git2::Repository::open(root).ok()?;
    let head = repository.find_reference("refs/remotes/origin/HEAD");
    let main = head.ok().and_then(|head| {
        let target = head.symbolic_target().ok()??;
        target.strip_prefix("refs/remotes/").map(str::to_owned)
    });
    let usual = ["origin/main", "origin/master"].map(str::to_owned);
    main.into_iter().chain(usual).find(|name| {
        let branch = repository.find_branch(name, git2::BranchType::Remote);
        branch.is_ok()
    })
}

fn sightings_of(root: &Path, file: &ManifestFile) -> Vec<Sighting> {
    let secrets = sealed_secrets(file.stream()).unwrap_or_default();
    let path = relative(root, file.path());
    secrets
        .into_iter()
        .map(|secret| sighting(path.clone(), secret))
        .collect()
}

fn sighting(path: String, secret: SealedSecret<'_>) -> Sighting {
    let items = secret.items().unwrap_or_default();
    let length = |text: &str| {
        SealedValue::parse(text)
            .ok()
            .map(|value| value.plaintext_len())
    };
    let secret_type = secret
        .template()
        .and_then(|template| template.get("type")?.as_str());
    Sighting {
        path,
        namespace: secret.namespace().to_owned(),
        name: secret.name().to_owned(),
        scope: secret.scope(),
        secret_type: secret_type.unwrap_or_default().to_owned(),
        keys: items
            .iter()
            .map(|item| (item.key.to_owned(), length(item.text)))
            .collect(),
    }
}

fn certificate(root: &Path, path: &Path) -> Option<FoundCertificate> {
    let bytes = files::read(path, files::LIMIT).ok()?;
    let certificate = Certificate::parse(&bytes).ok()?;
    Some(FoundCertificate {
        path: relative(root, path),
        fingerprint: certificate.fingerprint(),
    })
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

fn mentions_sealed_secrets(path: &Path) -> bool {
    let bytes = files::read(path, files::LIMIT).unwrap_or_default();
    bytes.windows(12).any(|window| window == b"SealedSecret")
}
