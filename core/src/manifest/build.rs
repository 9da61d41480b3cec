//! Builds new manifests in kubeseal's layout: a SealedSecret to write, a Secret recovered from one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::document::{Kind, Object};
use super::resolve::Resolved;
use super::secret::Secret;
use super::tree::{Node, Style};
use super::value::Value;
use crate::scope::{CLUSTER_WIDE, NAMESPACE_WIDE, Scope};
use crate::sealed::SealedValue;
use crate::secret::SecretBytes;

/// The most bytes that aliases may expand to when an object is written anew.
const EXPANSION_LIMIT: usize = 16 << 20;

/// Sets the annotations of a Secret that select `scope`, and removes the others.
///
/// Unlike kubeseal, where `--scope strict` cannot override an annotation, every scope is really set.
pub fn set_scope(secret: &mut Secret, scope: Scope) {
    secret.annotations.remove(NAMESPACE_WIDE);
    secret.annotations.remove(CLUSTER_WIDE);
    if let Some(annotation) = scope.annotation() {
        secret
            .annotations
            .insert(annotation.to_owned(), "true".to_owned());
    }
}

/// Returns the scope that a Secret's annotations ask for.
#[must_use]
pub fn scope_of(secret: &Secret) -> Scope {
    let annotation = |name: &str| secret.annotations.get(name).map(String::as_str);
    Scope::from_annotations(annotation(NAMESPACE_WIDE), annotation(CLUSTER_WIDE))
}

/// The annotation that says in which wave Argo CD applies an object.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// Builds the SealedSecret of a Secret, with its values already sealed.
///
/// kubeseal puts the scope's annotation on the SealedSecret and all others into its template; a sync wave, which is
/// about the SealedSecret itself, is an addition of ours.
#[must_use]
pub fn sealed_secret(
    secret: &Secret,
    items: &[(String, SealedValue)],
    sync_wave: Option<&str>,
) -> Value {
    let scope_annotation = scope_of(secret).annotation().map(|name| (name, "true"));
    let annotations: Vec<_> = sync_wave
        .map(|wave| (SYNC_WAVE, wave))
        .into_iter()
        .chain(scope_annotation)
        .collect();
    let metadata = entries([
        ("name", secret.name.as_ref().map(Value::text)),
        ("namespace", secret.namespace.as_ref().map(Value::text)),
        (
            "annotations",
            (!annotations.is_empty()).then(|| Value::texts(annotations)),
        ),
    ]);
    let template = entries([
        ("metadata", Some(template_metadata(secret))),
        ("type", secret.kind.as_ref().map(Value::text)),
        ("immutable", secret.immutable.map(Value::Bool)),
    ]);
    let encrypted = Value::texts(
        items
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str())),
    );
    entries([
        ("kind", Some(Value::text("SealedSecret"))),
        ("apiVersion", Some(Value::text("bitnami.com/v1alpha1"))),
        ("metadata", Some(metadata)),
        (
            "spec",
            Some(entries([
                ("template", Some(template)),
                ("encryptedData", Some(encrypted)),
            ])),
        ),
    ])
}

/// What a recovered Secret takes from its SealedSecret besides the values.
pub struct Recovered<'a> {
    /// The SealedSecret's own name.
    pub name: &'a str,
    /// The SealedSecret's own namespace, empty when missing.
    pub namespace: &'a str,
    /// `spec.template`.
    pub template: Option<Node<'a>>,
}

