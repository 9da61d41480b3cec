//! Values of Helm charts that are secrets: in values files, and where GitOps tools have them inline.

use std::ops::Range;

use sealsmith_core::manifest::document::Kind;
use sealsmith_core::manifest::tree::{Node, Stream};

use crate::limits;
use crate::secret_like::is_secret;
use crate::source::Source;

/// The most secrets that are kept of one file.
const MOST: usize = 100;

/// A readable secret among values.
pub(crate) struct Literal {
    /// Its path among the values, as `redis.password`.
    pub(crate) field: String,
    /// Where its key stands.
    pub(crate) at: Range<usize>,
}

/// Returns the secrets among the values that a file gives to charts.
pub(crate) fn secrets(source: &Source<'_>) -> Vec<Literal> {
    let mut found = Vec::new();
    if is_values_file(source) {
        let roots = source.stream().into_iter().flat_map(Stream::documents);
        let roots = roots.filter_map(|document| document.root());
        roots.for_each(|root| walk(root, "", &mut found));
        return found;
    }
    for object in source.objects() {
        match object.kind {
            Kind::Other("HelmRelease") => values_at(object.node, &["spec", "values"], &mut found),
            Kind::Other("Application" | "ApplicationSet") => application(object.node, &mut found),
            Kind::Other("Kustomization") | Kind::Unknown => charts(object.node, &mut found),
            Kind::Other(_) | Kind::Secret | Kind::SealedSecret => {}
        }
    }
    found
}

/// `values.yaml`, `values-dev.yaml`, `airflow.values.yaml`; not an object that only has such a name.
fn is_values_file(source: &Source<'_>) -> bool {
    let name = String::from_utf8_lossy(source.path().file_name());
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let named = stem.starts_with("values")
        || stem.ends_with("-values")
        || stem.ends_with(".values")
        || stem.ends_with("_values");
    named
        && source
            .objects()
            .iter()
            .all(|object| object.kind == Kind::Unknown)
}

/// `helmCharts` of a Kustomization.
fn charts(node: Node<'_>, found: &mut Vec<Literal>) {
    let charts = node.get("helmCharts").into_iter().flat_map(Node::items);
    charts.for_each(|chart| values_at(chart, &["valuesInline"], found));
}

/// Argo CD's Application, or the template of an ApplicationSet.
fn application(node: Node<'_>, found: &mut Vec<Literal>) {
    let spec = at(node, &["spec", "template", "spec"]).or_else(|| node.get("spec"));
    let one = spec.and_then(|spec| spec.get("source"));
    let several = spec
        .and_then(|spec| spec.get("sources"))
        .into_iter()
        .flat_map(Node::items);
    for helm in one
        .into_iter()
        .chain(several)
        .filter_map(|source| source.get("helm"))
    {
        values_at(helm, &["valuesObject"], found);
        let parameters = helm.get("parameters").into_iter().flat_map(Node::items);
        parameters.for_each(|parameter| found.extend(pair(parameter, "")));
        found.extend(
            helm.entries()
                .filter_map(|(key, value)| in_text(key, value)),
        );
    }
}

/// The first secret in `values: |`, at its key.
fn in_text(key: Node<'_>, value: Node<'_>) -> Option<Literal> {
    let text = value.as_str().filter(|_| key.scalar() == Some("values"))?;
    let stream = limits::parse(text).ok()?;
    let mut found = Vec::new();
    let roots = stream.documents().filter_map(|document| document.root());
    roots.for_each(|root| walk(root, "", &mut found));
    let field = found.into_iter().next()?.field;
    Some(Literal {
        field,
        at: key.range(),
    })
}

fn values_at(node: Node<'_>, path: &[&str], found: &mut Vec<Literal>) {
    if let Some(values) = at(node, path) {
        walk(values, "", found);
    }
}

fn walk(node: Node<'_>, path: &str, found: &mut Vec<Literal>) {
    // What an alias stands for is seen where it is written.
    if node.is_alias() || found.len() >= MOST {
        return;
    }
    found.extend(pair(node, path));
    for (key, value) in node.entries() {
        let name = key.scalar().unwrap_or_default();
        let field = joined(path, name);
        if value.is_scalar() && is_secret(name, value) {
            found.push(Literal {
                field,
                at: key.range(),
            });
        } else {
            walk(value, &field, found);
        }
    }
    node.items().for_each(|item| walk(item, path, found));
}

/// `{name: DB_PASSWORD, value: hunter22}`, as charts take variables.
fn pair(node: Node<'_>, path: &str) -> Option<Literal> {
    let name = node.get("name")?.as_str()?;
    let value = node
        .get("value")
        .filter(|value| is_secret(last(name), *value))?;
    Some(Literal {
        field: joined(path, name),
        at: value.range().start..value.range().start,
    })
}

/// The last part of `redis.auth.password`.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| node.get(name))
}
