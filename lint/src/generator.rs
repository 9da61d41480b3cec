//! Kustomize's generators of Secrets.

use sealsmith_core::manifest::document::{Kind, Object};
use sealsmith_core::manifest::tree::Node;

use crate::index::Taken;
use crate::path::Path;
use crate::source::Source;

/// An entry of `secretGenerator`.
#[derive(Clone, Copy)]
pub(crate) struct Generator<'a> {
    kustomization: Node<'a>,
    node: Node<'a>,
}

/// Returns the generators of a file.
pub(crate) fn generators<'a>(source: &Source<'a>) -> Vec<Generator<'a>> {
    let kustomizations = source
        .objects()
        .iter()
        .filter(|object| is_kustomization(source, object));
    let entries = kustomizations.flat_map(|object| {
        let kustomization = object.node;
        let list = kustomization.get("secretGenerator").into_iter();
        list.flat_map(Node::items).map(move |node| Generator {
            kustomization,
            node,
        })
    });
    entries.collect()
}

/// Returns the files that the generators of a file make Secrets of.
pub(crate) fn taken(source: &Source<'_>) -> Vec<Taken> {
    let generators = generators(source).into_iter();
    generators
        .flat_map(|generator| generator.taken(source))
        .collect()
}

fn is_kustomization(source: &Source<'_>, object: &Object<'_>) -> bool {
    match object.kind {
        Kind::Other(kind) => matches!(kind, "Kustomization" | "Component"),
        // Kustomize does not ask for a kind in a file of this name.
        Kind::Unknown => source.path().file_name().starts_with(b"kustomization."),
        Kind::Secret | Kind::SealedSecret => false,
    }
}

impl<'a> Generator<'a> {
    /// The Secret's name before Kustomize adds to it.
    pub(crate) fn name(self) -> &'a str {
        self.text("name").unwrap_or_default()
    }

    /// Where that stands, or the entry.
    pub(crate) fn name_node(self) -> Node<'a> {
        self.node.get("name").unwrap_or(self.node)
    }

    /// The Secret's namespace, empty when the file does not say.
    pub(crate) fn namespace(self) -> &'a str {
        let of_all = self.kustomization.get("namespace").and_then(Node::as_str);
        of_all
            .or_else(|| self.text("namespace"))
            .unwrap_or_default()
    }

    /// The name that the Secret has in the cluster; nothing when it ends in a hash of its content.
    pub(crate) fn final_name(self) -> Option<String> {
        let part = |name| {
            self.kustomization
                .get(name)
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        let plain = self.is_named_plainly() && !self.name().is_empty();
        plain.then(|| {
            format!(
                "{}{}{}",
                part("namePrefix"),
                self.name(),
                part("nameSuffix")
            )
        })
    }

    /// Values written into the file, as `key=value`.
    pub(crate) fn literals(self) -> impl Iterator<Item = Node<'a>> {
        self.node.get("literals").into_iter().flat_map(Node::items)
    }

    /// Files whose content becomes values, as seen from the repository's root.
    fn taken(self, source: &Source<'_>) -> Vec<Taken> {
        let lists = ["envs", "files"]
            .into_iter()
            .filter_map(|name| self.node.get(name));
        let names = lists.flat_map(Node::items).chain(self.node.get("env"));
        names
            .filter_map(|name| self.taken_file(source, name))
            .collect()
    }

    fn taken_file(self, source: &Source<'_>, node: Node<'_>) -> Option<Taken> {
        let text = node.as_str()?;
        // `files` may name the key: `tls.key=certs/app.key`.
        let path = text.split_once('=').map_or(text, |(_, path)| path);
        Some(Taken {
            path: joined(source.path().folder(), path)?,
            object: self.name().to_owned(),
            mark: source.mark_of(node)?,
        })
    }

    fn is_named_plainly(self) -> bool {
        let holders = [
            self.node.get("options"),
            self.kustomization.get("generatorOptions"),
        ];
        let mut options = holders.into_iter().flatten();
        options.any(|options| {
            let said = options.get("disableNameSuffixHash").and_then(Node::as_str);
            said == Some("true")
        })
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.node.get(name)?.as_str()
    }
}

/// A path as seen from a folder; nothing when it leads out of the repository.
fn joined(folder: &[u8], path: &str) -> Option<Path> {
    let mut parts: Vec<&[u8]> = folder
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part.as_bytes()),
        }
    }
    Some(Path::new(parts.join(&b'/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_folder_of_the_file() {
        let path =
            |folder: &str, path| joined(folder.as_bytes(), path).map(|path| path.to_string());
        assert_eq!(
            path("apps/db", "../x/./a.env").as_deref(),
            Some("apps/x/a.env")
        );
        assert_eq!(path("", "a.env").as_deref(), Some("a.env"));
        assert_eq!(path("apps", "../../a.env"), None);
    }
}
