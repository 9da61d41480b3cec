//! One SealedSecret in `dev`, correct but for what a test puts into it.

use sealsmith_core::sealed::SealedValue;
use sealsmith_lint::Report;
use sealsmith_lint::finding::Finding;
use sealsmith_lint::policy::Severity;

use crate::example::Example;

/// Where it stands.
pub(crate) const PATH: &str = "envs/dev/sealed-secrets/airflow/sealed-db.yaml";

const ANNOTATIONS: &str = "\n    argocd.argoproj.io/sync-wave: \"-1\"";

/// The manifest with these values, each line as it stands below `encryptedData:`.
pub(crate) fn manifest(values: &str) -> String {
    annotated("", "", values)
}

/// The manifest with more annotations, its own and its template's, each as a line of its own.
pub(crate) fn annotated(own: &str, template: &str, values: &str) -> String {
    let lines = |text: &str, indent: usize| -> String {
        let pad = " ".repeat(indent);
        text.lines().map(|line| format!("\n{pad}{line}")).collect()
    };
    let (own, values) = (lines(own, 4), lines(values, 4));
    let template = match template {
        "" => String::new(),
        template => format!("\n      annotations:{}", lines(template, 8)),
    };
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\n  namespace: airflow-dev\n  annotations:{ANNOTATIONS}{own}\nspec:\n  encryptedData:{values}\n  template:\n    metadata:\n      name: db\n      namespace: airflow-dev{template}\n"
    )
}

/// The report on that one file.
pub(crate) fn report(text: &str) -> Report {
    Example::parse("-- README.md --\ntext\n")
        .with(PATH.as_bytes(), text.as_bytes())
        .check()
}

/// What is wrong with that one file.
pub(crate) fn broken(text: &str) -> Vec<String> {
    names(&report(text))
}

/// The names of the rules that a repository breaks, each once, without remarks.
pub(crate) fn names(report: &Report) -> Vec<String> {
    let loud = loud(report).map(|finding| finding.rule.name.to_owned());
    let mut names: Vec<_> = loud.collect();
    names.sort();
    names.dedup();
    names
}

/// What a rule found.
pub(crate) fn found<'r>(report: &'r Report, rule: &str) -> Vec<&'r Finding> {
    loud(report)
        .filter(|finding| finding.rule.name == rule)
        .collect()
}

/// A value with this session key, as the number that RSA made of it, and so many bytes.
pub(crate) fn sealed(number: &[u8], length: usize) -> String {
    let header = u16::try_from(number.len())
        .expect("a key size")
        .to_be_bytes();
    let bytes = [&header[..], number, &vec![7; length + 16]].concat();
    let value = SealedValue::from_bytes(bytes).expect("it is well formed");
    value.as_str().to_owned()
}

fn loud(report: &Report) -> impl Iterator<Item = &Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
}
