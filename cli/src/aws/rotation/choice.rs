//! Which key is replaced, and whether there is room for another. Pure.

use std::collections::BTreeMap;

use super::message::{described, later};
use super::warrant::Spare;
use crate::aws::{AccessKey, AccessKeyId, Status};
use crate::failure::Failure;

/// How many keys AWS lets a user have.
const LIMIT: usize = 2;

/// Which key an operator gave up to make room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// None.
    Nothing,
    /// This one, which is inactive.
    Inactive(AccessKeyId),
    /// This one, which nobody used for as long as the grace.
    Unused(AccessKeyId),
}

/// What was decided.
pub(super) struct Choice {
    /// The key that is replaced.
    pub(super) old: AccessKeyId,
    /// The key that makes room, if any has to.
    pub(super) spare: Option<Spare>,
}

/// Who is known to hold a key: names of Secrets in the cluster, by key id.
pub(crate) type Holders = BTreeMap<String, Vec<String>>;

/// Decides which key is replaced and which one makes room; any doubt is a refusal with everything that is known.
pub(super) fn choose(
    user: &str,
    keys: &[AccessKey],
    holders: &Holders,
    given_up: &GivenUp,
    grace: u64,
    now: i64,
) -> Result<Choice, Failure> {
    match (keys, given_up) {
        ([], _) => Err(Failure::refused(format!("{user} has no access key"))
            .cause("there is nothing to rotate")
            .hint("make the first one by hand, and seal it with `sealsmith seal --env`")),
        ([only], GivenUp::Nothing) => Ok(Choice {
            old: only.id.clone(),
            spare: None,
        }),
        ([only], _) => Err(Failure::refused(format!(
            "{user} has one key, {}: there is room for another",
            only.id.masked()
        ))
        .hint("leave out --replace-inactive and --replace-unused")),
        (keys, GivenUp::Nothing) => Err(full(user, keys, holders, grace, now)),
        (keys, GivenUp::Inactive(id) | GivenUp::Unused(id)) => {
            let spare = named(user, keys, id)?;
            let spare = match given_up {
                GivenUp::Inactive(_) => Spare::inactive(spare),
                _ => Spare::unused(spare, holders.get(id.as_str()), grace, now),
            };
            let spare = spare.map_err(|why| {
                Failure::refused(format!("key {} is not deleted", id.masked())).cause(why)
            })?;
            let mut others = keys.iter().filter(|key| key.id != *id);
            match (others.next(), others.next()) {
                (Some(old), None) => Ok(Choice {
                    old: old.id.clone(),
                    spare: Some(spare),
                }),
                _ => Err(full(user, keys, holders, grace, now)),
            }
        }
    }
}

fn named<'k>(
    user: &str,
    keys: &'k [AccessKey],
    id: &AccessKeyId,
) -> Result<&'k AccessKey, Failure> {
    keys.iter().find(|key| key.id == *id).ok_or_else(|| {
        let known: Vec<_> = keys.iter().map(|key| key.id.masked()).collect();
        Failure::refused(format!("{user} has no key {}", id.masked()))
            .cause(format!("it has {}", known.join(" and ")))
    })
}

/// Says why there is no room, what is known of each key, and what may be given up.
fn full(user: &str, keys: &[AccessKey], holders: &Holders, grace: u64, now: i64) -> Failure {
    let mut failure = Failure::refused(format!(
        "{user} has {} access keys, and AWS allows {LIMIT}",
        keys.len()
    ));
    let mut offers = Vec::new();
    for key in keys {
        let held = holders.get(key.id.as_str());
        let held = match held {
            Some(held) => format!(", held by {}", held.join(", ")),
            None => String::new(),
        };
        failure = failure.cause(format!(
            "{}: {}{held}",
            key.id.as_str(),
            described(key, now)
        ));
        let flag = match key.status {
            Status::Inactive => Some("--replace-inactive"),
            Status::Active => Spare::unused(key, holders.get(key.id.as_str()), grace, now)
                .ok()
                .map(|_| "--replace-unused"),
        };
        offers.extend(flag.map(|flag| format!("{flag} {}", key.id.as_str())));
    }
    if offers.is_empty() {
        return failure
            .cause("both are in use as far as can be told")
            .hint("find out who uses the key that your applications do not hold, and retire it by hand first");
    }
    offers.into_iter().fold(failure, |failure, offer| {
        failure.hint(format!("to delete that key first and go on: {offer}"))
    })
}

