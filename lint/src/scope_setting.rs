//! What a SealedSecret says about its scope, in both places where it can, and how the controller takes it.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::scope::{CLUSTER_WIDE, NAMESPACE_WIDE, Scope};

use crate::annotations::Side;

/// One scope annotation.
#[derive(Clone, Copy)]
pub(crate) struct ScopeSetting<'a> {
    /// The annotation.
    pub(crate) name: &'static str,
    /// Where it stands.
    pub(crate) side: Side,
    /// Its value.
    pub(crate) node: Node<'a>,
}

/// What an annotation's value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Exactly `true`, which is all that the controller takes for yes.
    Yes,
    /// `false`, in any letters.
    No,
    /// Something that a reader may take for yes, and the controller takes for no.
    Unclear,
}

impl<'a> ScopeSetting<'a> {
    /// Returns the scope annotations of a SealedSecret: its own, then its template's.
    pub(crate) fn of(secret: SealedSecret<'a>) -> Vec<Self> {
        let places = [Side::Own, Side::Template]
            .into_iter()
            .flat_map(|side| [NAMESPACE_WIDE, CLUSTER_WIDE].map(|name| (side, name)));
        let settings = places.filter_map(|(side, name)| {
            let node = side.annotation(secret, name)?;
            Some(Self { name, side, node })
        });
        settings.collect()
    }

    /// What it says.
    pub(crate) fn said(&self) -> Said {
        match self.node.scalar() {
            Some("true") => Said::Yes,
            Some(text) if text.eq_ignore_ascii_case("false") => Said::No,
            Some(_) | None => Said::Unclear,
        }
    }
}

/// Returns the scope that the annotations of one side select.
pub(crate) fn selected(settings: &[ScopeSetting<'_>], side: Side) -> Scope {
    let value = |name| {
        let of_side = settings.iter().filter(|setting| setting.side == side);
        let mut named = of_side.filter(|setting| setting.name == name);
        named.find_map(|setting| setting.node.scalar())
    };
    Scope::from_annotations(value(NAMESPACE_WIDE), value(CLUSTER_WIDE))
}
