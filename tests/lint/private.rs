//! Generators, charts, key files and files that git does not track: what is a secret, and what only looks like one.

use sealsmith_lint::policy::Severity;

use crate::example::Example;

/// The rules that object to a repository, apart from those about its layout.
fn broken(text: &str) -> Vec<(&'static str, Severity)> {
    let report = Example::parse(text).check();
    let mine = [
        "plaintext-secret",
        "literal-in-generator",
        "credential-in-text",
        "private-material",
        "stray-plaintext",
    ];
    let findings = report.findings.iter();
    let found = findings.map(|finding| (finding.rule.name, finding.severity));
    found.filter(|(rule, _)| mine.contains(rule)).collect()
}

fn body() -> String {
    format!(
        "-----BEGIN {0} KEY-----\nMC4CAQAwBQYDK2VwBCIEIDq8Zl5rW0c3VtXbN7yQpLkJhGfDsAzXcVbNmQwErTyU\n-----END {0} KEY-----\n",
        "PRIVATE"
    )
}

#[test]
fn private_material_is_found_by_name_and_by_content() {
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: a\nusers:\n- name: admin\n  user: {token: hunter22hunter22}\n";
    for (path, text) in [
        ("a/tls.key", body()),
        ("a/id_ed25519", body()),
        (
            "a/fernet.key",
            "q7Zr2LmXw9TbcN4vKs8pYh1DfGj6QaUeRoIt3Bx0=\n".to_owned(),
        ),
        (".env", "DB_PASSWORD=hunter22\n".to_owned()),
        ("a/prod.env", "SECRET_KEY=hunter22\n".to_owned()),
        ("kubeconfig", kubeconfig.to_owned()),
        ("kube.yaml", kubeconfig.to_owned()),
    ] {
        let found = broken(&format!("-- {path} --\n{text}"));
        assert_eq!(found, [("private-material", Severity::Error)], "{path}");
    }
    let backup = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: k\n  labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}\ndata: {tls.key: aHVudGVyMg==}\n";
    let found = broken(&format!("-- backup/main.yaml --\n{backup}"));
    assert!(
        found.contains(&("private-material", Severity::Error)),
        "{found:?}"
    );
    let harmless = broken("-- .env --\nCOMPOSE_PROJECT_NAME=platform\n");
    assert_eq!(harmless, [("private-material", Severity::Warning)]);
}

#[test]
fn public_keys_examples_and_references_are_no_private_material() {
    for (path, text) in [
        (
            "a/tls.crt",
            "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQX7PZ3MDL5RT2WVNq7Zr2LmXw9TbcN4vKs8pYh1D\n-----END CERTIFICATE-----\n",
        ),
        (
            "a/signing.key",
            "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7Zr2LmXw9TbcN4vKs8pYh1DfGj6Q\n-----END PUBLIC KEY-----\n",
        ),
        ("a/tls.key", "{{ .Values.key }}\n"),
        (".env.example", "DB_PASSWORD=hunter22\n"),
        ("sample.env", "DB_PASSWORD=hunter22\n"),
        (".env", "DB_PASSWORD=\nTOKEN=${TOKEN}\n"),
        ("a/app.env", "LOG_LEVEL=info\nPORT=8080\n"),
        (
            "a/prod.env",
            "DB_PASSWORD=ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]\nsops_version=3\n",
        ),
        (
            "kubeconfig",
            "apiVersion: v1\nkind: Config\ncurrent-context: a\nusers:\n- name: a\n  user: {exec: {command: aws}, client-certificate-data: abc}\n",
        ),
        (
            "docs/x.md",
            "Set `token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` and AKIAIOSFODNN7EXAMPLE.\n",
        ),
    ] {
        assert_eq!(broken(&format!("-- {path} --\n{text}")), [], "{path}");
    }
}

#[test]
fn literals_of_generators_and_charts_are_found() {
    for (path, text) in [
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, literals: [password=hunter2]}\n",
        ),
        (
            "a/kustomization.yaml",
            "kind: Component\nsecretGenerator:\n- {name: db, envs: [../b/db.txt]}\n-- b/db.txt --\nx=y\n",
        ),
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, files: [k=db.txt]}\n-- a/db.txt --\nhunter2\n",
        ),
        ("c/values.yaml", "redis: {auth: {password: hunter22}}\n"),
        ("c/values-dev.yaml", "redis.password: hunter22\n"),
        (
            "c/db-values.yaml",
            "users: [{name: a, apiKey: abcdefgh12}]\n",
        ),
        (
            "c/values.yml",
            "env: [{name: DB_PASSWORD, value: hunter22}]\n",
        ),
        (
            "c/r.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {password: hunter22}}\n",
        ),
        (
            "c/a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      parameters: [{name: redis.password, value: hunter22}]\n",
        ),
        (
            "c/a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  sources:\n  - helm:\n      values: |\n        password: hunter22\n",
        ),
    ] {
        let found = broken(&format!("-- {path} --\n{text}"));
        assert_eq!(
            found,
            [("literal-in-generator", Severity::Error)],
            "{path}: {text}"
        );
    }
}

#[test]
fn references_and_what_is_not_tracked_or_encrypted_pass() {
    for (path, text) in [
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, literals: ['password=${P}', a=]}\n",
        ),
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, envs: [missing.env]}\n",
        ),
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, files: [tls.crt]}\n-- a/tls.crt --\nx\n",
        ),
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, envs: [x.txt]}\n-- a/x.txt --\nP=ENC[AES256_GCM,data:a,type:str]\n",
        ),
        (
            "a/kustomization.yaml",
            "secretGenerator:\n- {name: db, envs: [x.txt]}\n-- untracked:a/x.txt --\na=b\n",
        ),
        (
            "c/values.yaml",
            "existingSecret: db-credentials\nsecretName: hunter22\nsecretKey: hunter22x\npasswordSecretRef: hunter22\nsecretKeyRef: {name: hunter22, key: password}\ntokenSecret: airflow-s3-token\nautomountServiceAccountToken: false\npassword: CHANGE_ME\n",
        ),
        ("c/settings.yaml", "password: hunter22\n"),
    ] {
        assert_eq!(
            broken(&format!("-- {path} --\n{text}")),
            [],
            "{path}: {text}"
        );
    }
}

#[test]
fn stray_plaintext_warns_and_stops_an_operation() {
    let secret = "envs/dev/sealed-secrets/a/x.yaml.bak --\napiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n";
    let key = format!(
        "x.json --\n{{\"AccessKeyId\": \"{}{}\"}}\n",
        "AKIA", "QX7PZ3MDL5RT2WVN"
    );
    for text in [secret.to_owned(), key, format!("a.key --\n{}", body())] {
        for mode in ["untracked", "private"] {
            let text = format!("-- {mode}:{text}");
            assert_eq!(
                broken(&text),
                [("stray-plaintext", Severity::Warning)],
                "{text}"
            );
            let guarded = broken(&format!("{text}-- git --\nclean\n"));
            assert_eq!(guarded, [("stray-plaintext", Severity::Error)], "{text}");
        }
    }
    let message = |mode: &str| {
        let report = Example::parse(&format!("-- {mode}:{secret}")).check();
        let found = report.findings.into_iter().next();
        found.expect("there is one").message
    };
    assert!(message("untracked").contains("0644") && !message("private").contains("mode"));
}
