//! Annotations of a SealedSecret: its own, which the controller obeys, and its template's, which the Secret gets.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;

/// Where an annotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// `metadata.annotations` of the SealedSecret.
    Own,
    /// `spec.template.metadata.annotations`.
    Template,
}

impl Side {
    /// The mapping that holds the annotations.
    pub(crate) fn metadata(self, secret: SealedSecret<'_>) -> Option<Node<'_>> {
        match self {
            Self::Own => secret.node().get("metadata"),
            Self::Template => secret.template()?.get("metadata"),
        }
    }

    /// The value of an annotation.
    pub(crate) fn annotation<'a>(self, secret: SealedSecret<'a>, name: &str) -> Option<Node<'a>> {
        self.metadata(secret)?.get("annotations")?.get(name)
    }

    /// The field of an annotation, as findings name it.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Own => format!("metadata.annotations.{name}"),
            Self::Template => format!("spec.template.metadata.annotations.{name}"),
        }
    }
}
