//! Generators and charts make Secrets of what stands in the repository.

use std::collections::HashMap;

use sealsmith_core::manifest::tree::Node;

use crate::context::Context;
use crate::finding::Findings;
use crate::generator::{Generator, generators};
use crate::index::{Indexed, Repository, Taken};
use crate::path::Path;
use crate::policy::Severity;
use crate::readable::literal::is_literal;
use crate::rule::{Check, Fixable, Rule};
use crate::secret_like::is_filler;
use crate::source::{Mode, Source};
use crate::text::{listed, shown};
use crate::values;

/// The most places that are named in one file.
const MOST: usize = 50;

/// Endings of files that everyone may read.
const PUBLIC: [&str; 5] = [".crt", ".cer", ".pub", "known_hosts", "ca.pem"];

pub(super) const RULE: Rule = Rule {
    name: "literal-in-generator",
    code: "SL202",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "a generator or a chart makes a Secret of a value that stands readable in the repository",
    why: "A Secret that Kustomize or Helm makes is as readable as what it is made of.",
    how: "Seal the value with `sealsmith seal` and refer to the Secret by name (`existingSecret`, \
          `secretKeyRef`). Text that a tool fills in, such as `${PASSWORD}`, is not reported.",
    bad: "\
-- charts/airflow/values-dev.yaml --
redis:
  password: hunter22
",
    good: "\
-- charts/airflow/values-dev.yaml --
redis:
  existingSecret: redis-credentials
  existingSecretPasswordKey: password
-- apps/airflow/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
secretGenerator:
  - name: ca
    files: [ca.crt]
-- apps/airflow/ca.crt --
not looked at
",
    checks: &[Check::File(literals), Check::Repository(files)],
};

fn literals(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !source.file().tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    let generators = generators(source).into_iter();
    for (generator, literals) in generators.filter_map(with_literals).take(MOST) {
        in_generator(source, generator, &literals, findings);
    }
    for secret in values::secrets(source).into_iter().take(MOST) {
        findings
            .add(
                source.path(),
                source.mark(secret.at),
                format!("`{}` is a readable secret", shown(&secret.field)),
            )
            .note("everyone who can read the repository knows this value")
            .help("seal it, refer to the Secret by name (`existingSecret`), and change the value")
            .about("", secret.field);
    }
}

fn with_literals(generator: Generator<'_>) -> Option<(Generator<'_>, Vec<(&str, Node<'_>)>)> {
    let literals: Vec<_> = generator.literals().filter_map(literal).collect();
    (!literals.is_empty()).then_some((generator, literals))
}

fn in_generator(
    source: &Source<'_>,
    generator: Generator<'_>,
    literals: &[(&str, Node<'_>)],
    findings: &mut Findings<'_>,
) {
    let Some((first, node)) = literals.first() else {
        return;
    };
    let keys = listed(literals.iter().map(|(key, _)| *key));
    let name = shown(generator.name());
    findings
        .add(
            source.path(),
            source.mark_of(*node),
            format!("the generator of Secret `{name}` holds readable values: {keys}"),
        )
        .note("everyone who can read the repository knows this value")
        .help("seal it with `sealsmith seal`, and change the value")
        .about(
            generator.name(),
            format!("secretGenerator.literals.{first}"),
        );
}

/// The key of `key=value` with a value of its own.
fn literal(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    let (key, value) = node.as_str()?.split_once('=')?;
    let value = value.trim_matches(['"', '\'']);
    (is_literal(value) && !is_filler(value)).then_some((key, node))
}

fn files(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let reported = repository
        .files
        .iter()
        .filter(|file| (repository.reported)(&file.path) && !file.taken.is_empty());
    let reported: Vec<_> = reported
        .filter(|file| !context.layout.ignores(&file.path.lossy()))
        .collect();
    if reported.is_empty() {
        return;
    }
    let by_path: HashMap<&Path, &Indexed> = repository
        .files
        .iter()
        .map(|file| (&file.path, file))
        .collect();
    for file in reported {
        let readable = |taken: &&Taken| {
            by_path
                .get(&taken.path)
                .is_some_and(|taken| is_readable(taken))
        };
        for taken in file.taken.iter().filter(readable).take(MOST) {
            let name = shown(&taken.object);
            findings
                .add(&file.path, Some(taken.mark), format!("the generator of Secret `{name}` reads `{}`, which is in the repository", taken.path))
                .note("everyone who can read the repository knows what it holds")
                .help("seal what it holds with `sealsmith seal`, delete the file, and change the values")
                .about(&taken.object, format!("secretGenerator.{}", taken.path));
        }
    }
}

fn is_readable(file: &Indexed) -> bool {
    file.mode != Mode::Gitlink && !file.encrypted && !file.path.ends_with(&PUBLIC)
}
