//! Reads SealedSecrets: who they are for, and where their values stand in the text.

use super::document::{Kind, Object, objects, refuse_merge_key};
use super::edit::Change;
use super::tree::{Error, Node, NodeId, Position, Problem, Stream};
use super::value::Value;
use crate::scope::{CLUSTER_WIDE, Label, NAMESPACE_WIDE, Scope};

/// A SealedSecret in a stream.
#[derive(Clone, Copy)]
pub struct SealedSecret<'a> {
    node: Node<'a>,
    in_list: bool,
    document: usize,
}

/// Why a value that is an alias to such a place is left alone.
#[cfg(feature = "unseal")]
pub(crate) const ALIAS_ELSEWHERE: &str =
    "the value is an alias to a text outside `spec.encryptedData`, which an edit would change too";

/// One value of `spec.encryptedData`.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// The data key.
    pub key: &'a str,
    /// The sealed text: base64, as read after quotes and line breaks.
    pub text: &'a str,
    /// The scalar that holds the text; several items share one through an alias.
    pub scalar: NodeId,
    /// Where the value stands.
    pub position: Position,
}

/// Returns every SealedSecret of a stream in order, those in lists included.
///
/// # Errors
/// [`Problem::MergeKey`] where a merge key decides what an object is.
pub fn sealed_secrets(stream: &Stream) -> Result<Vec<SealedSecret<'_>>, Error> {
    let objects = objects(stream)?.into_iter();
    Ok(objects.filter_map(SealedSecret::of).collect())
}

impl<'a> SealedSecret<'a> {
    /// Takes an object that is a SealedSecret.
    #[must_use]
    pub fn of(object: Object<'a>) -> Option<Self> {
        (object.kind == Kind::SealedSecret).then_some(Self {
            node: object.node,
            in_list: object.in_list,
            document: object.document,
        })
    }

    /// The root node.
    #[must_use]
    pub fn node(self) -> Node<'a> {
        self.node
    }

    /// Whether it is an item of a list.
    #[must_use]
    pub fn in_list(self) -> bool {
        self.in_list
    }

    /// Index of its document.
    #[must_use]
    pub fn document(self) -> usize {
        self.document
    }

    /// `metadata.name`, empty when missing.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.metadata("name").unwrap_or_default()
    }

    /// `metadata.namespace`, empty when missing.
    #[must_use]
    pub fn namespace(self) -> &'a str {
        self.metadata("namespace").unwrap_or_default()
    }

    /// The scope that its own annotations select; those of the template do not count.
    #[must_use]
    pub fn scope(self) -> Scope {
        Scope::from_annotations(
            self.annotation(NAMESPACE_WIDE),
            self.annotation(CLUSTER_WIDE),
        )
    }

    /// The label that its values must be sealed with.
    #[must_use]
    pub fn label(self) -> Label {
        Label::new(self.scope(), self.namespace(), self.name())
    }

    /// `namespace/name` for people, on one line whatever the file says.
    #[must_use]
    pub fn title(self) -> String {
        let name = on_one_line(self.name());
        match self.namespace() {
            "" => name,
            namespace => format!("{}/{name}", on_one_line(namespace)),
        }
    }

    /// The values of `spec.encryptedData` in the order of the file.
    ///
    /// # Errors
    /// Where the field is no mapping, or a key or value no scalar, or something is merged in.
    pub fn items(self) -> Result<Vec<Item<'a>>, Error> {
        let Some(spec) = self.node.get("spec") else {
            return Ok(Vec::new());
        };
        [Some(self.node), self.node.get("metadata"), Some(spec)]
            .into_iter()
            .flatten()
            .try_for_each(refuse_merge_key)?;
        let Some(data) = spec.get("encryptedData").filter(|data| !data.is_null()) else {
            return Ok(Vec::new());
        };
        if !data.is_mapping() {
            return Err(shape(data, "`spec.encryptedData` is not a mapping"));
        }
        refuse_merge_key(data)?;
        data.entries()
            .map(|(key, value)| item(key, value))
            .collect()
    }

    /// The values of `spec.encryptedData` and the legacy `spec.data`, which is one value.
    ///
    /// # Errors
    /// As [`SealedSecret::items`].
    #[cfg(feature = "unseal")]
    pub fn all_items(self) -> Result<Vec<Item<'a>>, Error> {
        let legacy = self.legacy_data().and_then(|node| {
            Some(Item {
                key: "spec.data",
                text: node.scalar()?,
                scalar: node.resolved().id(),
                position: node.position(),
            })
        });
        Ok(self.items()?.into_iter().chain(legacy).collect())
    }

    /// The scalars that stand in this SealedSecret itself; an edit of any other would change more than a value.
    #[cfg(feature = "unseal")]
    pub(crate) fn own_scalars(self) -> impl Iterator<Item = NodeId> {
        let data = self.encrypted_data().filter(|data| !data.is_alias());
        let values = data
            .into_iter()
            .flat_map(|data| data.entries().map(|(_, value)| value));
        values
            .chain(self.legacy_data())
            .filter(|value| !value.is_alias())
            .map(|value| value.id())
    }

    /// The change that gives a key another sealed text, or adds it at the end.
    ///
    /// # Errors
    /// Where the values cannot be read, or there is no `spec` to put one into.
    pub fn value_change(self, key: &str, sealed: &str) -> Result<Change, Error> {
        if let Some(item) = self.items()?.iter().find(|item| item.key == key) {
            return Ok(Change::Replace {
                scalar: item.scalar,
                text: sealed.to_owned(),
            });
        }
        let value = Value::text(sealed);
        match (self.encrypted_data(), self.node.get("spec")) {
            (Some(mapping), _) => Ok(insert(mapping, key, value)),
            (None, Some(spec)) => {
                let entries = vec![(key.to_owned(), value)];
                Ok(insert(spec, "encryptedData", Value::Map(entries)))
            }
            (None, None) => Err(shape(self.node, "the SealedSecret has no spec")),
        }
    }

    /// The mapping `spec.encryptedData`, if there is one.
    #[must_use]
    pub fn encrypted_data(self) -> Option<Node<'a>> {
        self.node.get("spec")?.get("encryptedData")
    }

    /// The legacy `spec.data`: a whole Secret sealed as one value.
    #[must_use]
    pub fn legacy_data(self) -> Option<Node<'a>> {
        self.node
            .get("spec")?
            .get("data")
            .filter(|data| !data.is_null())
    }

    /// `spec.template`, if there is one.
    #[must_use]
    pub fn template(self) -> Option<Node<'a>> {
        self.node
            .get("spec")?
            .get("template")
            .filter(|template| !template.is_null())
    }

    /// Where the object starts.
    #[must_use]
    pub fn position(self) -> Position {
        self.node.position()
    }

    fn metadata(self, field: &str) -> Option<&'a str> {
        self.node.get("metadata")?.get(field)?.as_str()
    }

    fn annotation(self, name: &str) -> Option<&'a str> {
        self.node
            .get("metadata")?
            .get("annotations")?
            .get(name)?
            .as_str()
    }
}

