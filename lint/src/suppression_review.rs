//! Findings about suppressions and exceptions themselves.

use crate::context::Context;
use crate::finding::{Edit, Finding, Findings, Fix};
use crate::path::Path;
use crate::policy::FILE;
use crate::rule::Rule;
use crate::run::rule;
use crate::silencing::{Used, applies, is_over, is_too_long};
use crate::suppression::{MAX_DAYS, Meaning, Suppression};
use crate::text::{listed, shown};

/// Suppressions that are incomplete, over, too long or not allowed.
pub(crate) fn bad_suppressions(suppressions: &[(Path, Suppression)], now: i64) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, suppression) in suppressions {
        let problems = match &suppression.meaning {
            Ok(meaning) => problems(meaning, now),
            Err(error) => vec![error.to_string()],
        };
        for problem in problems {
            Findings::of(rule("bad-suppression"), &mut found)
                .add(path, Some(suppression.mark), problem)
                .help("`# sealsmith: allow(RULE) until 2027-03-31 -- why`, on the line or the line above");
        }
    }
    found
}

/// Exceptions whose last day has passed although something still needs them.
pub(crate) fn expired_exceptions(findings: &[Finding], context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for exception in &context.policy.exceptions {
        let over = is_over(exception.expires.as_unix(), context.now);
        if !over || !findings.iter().any(|finding| applies(exception, finding)) {
            continue;
        }
        let (name, path) = (exception.rule.as_str(), exception.path.as_str());
        let message = format!(
            "the exception for `{name}` in `{}` ended on {}",
            shown(path),
            exception.expires
        );
        Findings::of(rule("bad-suppression"), &mut found)
            .add(&Path::from(FILE), None, message)
            .help("put the finding right, or extend the exception with a reason that still holds")
            .about("", format!("exceptions.{name}.{path}"));
    }
    found
}

/// Suppressions that are right and silenced nothing.
pub(crate) fn unused_suppressions(
    suppressions: &[(Path, Suppression)],
    used: &Used,
    now: i64,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let all = suppressions.iter().zip(&used.suppressions);
    for ((path, suppression), _) in all.filter(|(_, used)| !**used) {
        let Some(meaning) = suppression
            .meaning
            .as_ref()
            .ok()
            .filter(|meaning| problems(meaning, now).is_empty())
        else {
            continue;
        };
        let rules = listed(meaning.rules.iter().map(String::as_str));
        Findings::of(rule("unused-suppression"), &mut found)
            .add(
                path,
                Some(suppression.mark),
                format!("nothing here breaks {rules}"),
            )
            .note("it would hide the next real finding")
            .fix(removal(suppression));
    }
    found
}

fn removal(suppression: &Suppression) -> Fix {
    Fix {
        safe: true,
        summary: "remove the comment".to_owned(),
        edits: vec![Edit {
            range: suppression.range.clone(),
            text: String::new(),
        }],
    }
}

fn problems(meaning: &Meaning, now: i64) -> Vec<String> {
    let mut problems: Vec<String> = meaning
        .rules
        .iter()
        .filter_map(|name| not_allowed(name))
        .collect();
    let until = meaning.until.as_unix();
    if is_over(until, now) {
        problems.push(format!("the suppression ended on {}", meaning.until));
    } else if is_too_long(until, now) {
        problems.push(format!("a suppression lasts {MAX_DAYS} days at most"));
    }
    problems
}

fn not_allowed(name: &str) -> Option<String> {
    match Rule::named(name) {
        None => Some(format!("there is no rule `{}`", shown(name))),
        Some(rule) if !rule.may_be_suppressed() => Some(format!(
            "`{name}` is silenced only by `exceptions` in {FILE}, where someone else sees it"
        )),
        Some(_) => None,
    }
}
