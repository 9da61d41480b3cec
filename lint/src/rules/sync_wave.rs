//! Secrets must be there before the workloads that use them.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;

use crate::context::Context;
use crate::finding::{Edit, Finding, Findings, Fix};
use crate::index::{Consumer, Repository, SealedEntry};
use crate::indexing::SYNC_WAVE;
use crate::namesakes::Namesakes;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::splice::annotate;
use crate::text::shown;
use crate::value::is_string;

pub(super) const RULE: Rule = Rule {
    name: "sync-wave",
    code: "SL501",
    severity: Severity::Error,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a SealedSecret is not applied before the workloads that use it",
    why: "Argo CD applies everything of one wave at once. A workload that starts before its Secret is there \
          fails, or keeps the old value; and a wave only in the template reaches the Secret, where Argo CD \
          does not look.",
    how: "Annotate the SealedSecret itself with `argocd.argoproj.io/sync-wave: \"-1\"`, in quotes, and leave \
          its workloads at 0 or later. `rules.sync-wave.options.wave` sets another wave.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
spec:
  encryptedData: {password: <sealed dev 12>}
  template:
    metadata:
      name: db
      namespace: airflow-dev
      annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template:
    metadata:
      name: db
      namespace: airflow-dev
      annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
",
    checks: &[Check::File(secrets), Check::Repository(workloads)],
};

fn secrets(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let expected = context.policy.expected_wave();
    for (_, secret, _) in source.judged() {
        let metadata = secret.node().get("metadata");
        let wave = metadata.and_then(|metadata| metadata.get("annotations")?.get(SYNC_WAVE));
        let finding = match wave {
            None => missing(source, secret, metadata, &expected, findings),
            Some(wave) => wrong(source, wave, &expected, findings),
        };
        if let Some(finding) = finding {
            finding.about(secret.title(), format!("metadata.annotations.{SYNC_WAVE}"));
        }
    }
}

fn missing<'f>(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    metadata: Option<Node<'_>>,
    expected: &str,
    findings: &'f mut Findings<'_>,
) -> Option<&'f mut Finding> {
    let template = secret
        .template()
        .and_then(|template| template.get("metadata")?.get("annotations")?.get(SYNC_WAVE));
    let message = match template {
        Some(_) => format!(
            "the sync wave of `{}` is only in its template, where Argo CD does not look",
            secret.title()
        ),
        None => format!("`{}` has no sync wave", secret.title()),
    };
    let finding = findings.add(source.path(), source.mark_of_name(secret), message);
    finding.note("without one it is applied together with its workloads");
    finding.help(format!("annotate it with `{SYNC_WAVE}: \"{expected}\"`"));
    if let Some(edit) = metadata.and_then(|metadata| annotate(metadata, SYNC_WAVE, expected)) {
        finding.fix(fix("add the sync wave", edit));
    }
    Some(finding)
}

fn wrong<'f>(
    source: &Source<'_>,
    wave: Node<'_>,
    expected: &str,
    findings: &'f mut Findings<'_>,
) -> Option<&'f mut Finding> {
    let text = wave.scalar().unwrap_or_default();
    if text == expected && is_string(wave) {
        return None;
    }
    let mark = source.mark_of(wave);
    if text != expected {
        let message = format!("the sync wave is `{}`, not `{expected}`", shown(text));
        return Some(findings.add(source.path(), mark, message));
    }
    let finding = findings.add(
        source.path(),
        mark,
        "the sync wave is a number, and an annotation is a text",
    );
    finding.help(format!("write it in quotes: `\"{expected}\"`"));
    if !wave.is_alias() && wave.tag().is_none() {
        let (range, text) = (wave.range(), format!("\"{expected}\""));
        finding.fix(fix("quote the sync wave", Edit { range, text }));
    }
    Some(finding)
}

fn fix(summary: &str, edit: Edit) -> Fix {
    Fix {
        safe: true,
        summary: summary.to_owned(),
        edits: vec![edit],
    }
}

fn workloads(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let consumers: Vec<_> = repository.consumers().collect();
    if consumers.is_empty() {
        return;
    }
    let namesakes = Namesakes::of(repository, context);
    for (file, consumer) in consumers {
        let names = consumer.secrets.iter();
        let mut used =
            names.flat_map(|name| namesakes.meant(&file.path, &consumer.namespace, name));
        if let Some((_, secret)) = used.find(|(_, secret)| is_late(consumer, secret)) {
            findings
                .add(&file.path, Some(consumer.mark), message(consumer, secret))
                .note("it may start before the Secret is there")
                .help("give the workload a later wave")
                .about(
                    consumer.title(),
                    format!("metadata.annotations.{SYNC_WAVE}"),
                );
        }
    }
}

/// Whether the workload is certainly not applied after the secret.
fn is_late(consumer: &Consumer, secret: &SealedEntry) -> bool {
    let number = |wave: &str| wave.parse::<i64>().ok();
    let workload = number(consumer.wave.as_deref().unwrap_or("0"));
    let of_secret = secret.wave.as_deref().and_then(number);
    matches!((workload, of_secret), (Some(workload), Some(secret)) if workload <= secret)
}

fn message(consumer: &Consumer, secret: &SealedEntry) -> String {
    let wave = consumer.wave.as_deref().unwrap_or("0");
    let of_secret = secret.wave.as_deref().unwrap_or_default();
    format!(
        "{} `{}` has sync wave {}, its secret `{}` has {}",
        consumer.kind,
        consumer.name,
        shown(wave),
        secret.title(),
        shown(of_secret)
    )
}
