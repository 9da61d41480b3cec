//! Scopes, and the label they bind into every sealed value (FORMAT.md, F5 and F6).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The annotation that makes a SealedSecret namespace-wide, when its value is exactly `"true"`.
pub const NAMESPACE_WIDE: &str = "sealedsecrets.bitnami.com/namespace-wide";

/// The annotation that makes a SealedSecret cluster-wide, when its value is exactly `"true"`.
pub const CLUSTER_WIDE: &str = "sealedsecrets.bitnami.com/cluster-wide";

/// How far a sealed value may move before the controller refuses to open it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Opens under one namespace and name only.
    #[default]
    Strict,
    /// Opens under any name of one namespace.
    NamespaceWide,
    /// Opens everywhere in the cluster.
    ClusterWide,
}

impl Scope {
    /// Returns the scope that two annotation values select.
    ///
    /// Only exactly `"true"` counts, and cluster-wide wins over namespace-wide (FORMAT.md, F6).
    #[must_use]
    pub fn from_annotations(namespace_wide: Option<&str>, cluster_wide: Option<&str>) -> Self {
        match (namespace_wide, cluster_wide) {
            (_, Some("true")) => Self::ClusterWide,
            (Some("true"), _) => Self::NamespaceWide,
            _ => Self::Strict,
        }
    }

    /// Returns the annotation that selects this scope; strict has none.
    #[must_use]
    pub fn annotation(self) -> Option<&'static str> {
        match self {
            Self::Strict => None,
            Self::NamespaceWide => Some(NAMESPACE_WIDE),
            Self::ClusterWide => Some(CLUSTER_WIDE),
        }
    }

    /// Returns the name that flags and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::NamespaceWide => "namespace-wide",
            Self::ClusterWide => "cluster-wide",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "strict" => Ok(Self::Strict),
            "namespace-wide" => Ok(Self::NamespaceWide),
            "cluster-wide" => Ok(Self::ClusterWide),
            _ => Err(Error::Unknown(text.to_owned())),
        }
    }
}

/// Why a text names no scope.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is none of the three names.
    #[error("unknown scope {0:?}, expected strict, namespace-wide or cluster-wide")]
    Unknown(String),
}

/// The text that RSA-OAEP binds into a sealed value: it opens under the same label only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label(String);

impl Label {
    /// Returns the label of a scope for an object's namespace and name.
    ///
    /// The two are taken as they stand in the file, even when empty: the controller labels a strict
    /// value of a file without namespace `/name` (FORMAT.md, F5).
    #[must_use]
    pub fn new(scope: Scope, namespace: &str, name: &str) -> Self {
        Self(match scope {
            Scope::Strict => format!("{namespace}/{name}"),
            Scope::NamespaceWide => namespace.to_owned(),
            Scope::ClusterWide => String::new(),
        })
    }

    /// Returns the bytes that go into the encryption.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the hash of the label, the only trace of it inside a sealed value.
    #[must_use]
    pub fn hash(&self) -> LabelHash {
        LabelHash(Sha256::digest(self.as_bytes()).into())
    }
}

/// SHA-256 of a label, as found inside a sealed value by someone who holds its private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LabelHash(pub(crate) [u8; 32]);

impl LabelHash {
    /// Says whether this is the hash of `label`.
    #[must_use]
    pub fn matches(&self, label: &Label) -> bool {
        *self == label.hash()
    }

    /// Returns the 32 bytes of the hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exactly_true_selects_a_scope() {
        for value in ["True", "TRUE", "1", "yes", " true", "true ", ""] {
            assert_eq!(Scope::from_annotations(Some(value), None), Scope::Strict);
            assert_eq!(Scope::from_annotations(None, Some(value)), Scope::Strict);
        }
        assert_eq!(Scope::from_annotations(None, None), Scope::Strict);
        assert_eq!(
            Scope::from_annotations(Some("true"), None),
            Scope::NamespaceWide
        );
    }

    #[test]
    fn cluster_wide_wins_over_namespace_wide() {
        let both = Scope::from_annotations(Some("true"), Some("true"));
        assert_eq!(both, Scope::ClusterWide);
    }

    #[test]
    fn strict_label_is_namespace_slash_name() {
        let label = Label::new(Scope::Strict, "ns1", "app");
        assert_eq!(label.as_bytes(), b"ns1/app");
    }

    #[test]
    fn strict_label_without_namespace_starts_with_a_slash() {
        assert_eq!(Label::new(Scope::Strict, "", "app").as_bytes(), b"/app");
    }

    #[test]
    fn namespace_wide_label_has_no_slash() {
        let label = Label::new(Scope::NamespaceWide, "ns1", "app");
        assert_eq!(label.as_bytes(), b"ns1");
    }

    #[test]
    fn cluster_wide_label_is_empty() {
        let label = Label::new(Scope::ClusterWide, "ns1", "app");
        assert_eq!(label.as_bytes(), b"");
        assert_eq!(label.hash().as_bytes()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }

    #[test]
    fn names_of_scopes_survive_a_round_trip() {
        for scope in [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert!("Strict".parse::<Scope>().is_err());
    }
}