/// Builds the Secret that the controller would make, without the owner reference that only it can fill in.
#[must_use]
pub fn secret(recovered: &Recovered<'_>, values: &[(String, SecretBytes)]) -> Value {
    let template = |field: &str| {
        recovered
            .template?
            .get(field)
            .filter(|node| !node.is_null())
    };
    let metadata = |field: &str| {
        template("metadata")?
            .get(field)
            .filter(|node| node.entries().next().is_some() || node.is_sequence())
    };
    let text = |text: &str| (!text.is_empty()).then(|| Value::text(text));
    let metadata = entries([
        ("name", text(recovered.name)),
        ("namespace", text(recovered.namespace)),
        ("labels", metadata("labels").map(plain_copy)),
        ("annotations", metadata("annotations").map(plain_copy)),
        ("finalizers", metadata("finalizers").map(plain_copy)),
    ]);
    let data = values
        .iter()
        .map(|(key, value)| (key.clone(), base64_text(value)))
        .collect();
    entries([
        ("kind", Some(Value::text("Secret"))),
        ("apiVersion", Some(Value::text("v1"))),
        ("metadata", Some(metadata)),
        ("data", (!values.is_empty()).then_some(Value::Map(data))),
        (
            "type",
            template("type").and_then(Node::as_str).and_then(text),
        ),
        ("immutable", template("immutable").map(plain_copy)),
    ])
}

/// Copies an object that is passed through in another format than it was written in.
///
/// Scalars keep the type that Kubernetes tools give them. Returns `None` where aliases would expand past 16 MiB.
#[must_use]
pub fn copy(object: Object<'_>) -> Option<Value> {
    debug_assert!(
        object.kind != Kind::Secret,
        "a Secret is sealed, never copied"
    );
    copy_within(object.node, &mut EXPANSION_LIMIT.clone())
}

/// `metadata` always stands in the template, empty or not, as kubeseal writes it.
fn template_metadata(secret: &Secret) -> Value {
    let texts = |map: &std::collections::BTreeMap<String, String>| {
        (!map.is_empty()).then(|| Value::texts(map.clone()))
    };
    let finalizers = secret
        .finalizers
        .iter()
        .map(Value::text)
        .collect::<Vec<_>>();
    entries([
        ("name", secret.name.as_ref().map(Value::text)),
        (
            "generateName",
            secret.generate_name.as_ref().map(Value::text),
        ),
        ("namespace", secret.namespace.as_ref().map(Value::text)),
        ("labels", texts(&secret.labels)),
        ("annotations", texts(&secret.annotations)),
        (
            "finalizers",
            (!finalizers.is_empty()).then_some(Value::List(finalizers)),
        ),
    ])
}

fn entries<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    Value::Map(
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
    )
}

fn base64_text(value: &SecretBytes) -> Value {
    let mut text = Zeroizing::new(String::with_capacity(value.len().div_ceil(3) * 4));
    STANDARD.encode_string(value.expose(), &mut text);
    Value::Text(text)
}

fn plain_copy(node: Node<'_>) -> Value {
    copy_within(node, &mut EXPANSION_LIMIT.clone()).unwrap_or(Value::Null)
}

fn copy_within(node: Node<'_>, budget: &mut usize) -> Option<Value> {
    let cost = node.scalar().map_or(16, |text| text.len() + 16);
    *budget = budget.checked_sub(cost)?;
    if node.is_mapping() {
        let pair = |(key, value): (Node<'_>, Node<'_>)| {
            Some((key.scalar()?.to_owned(), copy_within(value, budget)?))
        };
        return Some(Value::Map(node.entries().map(pair).collect::<Option<_>>()?));
    }
    if node.is_sequence() {
        return Some(Value::List(
            node.items()
                .map(|item| copy_within(item, budget))
                .collect::<Option<_>>()?,
        ));
    }
    node.scalar().map(|text| scalar(node, text))
}

fn scalar(node: Node<'_>, text: &str) -> Value {
    if node.style() != Some(Style::Plain) || node.tag() == Some("!!str") {
        return Value::text(text);
    }
    match Resolved::of(text) {
        Resolved::Null => Value::Null,
        Resolved::Bool => Value::Bool(
            text.to_ascii_lowercase().starts_with(['t', 'y']) || text.eq_ignore_ascii_case("on"),
        ),
        // Only what JSON spells alike may stay a number.
        Resolved::Number if super::json::is_number(text) => Value::Number(text.to_owned()),
        Resolved::Number | Resolved::Timestamp | Resolved::Merge | Resolved::Text => {
            Value::text(text)
        }
    }
}
