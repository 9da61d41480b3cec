//! Values that anyone can read.

use super::scene::{Scene, Spot};
use crate::random::Random;
use crate::settings::tracked;
use sealsmith_lint::source::File;

/// Readable Secrets, each with the line of its first value.
const SECRETS: [(&str, &str, usize); 7] = [
    (
        "yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: hunter2\n",
        5,
    ),
    (
        "yml",
        "kind: Secret\ndata:\n  # as before\n  password: aHVudGVyMg==\napiVersion: v1\n",
        4,
    ),
    (
        "yaml",
        "apiVersion: v1\nkind: ConfigMap\ndata: {}\n---\napiVersion: v1\nkind: \"S\\x65cret\"\ndata: {a: aHVudGVyMg==}\n",
        7,
    ),
    (
        "yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  data:\n    a: aHVudGVyMg==\n",
        7,
    ),
    (
        "json",
        "{\n  \"kind\": \"Secret\",\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"aHVudGVyMg==\"\n  }\n}\n",
        5,
    ),
    (
        "yaml",
        "apiVersion: v1\r\nkind: Secret\r\nstringData:\r\n  url: postgres://u:p@db/x\r\n",
        4,
    ),
    (
        "yaml.bak",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2\n",
        4,
    ),
];

const FOLDERS: [&str; 5] = [
    "apps/web",
    "charts/airflow/templates",
    "ops",
    "envs/dev/sealed-secrets/airflow",
    "argocd/dev",
];

pub(super) fn secret(random: &mut Random, scene: &mut Scene) -> Spot {
    let (ending, text, line) = SECRETS[random.below(SECRETS.len())];
    let path = format!("{}/secret.{ending}", random.pick(&FOLDERS));
    scene.add(&path, text);
    Spot {
        path,
        line: Some(line),
    }
}

pub(super) fn in_generator(random: &mut Random, scene: &mut Scene) -> Spot {
    if random.one_in(2) {
        let path = format!(
            "apps/{}/kustomization.yaml",
            random.pick(&["web", "airflow/base"])
        );
        let word = random.text("abcdefgh0123456789", 14);
        scene.add(
            &path,
            format!("secretGenerator:\n  - name: db\n    literals:\n      - password={word}\n"),
        );
        return Spot {
            path,
            line: Some(4),
        };
    }
    let app = random.pick(&["airflow", "fastapi", "mlflow"]);
    let index = scene.index(&format!(
        "charts/{app}/values-{}.yaml",
        random.pick(&["dev", "prod"])
    ));
    let end = scene.text(index).lines().count();
    let key = random.pick(&[
        "password",
        "dbPassword",
        "apiKey",
        "authToken",
        "clientSecret",
    ]);
    let word = random.text("abcdefgh0123456789", 14);
    scene.insert_after(index, end, &format!("{key}: {word}"))
}

pub(super) fn credential(random: &mut Random, scene: &mut Scene) -> Spot {
    let paths = [
        "README.md",
        "ops/notes.md",
        "charts/mlflow/values-dev.yaml",
        "argocd/prod/mlflow.yaml",
        "charts/airflow/templates/deployment.yaml",
    ];
    let index = scene.index(random.pick(&paths));
    let line = 1 + random.below(scene.text(index).lines().count());
    let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let token = match random.below(4) {
        0 => ["AK", "IA", &random.text(upper, 16)].concat(),
        1 => ["gh", "p_", &random.text(letters, 36)].concat(),
        2 => ["glp", "at-", &random.text(letters, 20)].concat(),
        _ => [
            "https://hooks.sl",
            "ack.com/services/T",
            &random.text(upper, 8),
            "/B",
            &random.text(upper, 8),
            "/",
            &random.text(letters, 24),
        ]
        .concat(),
    };
    scene.insert_after(index, line, &format!("# {token}"))
}

pub(super) fn private(random: &mut Random, scene: &mut Scene) -> Spot {
    let files = [
        ("apps/web/.env", "LOG_LEVEL=info\nDB_PASSWORD=hunter22\n", 2),
        (
            "certs/dev.key",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n",
            1,
        ),
        (
            "ops/kubeconfig",
            "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {token: abcdefgh12345678}\n",
            5,
        ),
        (
            "backup/main.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sealed-secrets-key-x\n  labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}\ndata: {tls.key: LS0tLS1CRUdJTg==}\n",
            5,
        ),
    ];
    let (path, text, line) = files[random.below(files.len())];
    scene.add(path, text);
    Spot {
        path: path.to_owned(),
        line: Some(line),
    }
}

pub(super) fn stray(random: &mut Random, scene: &mut Scene) -> Spot {
    let (_, text, line) = SECRETS[random.below(2)];
    let path = format!(
        "{}/{}",
        random.pick(&FOLDERS),
        random.pick(&["secret.yaml", "db.yaml.bak", ".secret.yml.swp"])
    );
    let permissions = Some(if random.one_in(2) { 0o644 } else { 0o600 });
    scene.files.push(File {
        tracked: false,
        permissions,
        ..tracked(&path, text)
    });
    Spot {
        path,
        line: Some(line),
    }
}

pub(super) fn last_applied(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let annotations = scene.lines(index, "annotations:");
    let line = annotations[annotations.len() - 1];
    let next = scene.line(index, line + 1);
    let indent = &next[..next.len() - next.trim_start().len()];
    let applied = r#"kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"aHVudGVyMjI="}}'"#;
    scene.insert_after(index, line, &format!("{indent}{applied}"))
}
