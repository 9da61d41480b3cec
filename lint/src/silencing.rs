//! What silences a finding: a comment beside it, or an entry of the policy's `exceptions`.

use std::collections::HashMap;

use crate::context::Context;
use crate::finding::Finding;
use crate::path::Path;
use crate::policy::{Exception, Policy};
use crate::suppression::{MAX_DAYS, Meaning, Suppression};

const DAY: i64 = 86_400;

/// Which suppressions and exceptions silenced something.
pub(crate) struct Used {
    pub(crate) suppressions: Vec<bool>,
    pub(crate) exceptions: Vec<bool>,
}

impl Used {
    /// None of so many.
    pub(crate) fn new(suppressions: usize, exceptions: usize) -> Self {
        Self {
            suppressions: vec![false; suppressions],
            exceptions: vec![false; exceptions],
        }
    }
}

/// The comments that may silence something, by the file and the line they speak for.
pub(crate) struct Comments<'a> {
    by_line: HashMap<(&'a Path, u32), Vec<(usize, &'a Meaning)>>,
}

impl<'a> Comments<'a> {
    /// Takes those that are complete and have not ended.
    pub(crate) fn of(suppressions: &'a [(Path, Suppression)], now: i64) -> Self {
        let mut by_line: HashMap<_, Vec<_>> = HashMap::new();
        for (index, (path, suppression)) in suppressions.iter().enumerate() {
            if let Some(meaning) = suppression
                .meaning
                .as_ref()
                .ok()
                .filter(|meaning| is_valid(meaning, now))
            {
                for line in [suppression.lines.0, suppression.lines.1] {
                    by_line
                        .entry((path, line))
                        .or_default()
                        .push((index, meaning));
                }
            }
        }
        Self { by_line }
    }

    /// The comment that silences a finding.
    pub(crate) fn find(&self, finding: &'a Finding) -> Option<(usize, &'a Meaning)> {
        if !finding.rule.may_be_suppressed() {
            return None;
        }
        let line = finding.mark.map_or(0, |mark| mark.line);
        let here = self.by_line.get(&(&finding.path, line))?;
        let named = |meaning: &Meaning| meaning.rules.iter().any(|rule| rule == finding.rule.name);
        here.iter().find(|(_, meaning)| named(meaning)).copied()
    }
}

/// The exception about a finding, and whether it silences it. Where nobody may silence what they do
/// themselves, it has to have been there before the change.
pub(crate) fn exception<'a>(
    finding: &Finding,
    context: &Context<'a>,
) -> Option<(usize, &'a Exception, Standing)> {
    let (index, exception) = in_force(context.policy, finding, context.now)?;
    let before = context
        .policy_before
        .filter(|_| finding.rule.exceptions_only);
    let is_new = before.is_some_and(|policy| in_force(policy, finding, context.now).is_none());
    let standing = if is_new {
        Standing::New
    } else {
        Standing::Accepted
    };
    Some((index, exception, standing))
}

/// Whether an exception was accepted by someone else than who needs it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It counts.
    Accepted,
    /// It comes with the change that it would excuse.
    New,
}

/// Whether an exception is about a finding.
pub(crate) fn applies(exception: &Exception, finding: &Finding) -> bool {
    exception.rule.as_str() == finding.rule.name && exception.path.matches(&finding.path.lossy())
}

/// Whether a last day has passed everywhere in UTC.
pub(crate) fn is_over(last_day: i64, now: i64) -> bool {
    now >= last_day + DAY
}

/// Whether a suppression would last longer than any may.
pub(crate) fn is_too_long(until: i64, now: i64) -> bool {
    until > now + MAX_DAYS * DAY
}

fn in_force<'p>(policy: &'p Policy, finding: &Finding, now: i64) -> Option<(usize, &'p Exception)> {
    let mut exceptions = policy.exceptions.iter().enumerate();
    exceptions.find(|(_, one)| applies(one, finding) && !is_over(one.expires.as_unix(), now))
}

fn is_valid(meaning: &Meaning, now: i64) -> bool {
    let until = meaning.until.as_unix();
    !is_over(until, now) && !is_too_long(until, now)
}
