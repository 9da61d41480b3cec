//! Which Kubernetes objects a file holds, with lists opened.

use super::tree::{Error, Node, Problem, Stream};

/// What an object is, as far as sealing is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `v1` `Secret`.
    Secret,
    /// `bitnami.com/*` `SealedSecret`.
    SealedSecret,
    /// Any other object, by its `kind`.
    Other(&'a str),
    /// Not a Kubernetes object: a document without `kind`.
    Unknown,
}

/// One Kubernetes object of a stream.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    /// The object's root.
    pub node: Node<'a>,
    /// What it is.
    pub kind: Kind<'a>,
    /// Index of its document in the stream.
    pub document: usize,
    /// Whether it is an item of a `List`.
    pub in_list: bool,
}

/// Returns every object of a stream in order; items of `List`, `SecretList` and `SealedSecretList` one by one.
///
/// # Errors
/// [`Problem::MergeKey`] where a merge key decides what an object is.
pub fn objects(stream: &Stream) -> Result<Vec<Object<'_>>, Error> {
    let mut found = Vec::new();
    for (document, root) in stream.documents().enumerate() {
        if let Some(node) = root.root() {
            open(
                Object {
                    node,
                    kind: Kind::Unknown,
                    document,
                    in_list: false,
                },
                None,
                &mut found,
            )?;
        }
    }
    Ok(found)
}

/// Refuses `<<` in a mapping: what it would supply is invisible to an editor.
///
/// # Errors
/// [`Problem::MergeKey`] at the key.
pub fn refuse_merge_key(node: Node<'_>) -> Result<(), Error> {
    match node.entries().find(|(key, _)| key.scalar() == Some("<<")) {
        Some((key, _)) => Err(key.error(Problem::MergeKey)),
        None => Ok(()),
    }
}

fn open<'a>(
    object: Object<'a>,
    item_kind: Option<&'static str>,
    found: &mut Vec<Object<'a>>,
) -> Result<(), Error> {
    let node = object.node;
    let declared = node.get("kind").and_then(Node::as_str);
    if declared.is_none() {
        refuse_merge_key(node)?;
    }
    // Items of a typed list may leave out what the list's own kind already says.
    let kind = declared.or(item_kind).unwrap_or_default();
    let version = node
        .get("apiVersion")
        .and_then(Node::as_str)
        .unwrap_or_default();
    if let Some(item_kind) =
        list_items(kind).filter(|_| node.get("items").is_some_and(Node::is_sequence))
    {
        refuse_merge_key(node)?;
        let items = node.get("items").into_iter().flat_map(Node::items);
        return items
            .map(|item| Object {
                node: item.resolved(),
                in_list: true,
                ..object
            })
            .try_for_each(|item| open(item, item_kind, found));
    }
    let kind = match kind {
        "" => Kind::Unknown,
        "Secret" if version == "v1" || item_kind.is_some() => Kind::Secret,
        "SealedSecret" if version.starts_with("bitnami.com/") || item_kind.is_some() => {
            Kind::SealedSecret
        }
        other => Kind::Other(other),
    };
    found.push(Object { kind, ..object });
    Ok(())
}

/// For a list kind: the kind its items have when they do not say.
fn list_items(kind: &str) -> Option<Option<&'static str>> {
    match kind {
        "List" => Some(None),
        "SecretList" => Some(Some("Secret")),
        "SealedSecretList" => Some(Some("SealedSecret")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> String {
        let stream = Stream::parse(text).unwrap();
        let kinds: Vec<_> = objects(&stream)
            .unwrap()
            .iter()
            .map(|object| format!("{:?}", object.kind))
            .collect();
        kinds.join(" ")
    }

    #[test]
    fn lists_are_opened_and_typed_lists_name_their_items() {
        let text = "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Secret}\n- {kind: List, items: [{kind: ConfigMap}]}\n---\n# empty\n---\nkind: SecretList\nitems: [{metadata: {name: a}}]\n";
        assert_eq!(kinds(text), r#"Secret Other("ConfigMap") Secret"#);
    }

    #[test]
    fn a_kind_without_its_api_group_is_something_else() {
        assert_eq!(
            kinds("kind: Secret\n---\nkind: SealedSecret\n---\na: 1\n"),
            r#"Other("Secret") Other("SealedSecret") Unknown"#
        );
    }

    #[test]
    fn a_merge_key_that_may_supply_the_kind_is_refused() {
        let stream =
            Stream::parse("x: &x {kind: Secret}\ny: {<<: *x}\n---\n<<: {kind: Secret}\n").unwrap();
        assert_eq!(objects(&stream).err().unwrap().position.line, 4);
    }
}
