//! Who sets what in a merge, so that two Secrets that contradict each other are told by place.

use std::collections::BTreeMap;

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Position;

use crate::failure::Failure;

/// What the Secrets so far set: in which SealedSecret, of which kind, by which name.
#[derive(Default)]
pub(super) struct Claims(BTreeMap<(Position, &'static str, String), Claim>);

struct Claim {
    at: String,
    /// The text, unless it is secret.
    text: Option<String>,
}

impl Claims {
    /// Adds a claim; a second one is refused, unless both are known to say the same.
    pub(super) fn add(
        &mut self,
        into: SealedSecret<'_>,
        what: &'static str,
        name: &str,
        text: Option<&str>,
        at: String,
    ) -> Result<(), Failure> {
        let text = text.map(str::to_owned);
        let key = (into.position(), what, name.to_owned());
        match self.0.get(&key) {
            Some(first) if text.is_none() || text != first.text => Err(Failure::could_not(
                format!("two Secrets set {what} \"{name}\" of {}", into.title()),
            )
            .cause(format!("the first is {}", first.at))
            .cause(format!("the other is {at}"))
            .hint("leave one of them out")),
            Some(_) => Ok(()),
            None => {
                self.0.insert(key, Claim { at, text });
                Ok(())
            }
        }
    }
}
