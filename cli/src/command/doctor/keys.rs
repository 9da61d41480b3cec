//! Troubles of the access key itself.

use super::Point;
use crate::aws::rotation::{Look, described, masked};
use crate::aws::{AccessKey, Status};
use crate::env::clock;

pub(super) const NAMES: &[&str] = &[KEYS, AGE, HOLDERS];

const KEYS: &str = "keys";
const AGE: &str = "age";
const HOLDERS: &str = "holders";

const DAY: i64 = 86_400;

/// Looks at the keys of the user, and at who holds which.
pub(super) fn points(look: &Look, environment: &str) -> Vec<Point> {
    let now = clock::now();
    vec![
        several(look, environment, now),
        age(look, environment, now),
        held(look, environment),
    ]
}

/// One key is in use: two leave no room for the next, and nobody knows who has the other.
fn several(look: &Look, environment: &str, now: i64) -> Point {
    let details = look.keys.iter().map(|key| {
        let held = look.holders.get(key.id.as_str());
        let held = held.map_or_else(
            || "held by no Secret of the environment".to_owned(),
            |held| format!("held by {}", held.join(", ")),
        );
        format!("{}: {}; {held}", key.id.masked(), described(key, now))
    });
    let details: Vec<_> = details.collect();
    match look.keys.as_slice() {
        [] => Point::fail(KEYS, format!("{} has no access key", look.user))
            .hint("make one, and seal it into every application"),
        [only] if only.status == Status::Active => {
            Point::pass(KEYS, format!("{} has one key, which is active", look.user))
        }
        [_] => Point::fail(
            KEYS,
            format!("{} has one key, which is inactive", look.user),
        )
        .details(details)
        .hint("its applications are refused: make it active, or rotate it"),
        keys => {
            let spare = keys
                .iter()
                .find(|key| !look.holders.contains_key(key.id.as_str()));
            let cure = match spare {
                Some(spare) => format!(
                    "find out who uses {}; nobody: sealsmith rotate aws {environment} {} {}",
                    spare.id.masked(),
                    flag(spare),
                    spare.id.as_str()
                ),
                None => format!(
                    "applications hold different keys: go on with the rotation that is half done, or see `sealsmith check {environment}`"
                ),
            };
            Point::fail(
                KEYS,
                format!("{} has {} keys, and AWS allows 2", look.user, keys.len()),
            )
            .details(details)
            .hint(cure)
        }
    }
}

fn flag(key: &AccessKey) -> &'static str {
    match key.status {
        Status::Active => "--replace-unused",
        Status::Inactive => "--replace-inactive",
    }
}

/// The key is not older than the policy allows.
fn age(look: &Look, environment: &str, now: i64) -> Point {
    let Some(allowed) = look.max_age else {
        return Point::skipped(AGE, "the policy names no max-age for it");
    };
    let allowed = i64::try_from(allowed.as_seconds()).unwrap_or(i64::MAX);
    let in_use = look
        .keys
        .iter()
        .filter(|key| key.status == Status::Active)
        .map(|key| now.saturating_sub(key.created))
        .max();
    match in_use {
        None => Point::skipped(AGE, "there is no active key"),
        Some(age) if age <= allowed => Point::pass(
            AGE,
            format!("{} days old, and {} are allowed", age / DAY, allowed / DAY),
        ),
        Some(age) => Point::fail(
            AGE,
            format!("{} days old, and {} are allowed", age / DAY, allowed / DAY),
        )
        .hint(format!("sealsmith rotate aws {environment}")),
    }
}

/// Every Secret holds one and the same key, and AWS takes it.
fn held(look: &Look, environment: &str) -> Point {
    let active = |id: &str| {
        look.keys
            .iter()
            .any(|key| key.id.as_str() == id && key.status == Status::Active)
    };
    let refused = look.holders.iter().filter(|(id, _)| !active(id));
    let details: Vec<_> = refused
        .map(|(id, held)| {
            let why = match look.keys.iter().any(|key| key.id.as_str() == id) {
                true => "which is inactive",
                false => "which is none of the user's keys",
            };
            format!("{} holds {}, {why}", held.join(", "), masked(id))
        })
        .collect();
    if !details.is_empty() {
        return Point::fail(HOLDERS, "a Secret holds a key that AWS refuses: 403 ahead")
            .details(details)
            .hint(format!(
                "sealsmith rotate aws {environment} gives every application a new one; an inactive key can be made active again"
            ));
    }
    match look.holders.len() {
        0 => Point::unknown(HOLDERS, "no Secret could be read"),
        1 => Point::pass(HOLDERS, "every Secret holds the same key, which is active"),
        several => {
            let details = look
                .holders
                .iter()
                .map(|(id, held)| format!("{}: {}", masked(id), held.join(", ")));
            Point::fail(HOLDERS, format!("the Secrets hold {several} different keys"))
                .details(details.collect())
                .hint(format!(
                    "a rotation is half done, or a commit has not arrived: sealsmith status {environment}, sealsmith check {environment}"
                ))
        }
    }
}
