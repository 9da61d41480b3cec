//! The files of the standard layout: each scope, templates, comments, several documents.

use serde_json::json;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The applications of an environment.
pub(crate) const APPLICATIONS: [&str; 3] = ["airflow", "fastapi", "mlflow"];

/// The Secrets that each application has.
pub(crate) const SECRETS: [&str; 4] = ["db", "template", "one", "two"];

/// The files of an application, by name.
pub(crate) fn of_application(
    certificate: &Path,
    app: &str,
    env: &str,
) -> Vec<(&'static str, String)> {
    let seal = |name, scope| sealed(certificate, &format!("{app}-{env}"), name, scope);
    let several = [seal("one", "strict"), seal("two", "namespace-wide")].join("---\n");
    vec![
        ("sealed-db.yaml", commented(&seal("db", "strict"))),
        ("sealed-template.yaml", seal("template", "cluster-wide")),
        ("sealed-several.yaml", several),
    ]
}

// Comments and a blank line where only a byte-exact edit leaves them.
fn commented(manifest: &str) -> String {
    let manifest = manifest.replace(
        "  encryptedData:\n",
        "  # rotated by hand\n\n  encryptedData:\n",
    );
    format!("# owner: platform\n{manifest}")
}

/// Seals a Secret with labels, an annotation and two entries, as a person would.
fn sealed(certificate: &Path, namespace: &str, name: &str, scope: &str) -> String {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {
            "name": name, "namespace": namespace, "labels": {"team": "ml"},
            "annotations": {"example.com/note": "kept"},
        },
        "stringData": {"user": format!("{namespace}/{name}"), "password": "p\u{e4}ss\nword"},
    });
    let program =
        std::env::var_os("SEALSMITH_PROGRAM").expect("./tests/run cluster names the program");
    let mut child = Command::new(program)
        .args(["seal", "--scope", scope, "--format", "yaml", "--cert"])
        .arg(certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    write!(child.stdin.take().unwrap(), "{secret}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "seal: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The policy of the repository.
pub(crate) fn policy(fingerprint: &str) -> String {
    let environment = |env: &str| {
        format!(
            "  {env}:
    certificate: certs/{env}.pem
    fingerprints: [\"{fingerprint}\"]
    protected: false
    git: {{branch: main}}
    argocd: {{applications: [\"*-{env}\"], timeout: 80s}}
"
        )
    };
    format!(
        "version: v1
layout:
  allow: [\"envs/{{env}}/sealed-secrets/{{app}}/sealed-{{name}}.yaml\"]
  namespace: \"{{app}}-{{env}}\"
environments:
{}{}rules:
  sync-wave: {{severity: off}}
",
        environment("dev"),
        environment("prod")
    )
}
