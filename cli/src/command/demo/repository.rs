//! The files of the demo repository, besides its sealed secrets.

use std::path::Path;

use crate::env::files;
use crate::failure::Failure;

/// The environments, in order.
pub(super) const ENVIRONMENTS: [&str; 2] = ["dev", "prod"];
/// The applications of each environment.
pub(super) const APPLICATIONS: [&str; 3] = ["airflow", "fastapi", "mlflow"];

const POLICY: &str = "\
# What Sealsmith may touch, and with which keys. `sealsmith policy schema` describes every field.
version: v1

environments:
  dev:
    certificate: certs/dev.pem
    controller: {keys: controller/dev} # a local controller; a cluster's is {context: dev}
  prod:
    certificate: certs/prod.pem
    controller: {keys: controller/prod}
    protected: true # Sealsmith asks before it changes anything here
";

const README: &str = "\
# Demo platform

`envs/<environment>/sealed-secrets/<application>/sealed-*.yaml` are applied by Argo CD.
`controller/` stands in for the controllers of the clusters: it holds private keys and is not in git.
";

/// The key folder of an environment's local controller.
pub(super) fn keys(environment: &str) -> String {
    format!("controller/{environment}")
}

/// Where a sealed secret lies.
pub(super) fn sealed_path(environment: &str, app: &str, name: &str) -> String {
    format!("envs/{environment}/sealed-secrets/{app}/sealed-{name}.yaml")
}

/// Writes the policy, the ignore list and a README.
pub(super) fn write(root: &Path) -> Result<(), Failure> {
    let write = |name: &str, text: &str| {
        files::replace(&root.join(name), text.as_bytes(), files::Access::Public)
    };
    write("sealsmith.yaml", POLICY)?;
    write(".gitignore", "/controller/\n")?;
    write("README.md", README)
}
