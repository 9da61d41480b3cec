//! What guards operations: the layout, how automation is recognised, and git.

use super::Loosened;
use crate::policy::{Automation, Git, Guarded, LayoutSettings};
use crate::text::shown;

/// A whitelist that names more, or paths that are looked at less.
pub(super) fn layout(was: &LayoutSettings, is: &LayoutSettings) -> Vec<Loosened> {
    let mut found = Vec::new();
    for (at, pattern) in is.allow.iter().enumerate() {
        let pattern = pattern.as_str();
        if !was.allow.iter().any(|known| known.as_str() == pattern) {
            let what = format!("sealed secrets may be in `{}` too", shown(pattern));
            found.push(Loosened::new(
                format!("layout.allow.{at}"),
                "layout.allow",
                what,
            ));
        }
    }
    for (at, glob) in is.ignore.iter().enumerate() {
        let glob = glob.as_str();
        if !was.ignore.iter().any(|known| known.as_str() == glob) {
            let what = format!("nothing in `{}` is looked at", shown(glob));
            found.push(Loosened::new(
                format!("layout.ignore.{at}"),
                "layout.ignore",
                what,
            ));
        }
    }
    if was.namespace.is_some() && was.namespace != is.namespace {
        let what = match is.namespace {
            Some(_) => "other namespaces are expected",
            None => "any namespace will do",
        };
        found.push(Loosened::at("layout.namespace", what));
    }
    found
}

/// Automation that is no longer recognised.
pub(super) fn automation(was: &Automation, is: &Automation) -> Vec<Loosened> {
    let known = |address: &&String| {
        is.authors
            .iter()
            .any(|known| known.eq_ignore_ascii_case(address))
    };
    let gone = was.authors.iter().filter(|address| !known(address));
    let gone = gone.map(|address| {
        let what = format!("`{}` no longer counts as automation", shown(address));
        Loosened::at("automation.authors", what)
    });
    let other = [
        (
            "automation.trailer",
            was.trailer != is.trailer,
            "automation is recognised by another trailer",
        ),
        (
            "automation.env-var",
            was.env_var != is.env_var,
            "automation is recognised by another variable",
        ),
    ];
    gone.chain(less(other)).collect()
}

/// A state of git that operations no longer ask for.
pub(super) fn git(was: &Git, is: &Git) -> Vec<Loosened> {
    let unasked = |guarded: Guarded| {
        was.require_clean.contains(&guarded) && !is.require_clean.contains(&guarded)
    };
    let dirty = unasked(Guarded::Reseal) || unasked(Guarded::Rotate);
    let states = [
        (
            "git.base",
            was.base.is_some() && is.base.is_none(),
            "nothing says what a change is compared with",
        ),
        (
            "git.require-clean",
            dirty,
            "fewer operations ask for a clean work tree",
        ),
        (
            "git.require-branch",
            was.require_branch && !is.require_branch,
            "no branch has to be checked out",
        ),
        (
            "git.require-up-to-date",
            was.require_up_to_date && !is.require_up_to_date,
            "the branch may be behind",
        ),
    ];
    less(states).collect()
}

fn less<const N: usize>(
    parts: [(&'static str, bool, &'static str); N],
) -> impl Iterator<Item = Loosened> {
    let less = parts.into_iter().filter(|(_, less, _)| *less);
    less.map(|(field, _, what)| Loosened::at(field, what))
}
