//! The SealedSecrets that a repository has for an environment: names and keys, never values.

use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_lint::policy::{Rotation, SecretRule};
use serde_json::{Value, json};

use crate::env::{Site, Workspace};
use crate::failure::Failure;
use crate::manifest_file::{ManifestFile, unreadable};

/// Returns one entry for each SealedSecret, sorted by path.
pub(super) fn of(environment: &str, workspace: &Workspace) -> Result<Vec<Value>, Failure> {
    let mut entries = Vec::new();
    for site in workspace.files_of(environment)? {
        let file = ManifestFile::read(&site.file)?;
        let secrets =
            sealed_secrets(file.stream()).map_err(|error| unreadable(file.path(), &error))?;
        for secret in secrets {
            entries.push(entry(secret, &site, &file, workspace)?);
        }
    }
    Ok(entries)
}

fn entry(
    secret: SealedSecret<'_>,
    site: &Site,
    file: &ManifestFile,
    workspace: &Workspace,
) -> Result<Value, Failure> {
    let items = secret
        .items()
        .map_err(|error| unreadable(file.path(), &error))?;
    let rule = rule_of(secret, site, workspace);
    let keys = items.iter().map(|item| key(item.key, rule));
    let namespace = match secret.namespace() {
        "" => workspace
            .layout()
            .namespace(&site.place)
            .unwrap_or_default(),
        own => own.to_owned(),
    };
    let mut entry = json!({
        "app": site.place.app.as_deref().unwrap_or_default(),
        "namespace": namespace,
        "name": secret.name(),
        "scope": secret.scope().as_str(),
        "path": site.path,
        "keys": keys.collect::<Vec<_>>(),
    });
    if let Some(rule) = rule {
        entry["rotation"] = rotation(rule.rotation).into();
        entry["reason"] = rule.reason.as_str().into();
    }
    Ok(entry)
}

fn rule_of<'w>(
    secret: SealedSecret<'_>,
    site: &Site,
    workspace: &'w Workspace,
) -> Option<&'w SecretRule> {
    let app = site.place.app.as_deref();
    workspace.policy()?.secret_rule(secret.name(), app)
}

fn key(name: &str, rule: Option<&SecretRule>) -> Value {
    match rule.and_then(|rule| rule.keys.get(name)) {
        Some(shape) => json!({"key": name, "bytes": shape.bytes}),
        None => json!({"key": name}),
    }
}

fn rotation(rotation: Rotation) -> &'static str {
    match rotation {
        Rotation::Automated => "automated",
        Rotation::Manual => "manual",
    }
}
