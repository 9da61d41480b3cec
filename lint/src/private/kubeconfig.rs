//! Kubeconfigs with what a user logs in with.

use sealsmith_core::manifest::tree::{Node, Stream};

use super::Material;
use crate::limits;
use crate::policy::Severity;
use crate::readable::literal::is_literal;
use crate::secret_like::is_filler;
use crate::source::{Reading, Source};

/// What a user may have that opens the cluster.
const FIELDS: [&str; 3] = ["client-key-data", "token", "password"];

/// Returns the users of a kubeconfig that have more than a name.
pub(super) fn find(source: &Source<'_>) -> Vec<Material> {
    match source.reading() {
        Reading::Manifests(_) => {
            let configs = source.objects_of("Config");
            configs.flat_map(|config| users(config.node)).collect()
        }
        // Most kubeconfigs have no ending, so that they were not parsed.
        Reading::Text {
            text,
            problem: None,
        } if is_kubeconfig(text) => {
            limits::parse(text).map_or_else(|_| Vec::new(), |stream| in_stream(&stream))
        }
        Reading::Text { .. } | Reading::Unread(_) => Vec::new(),
    }
}

fn is_kubeconfig(text: &str) -> bool {
    let says_so = ["current-context", "kind: Config", "\"Config\""];
    says_so.iter().any(|word| text.contains(word)) && text.contains("users")
}

fn in_stream(stream: &Stream) -> Vec<Material> {
    let roots = stream.documents().filter_map(|document| document.root());
    let configs = roots.filter(|root| root.get("kind").and_then(Node::as_str) == Some("Config"));
    configs.flat_map(users).collect()
}

fn users(config: Node<'_>) -> Vec<Material> {
    let users = config.get("users").into_iter().flat_map(Node::items);
    users.filter_map(user).collect()
}

fn user(item: Node<'_>) -> Option<Material> {
    let user = item.get("user")?;
    let mut entries = user.entries();
    let (key, _) = entries.find(|(key, value)| {
        let named = key.scalar().is_some_and(|key| FIELDS.contains(&key));
        named
            && value
                .as_str()
                .is_some_and(|text| is_literal(text) && !is_filler(text))
    })?;
    let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
    Some(Material {
        what: "a kubeconfig with credentials".to_owned(),
        note: "whoever has it can log in to the cluster",
        object: name.to_owned(),
        field: format!("users.user.{}", key.scalar().unwrap_or_default()),
        at: Some(key.range()),
        severity: Severity::Error,
    })
}
