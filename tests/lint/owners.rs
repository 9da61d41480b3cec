//! What else makes a Secret, and which workloads use it.

use crate::example::{Example, lines};

const SEALED: &str = "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
";

/// What the rules of this family say about a file beside the SealedSecret `airflow-dev/db`.
fn said(path: &str, text: &str) -> Vec<String> {
    let policy = "-- sealsmith.yaml --\nlayout: {namespace: '{app}-{env}'}\nenvironments: {dev: {certificate: certs/dev.pem}}\nsecrets:\n  - {id: all, match: {name: '*'}, rotation: automated, reason: a made-up secret of a test, restarts: true}\ngit: {base: origin/main}\n";
    let report = Example::parse(&format!("{policy}{SEALED}-- {path} --\n{text}")).check();
    let mine = ["competing-owner", "missing-checksum", "sync-wave"];
    let lines = lines(&report).into_iter();
    lines
        .filter(|line| {
            mine.iter()
                .any(|rule| line.contains(&format!(": {rule}: ")))
        })
        .collect()
}

#[test]
fn what_makes_the_same_secret_competes() {
    let meta = "metadata: {name: db, namespace: airflow-dev}";
    let other = "metadata: {name: other, namespace: airflow-dev}";
    for text in [
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n{meta}\nspec: {{data: []}}\n"
        ),
        format!(
            "apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\n{other}\nspec: {{target: {{name: db, creationPolicy: Owner}}}}\n"
        ),
        format!("apiVersion: v1\nkind: Secret\n{meta}\n"),
        format!(
            "apiVersion: cert-manager.io/v1\nkind: Certificate\n{other}\nspec: {{secretName: db}}\n"
        ),
        format!(
            "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\n{other}\nspec: {{destination: {{create: true, name: db}}}}\n"
        ),
        format!(
            "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n{other}\nspec: {{secretObjects: [{{secretName: db}}]}}\n"
        ),
        format!("apiVersion: onepassword.com/v1\nkind: OnePasswordItem\n{meta}\n"),
    ] {
        let said = said("apps/x.yaml", &text);
        assert!(
            matches!(said.as_slice(), [line] if line.contains("competing-owner")),
            "{text}{said:?}"
        );
    }
    let generator = "kind: Kustomization\nnamespace: airflow-dev\nsecretGenerator: [{name: db, literals: ['a=${A}'], options: {disableNameSuffixHash: true}}]\n";
    assert_eq!(said("apps/kustomization.yaml", generator).len(), 1);
}

#[test]
fn what_makes_another_secret_or_shares_it_does_not_compete() {
    let meta = "metadata: {name: db, namespace: airflow-dev}";
    for text in [
        format!("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n{meta}\nspec: {{target: {{creationPolicy: Merge}}}}\n"),
        format!("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n{meta}\nspec: {{target: {{name: other}}}}\n"),
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db, namespace: other}\nspec: {}\n".to_owned(),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: airflow-dev, annotations: {sealedsecrets.bitnami.com/patch: \"true\"}}\n".to_owned(),
        format!("apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\n{meta}\nspec: {{destination: {{name: db}}}}\n"),
        "kind: Kustomization\nnamespace: airflow-dev\nsecretGenerator: [{name: db, literals: ['a=${A}']}]\n".to_owned(),
        format!("apiVersion: v1\nkind: ConfigMap\n{meta}\n"),
    ] {
        assert!(said("apps/kustomization.yaml", &text).is_empty(), "{text}");
    }
}

fn workload(kind: &str, spec: &str, annotations: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: airflow-dev, annotations: {{{annotations}}}}}\nspec: {{template: {{metadata: {{annotations: {{POD}}}}, spec: {{{spec}}}}}}}\n"
    )
}

#[test]
fn every_way_to_use_a_secret_counts_but_pulling_images() {
    for (spec, uses) in [
        (
            "containers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]}]",
            true,
        ),
        (
            "initContainers: [{envFrom: [{secretRef: {name: db}}]}]",
            true,
        ),
        ("volumes: [{name: v, secret: {secretName: db}}]", true),
        (
            "volumes: [{name: v, projected: {sources: [{secret: {name: db}}]}}]",
            true,
        ),
        ("imagePullSecrets: [{name: db}]", false),
        (
            "containers: [{envFrom: [{configMapRef: {name: db}}]}]",
            false,
        ),
        (
            "containers: [{envFrom: [{secretRef: {name: other}}]}]",
            false,
        ),
    ] {
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "Rollout"] {
            let text = workload(kind, spec, "").replace("{POD}", "{}");
            let found = said("apps/web.yaml", &text);
            let named = found
                .iter()
                .filter(|line| line.contains("missing-checksum"));
            assert_eq!(named.count(), usize::from(uses), "{kind} {spec} {found:?}");
        }
    }
}

#[test]
fn what_restarts_pods_is_known_and_jobs_need_nothing() {
    let spec = "containers: [{envFrom: [{secretRef: {name: db}}]}]";
    for (annotations, pod) in [
        ("", "{checksum/secret: abc}"),
        ("reloader.stakater.com/auto: \"true\"", "{}"),
        ("secret.reloader.stakater.com/reload: \"other, db\"", "{}"),
    ] {
        let text = workload("Deployment", spec, annotations).replace("{POD}", pod);
        assert!(said("apps/web.yaml", &text).is_empty(), "{text}");
    }
    let watching_another = workload(
        "Deployment",
        spec,
        "secret.reloader.stakater.com/reload: other",
    );
    assert_eq!(
        said("apps/web.yaml", &watching_another.replace("{POD}", "{}")).len(),
        1
    );
    let job = workload("Job", spec, "").replace("{POD}", "{}");
    assert!(said("apps/web.yaml", &job).is_empty());
}

#[test]
fn a_workload_of_the_secrets_own_wave_is_too_early() {
    let spec = "containers: [{envFrom: [{secretRef: {name: db}}]}]";
    for (wave, early) in [("-2", true), ("-1", true), ("0", false), ("1", false)] {
        let annotation = format!("argocd.argoproj.io/sync-wave: \"{wave}\"");
        let text = workload("Job", spec, &annotation).replace("{POD}", "{}");
        assert_eq!(
            said("apps/web.yaml", &text).len(),
            usize::from(early),
            "{wave}"
        );
    }
    let cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c, namespace: airflow-dev, annotations: {argocd.argoproj.io/sync-wave: \"-1\"}}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{envFrom: [{secretRef: {name: db}}]}]}}}}}\n";
    assert_eq!(said("apps/cron.yaml", cron).len(), 1);
}