/// Whether AWS told of a use after a moment, some tolerance for clocks included.
pub(super) fn used_after(key: &AccessKey, moment: i64) -> bool {
    const TOLERANCE: u64 = 60;
    key.last_used
        .as_ref()
        .is_some_and(|used| used.at > later(moment, TOLERANCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::key::LastUsed;

    const NOW: i64 = 1_800_000_000;
    const HOUR: i64 = 3_600;

    fn id(last: char) -> AccessKeyId {
        AccessKeyId::parse(&format!("AKIAEXAMPLE00000000{last}")).unwrap()
    }

    fn key(last: char, status: Status, used: Option<i64>) -> AccessKey {
        AccessKey {
            id: id(last),
            status,
            created: NOW - 1_000 * HOUR,
            last_used: used.map(|at| LastUsed {
                at,
                service: "s3".to_owned(),
                region: "eu-west-1".to_owned(),
            }),
        }
    }

    fn chosen(keys: &[AccessKey], given_up: &GivenUp) -> Result<Choice, Failure> {
        choose("svc", keys, &Holders::new(), given_up, 14_400, NOW)
    }

    fn refusal(keys: &[AccessKey], given_up: &GivenUp) -> Failure {
        chosen(keys, given_up).map(drop).unwrap_err()
    }

    #[test]
    fn the_only_key_is_the_one_that_is_replaced() {
        let choice = chosen(&[key('A', Status::Active, None)], &GivenUp::Nothing).unwrap();
        assert!(choice.old == id('A') && choice.spare.is_none());
    }

    #[test]
    fn without_a_key_there_is_nothing_to_rotate() {
        assert_eq!(
            refusal(&[], &GivenUp::Nothing).message(),
            "svc has no access key"
        );
    }

    #[test]
    fn two_keys_in_use_are_left_alone_whatever_is_asked() {
        let recent = Some(NOW - HOUR);
        let keys = [
            key('A', Status::Active, recent),
            key('B', Status::Active, recent),
        ];
        let failure = refusal(&keys, &GivenUp::Nothing);
        assert!(
            failure
                .causes()
                .iter()
                .any(|cause| cause.contains("both are in use"))
        );
        assert!(
            refusal(&keys, &GivenUp::Unused(id('B')))
                .message()
                .ends_with("is not deleted")
        );
        assert!(
            refusal(&keys, &GivenUp::Inactive(id('B')))
                .message()
                .ends_with("is not deleted")
        );
    }

    #[test]
    fn a_key_makes_room_only_when_it_is_named() {
        let keys = [
            key('A', Status::Active, Some(NOW)),
            key('B', Status::Inactive, None),
        ];
        let failure = refusal(&keys, &GivenUp::Nothing);
        assert!(failure.hints()[0].ends_with(&format!("--replace-inactive {}", id('B').as_str())));
        let choice = chosen(&keys, &GivenUp::Inactive(id('B'))).unwrap();
        assert!(choice.old == id('A') && choice.spare.is_some());
        assert!(
            refusal(&keys, &GivenUp::Inactive(id('C')))
                .message()
                .starts_with("svc has no key")
        );
    }

    #[test]
    fn an_active_key_makes_room_when_it_was_not_used_for_the_grace_and_nobody_holds_it() {
        let keys = [
            key('A', Status::Active, Some(NOW)),
            key('B', Status::Active, Some(NOW - 5 * HOUR)),
        ];
        let given_up = GivenUp::Unused(id('B'));
        assert!(chosen(&keys, &given_up).unwrap().spare.is_some());
        let held = Holders::from([(
            id('B').as_str().to_owned(),
            vec!["Secret mlflow-dev/aws".to_owned()],
        )]);
        let failure = choose("svc", &keys, &held, &given_up, 14_400, NOW)
            .map(drop)
            .unwrap_err();
        assert!(
            failure.causes()[0].contains("Secret mlflow-dev/aws"),
            "{failure:?}"
        );
    }

    #[test]
    fn a_key_that_was_never_used_has_to_be_older_than_the_grace() {
        let mut young = key('B', Status::Active, None);
        young.created = NOW - HOUR;
        let keys = [key('A', Status::Active, Some(NOW)), young];
        assert!(refusal(&keys, &GivenUp::Unused(id('B'))).causes()[0].contains("created"));
    }
}
