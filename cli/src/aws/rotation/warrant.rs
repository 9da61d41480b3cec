//! What has to be true before a key is deleted. Deleting takes one of these, and each is made by the check alone that
//! shows it.

use super::consumers::Proof;
use super::message::{duration, later};
use crate::aws::{AccessKey, AccessKeyId, Status};
use crate::env::clock;

/// AWS's clock and ours may differ by this much.
const SKEW: i64 = 120;
/// How long after it was asked for a lost key may have been made.
const WINDOW: i64 = 600;

/// Why a key may be deleted.
pub(in crate::aws) enum Warrant<'p> {
    /// Every consumer works without it.
    Retired(&'p Proof, &'p AccessKeyId),
    /// It makes room.
    Spare(&'p Spare),
    /// It was made by a call whose answer was lost, and nobody has its secret.
    Orphan(&'p Orphan),
    /// It was made by this run, and no application got it, or all of them gave it back.
    Withdrawn(&'p Withdrawn),
}

/// A key that nobody uses.
pub(in crate::aws) struct Spare(AccessKeyId);

/// A key whose secret nobody has.
pub(in crate::aws) struct Orphan(AccessKeyId);

/// A new key that is in no application.
pub(in crate::aws) struct Withdrawn(AccessKeyId);

impl Warrant<'_> {
    /// Whether it is about this key.
    pub(in crate::aws) fn is_for(&self, id: &AccessKeyId) -> bool {
        match self {
            // The proof is about the key that took its place.
            Self::Retired(proof, old) => *old == id && proof.key() != id,
            Self::Spare(spare) => spare.0 == *id,
            Self::Orphan(orphan) => orphan.0 == *id,
            Self::Withdrawn(withdrawn) => withdrawn.0 == *id,
        }
    }
}

impl Spare {
    /// Takes an inactive key.
    pub(super) fn inactive(key: &AccessKey) -> Result<Self, String> {
        match key.status {
            Status::Inactive => Ok(Self(key.id.clone())),
            Status::Active => Err("it is active".to_owned()),
        }
    }

    /// Takes an active key that nobody used for the grace, and that no Secret is known to hold.
    pub(super) fn unused(
        key: &AccessKey,
        held: Option<&Vec<String>>,
        grace: u64,
        now: i64,
    ) -> Result<Self, String> {
        if let Some(held) = held {
            return Err(format!("it is held by {}", held.join(", ")));
        }
        let grace_over = |since: i64| later(since, grace) < now;
        match &key.last_used {
            Some(used) if !grace_over(used.at) => Err(format!(
                "it was used {}, which is not longer ago than {}",
                clock::rfc3339(used.at),
                duration(grace)
            )),
            None if !grace_over(key.created) => Err(format!(
                "it was created {}, and a use may not be known yet",
                clock::rfc3339(key.created)
            )),
            _ => Ok(Self(key.id.clone())),
        }
    }

    pub(super) fn id(&self) -> &AccessKeyId {
        &self.0
    }
}

impl Orphan {
    /// Takes a key for the one of a lost answer: it came after it was asked for, was never used, and is not the only one.
    pub(super) fn of(key: &AccessKey, asked: i64, others: usize) -> Result<Self, String> {
        if !(asked - SKEW..=asked + WINDOW).contains(&key.created) {
            return Err(format!(
                "it was created {}, and ours was asked for {}",
                clock::rfc3339(key.created),
                clock::rfc3339(asked)
            ));
        }
        if key.last_used.is_some() {
            return Err("somebody used it".to_owned());
        }
        if others == 0 {
            return Err("it is the only key of the user".to_owned());
        }
        Ok(Self(key.id.clone()))
    }

    pub(super) fn id(&self) -> &AccessKeyId {
        &self.0
    }
}

impl Withdrawn {
    /// Takes a key that was published nowhere.
    pub(super) fn unpublished(id: &AccessKeyId) -> Self {
        Self(id.clone())
    }

    /// Takes a key that every application gave back: the proof is about the key they have again.
    pub(super) fn given_back(id: &AccessKeyId, proof: &Proof) -> Option<Self> {
        (proof.key() != id).then(|| Self(id.clone()))
    }

    pub(super) fn id(&self) -> &AccessKeyId {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::key::LastUsed;

    fn made(created: i64) -> AccessKey {
        AccessKey {
            id: AccessKeyId::parse("AKIAEXAMPLE000000001").unwrap(),
            status: Status::Active,
            created,
            last_used: None,
        }
    }

    #[test]
    fn an_orphan_came_when_it_was_asked_for_and_was_never_used() {
        let asked = 1_800_000_000;
        assert!(Orphan::of(&made(asked + 2), asked, 1).is_ok());
        assert!(Orphan::of(&made(asked - 3_600), asked, 1).is_err());
        assert!(Orphan::of(&made(asked + 3_600), asked, 1).is_err());
        assert!(Orphan::of(&made(asked), asked, 0).is_err());
        let mut used = made(asked);
        used.last_used = Some(LastUsed {
            at: asked + 5,
            service: "sts".to_owned(),
            region: "us-east-1".to_owned(),
        });
        assert!(Orphan::of(&used, asked, 1).is_err());
    }
}