/// Names that Kubernetes takes hold no control character; others must not make up lines of their own.
fn on_one_line(name: &str) -> String {
    if name.contains(char::is_control) {
        name.escape_debug().to_string()
    } else {
        name.to_owned()
    }
}

fn item<'a>(key: Node<'a>, value: Node<'a>) -> Result<Item<'a>, Error> {
    let name = key
        .scalar()
        .ok_or_else(|| shape(key, "a key of `spec.encryptedData` is not a text"))?;
    let text = value
        .scalar()
        .ok_or_else(|| shape(value, "a value of `spec.encryptedData` is not a text"))?;
    Ok(Item {
        key: name,
        // The controller reads null as an empty text, not as the word.
        text: if value.is_null() { "" } else { text },
        scalar: value.resolved().id(),
        position: value.position(),
    })
}

fn insert(mapping: Node<'_>, key: &str, value: Value) -> Change {
    Change::Insert {
        mapping: mapping.resolved().id(),
        key: key.to_owned(),
        value,
    }
}

fn shape(node: Node<'_>, message: &str) -> Error {
    node.error(Problem::Shape {
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exactly_true_on_the_object_itself_widens_the_scope() {
        let scope = |annotations: &str| {
            let text = format!(
                "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: a\n  namespace: b\n  annotations: {annotations}\nspec:\n  template: {{metadata: {{annotations: {{{CLUSTER_WIDE}: 'true'}}}}}}\n  encryptedData: {{}}\n"
            );
            let stream = Stream::parse(&text).unwrap();
            sealed_secrets(&stream).unwrap()[0].scope()
        };
        assert_eq!(scope("{}"), Scope::Strict);
        assert_eq!(
            scope(&format!("{{{NAMESPACE_WIDE}: 'true'}}")),
            Scope::NamespaceWide
        );
        assert_eq!(
            scope(&format!("{{{NAMESPACE_WIDE}: 'True'}}")),
            Scope::Strict
        );
        assert_eq!(
            scope(&format!(
                "{{{NAMESPACE_WIDE}: 'true', {CLUSTER_WIDE}: 'true'}}"
            )),
            Scope::ClusterWide
        );
    }

    #[test]
    fn a_title_is_one_line_whatever_the_file_says() {
        let title = |name: &str, namespace: &str| {
            let text = format!(
                "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
            );
            let stream = Stream::parse(&text).unwrap();
            sealed_secrets(&stream).unwrap()[0].title()
        };
        assert_eq!(title("db", "app"), "app/db");
        assert_eq!(title("db", "\"\""), "db");
        assert_eq!(title("\"a\\e[2J\"", "\"x\\ny\""), "x\\ny/a\\u{1b}[2J");
    }

    #[test]
    fn an_alias_shares_the_scalar_it_stands_for() {
        let stream = Stream::parse("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    a: &x AgA=\n    b: *x\n").unwrap();
        let items = sealed_secrets(&stream).unwrap()[0].items().unwrap();
        assert_eq!(items[0].scalar, items[1].scalar);
        assert_eq!(
            (items[1].text, items[1].position.to_string()),
            ("AgA=", "6:8".to_owned())
        );
    }
}
