//! Kubeconfigs, written as JSON, which is YAML too.

use crate::authority::Identity;
use crate::error::Result;
use crate::file;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// How a kubeconfig's user says who it is.
pub(crate) enum User<'a> {
    /// With a certificate.
    Certificate(&'a Identity),
    /// With what a program prints, as those for EKS do.
    Plugin(&'a Path),
}

/// Writes a kubeconfig with one context, named as its user.
pub(crate) fn write(
    path: PathBuf,
    server: &str,
    authority: &Path,
    name: &str,
    user: &User<'_>,
) -> Result<PathBuf> {
    let user = match user {
        User::Certificate(identity) => by_certificate(&path, identity)?,
        User::Plugin(program) => by_plugin(program),
    };
    let cluster = json!({"server": server, "certificate-authority": authority});
    let context = json!({"cluster": "test", "user": name, "namespace": "default"});
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": context}],
        "current-context": name,
    });
    file::write(path, format!("{config:#}\n"))
}

fn by_certificate(path: &Path, identity: &Identity) -> Result<Value> {
    let certificate = file::write(path.with_extension("crt"), &identity.certificate)?;
    let key = file::write(path.with_extension("key"), &identity.key)?;
    Ok(json!({"client-certificate": certificate, "client-key": key}))
}

fn by_plugin(program: &Path) -> Value {
    json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": program,
        "interactiveMode": "Never",
    }})
}
