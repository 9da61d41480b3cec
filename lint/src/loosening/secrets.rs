//! What is said about secrets.

use super::Loosened;
use crate::policy::{Approval, KeyShape, Policy, Rotation, SecretRule};
use crate::text::shown;

/// Rules that ask for less, or are gone.
pub(super) fn rules(before: &Policy, after: &Policy) -> Vec<Loosened> {
    let mut found = Vec::new();
    for was in &before.secrets {
        let same = after.secrets.iter().position(|is| *is.id == *was.id);
        match same {
            Some(at) => found.extend(rule(at, was, &after.secrets[at])),
            None if was.rotation == Rotation::Manual => {
                let (id, field) = (shown(&was.id), format!("secrets.{}", *was.id));
                found.push(Loosened::new(
                    "secrets",
                    field,
                    format!("the manual rule `{id}` is gone"),
                ));
            }
            None => {}
        }
    }
    found
}

fn rule(at: usize, was: &SecretRule, is: &SecretRule) -> Vec<Loosened> {
    let id = shown(&was.id);
    let place = |part: &str, what: String| {
        Loosened::new(
            format!("secrets.{at}.{part}"),
            format!("secrets.{}.{part}", *was.id),
            what,
        )
    };
    let mut found = Vec::new();
    if (was.rotation, is.rotation) == (Rotation::Manual, Rotation::Automated) {
        found.push(place(
            "rotation",
            format!("what `{id}` matches becomes automated"),
        ));
    }
    if let Some(what) = approval(was, is) {
        found.push(place("approval", format!("{what} what `{id}` matches")));
    }
    if was
        .max_age
        .is_some_and(|was| is.max_age.is_none_or(|is| is > was))
    {
        found.push(place(
            "max-age",
            format!("what `{id}` matches may become older"),
        ));
    }
    for (key, shape) in &was.keys {
        if is.keys.get(key).is_none_or(|is| allows_more(is, shape)) {
            let what = format!(
                "`{}` of what `{id}` matches may have other lengths",
                shown(key)
            );
            found.push(place(&format!("keys.{key}"), what));
        }
    }
    found
}

fn allows_more(is: &KeyShape, was: &KeyShape) -> bool {
    is.bytes.iter().any(|length| !was.bytes.contains(length))
}

/// Who else may approve of changes of a manual secret.
fn approval(was: &SecretRule, is: &SecretRule) -> Option<String> {
    let both_manual = [was.rotation, is.rotation] == [Rotation::Manual; 2];
    if !both_manual {
        return None;
    }
    let of = |rule: &SecretRule| rule.approval.clone().unwrap_or_default();
    let (was, is): (Approval, Approval) = (of(was), of(is));
    if !was.trailer.eq_ignore_ascii_case(&is.trailer) {
        return Some(format!("`{}` approves of", shown(&is.trailer)));
    }
    if !was.by.is_empty() && is.by.is_empty() {
        return Some("anyone may approve of".to_owned());
    }
    let mut new = is
        .by
        .iter()
        .filter(|name| !was.by.is_empty() && !was.by.contains(name));
    new.next()
        .map(|name| format!("`{}` may approve of", shown(name)))
}
