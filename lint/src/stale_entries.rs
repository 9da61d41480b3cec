//! Exceptions and lines of the baseline that match nothing any more.

use crate::baseline::{self, Baseline};
use crate::context::Context;
use crate::finding::{Edit, Finding, Findings, Fix, Mark};
use crate::path::Path;
use crate::policy::FILE;
use crate::policy_text::PolicyText;
use crate::rule::Rule;
use crate::run::rule;
use crate::silencing::Used;
use crate::text::shown;

/// Returns a finding for each.
pub(crate) fn stale_entries<'f>(
    context: &Context<'_>,
    baseline: &'f Baseline,
    used: &Used,
    all: impl Iterator<Item = &'f Finding>,
) -> Vec<Finding> {
    let mut found = exceptions(context, used);
    found.extend(lines(baseline, all));
    found
}

/// Rules that object only in some runs: where untracked files, dates or the policy before are known.
const SOMETIMES: [&str; 5] = [
    "stray-plaintext",
    "stale-certificate",
    "rotation-overdue",
    "invalid-policy",
    "policy-loosened",
];

/// Whether a rule would have objected in this run as in any other.
fn always_fires(name: &str) -> bool {
    let judges_what_is_done = Rule::named(name).is_some_and(Rule::judges_what_is_done);
    !judges_what_is_done && !SOMETIMES.contains(&name)
}

fn exceptions(context: &Context<'_>, used: &Used) -> Vec<Finding> {
    let mut found = Vec::new();
    let all = context.policy.exceptions.iter().zip(&used.exceptions);
    let unused = all.enumerate();
    let unused = unused.filter(|(_, (one, used))| !**used && always_fires(one.rule.as_str()));
    let unused: Vec<usize> = unused.map(|(at, _)| at).collect();
    if unused.is_empty() {
        return found;
    }
    let text = PolicyText::read(context.policy_text);
    for at in unused.iter().copied() {
        let exception = &context.policy.exceptions[at];
        let (name, path) = (exception.rule.as_str(), exception.path.as_str());
        let mark = text.mark(&format!("exceptions.{at}.rule"));
        let message = format!(
            "the exception for `{name}` in `{}` matches nothing",
            shown(path)
        );
        let mut findings = Findings::of(rule("stale-policy"), &mut found);
        let finding = findings.add(&Path::from(FILE), mark, message);
        finding
            .note("it would accept the next finding there")
            .about("", format!("exceptions.{name}.{path}"));
        if let Some(fix) = text.removal("exceptions", at, &unused) {
            finding.fix(fix);
        }
    }
    found
}

fn lines<'f>(baseline: &'f Baseline, all: impl Iterator<Item = &'f Finding>) -> Vec<Finding> {
    let mut found = Vec::new();
    let fires = |entry: &str| entry.split('\t').next().is_none_or(always_fires);
    let unused = baseline.unused(all).into_iter();
    for (entry, place) in unused.filter(|(entry, _)| fires(entry)) {
        let what = entry.replace('\t', " ");
        let message = format!("the line matches nothing: {}", shown(what.trim()));
        let line = u32::try_from(place.line).unwrap_or(u32::MAX);
        let columns = u32::try_from(entry.chars().count()).unwrap_or(u32::MAX);
        let mark = Mark {
            line,
            column: 1,
            end_line: line,
            end_column: columns.saturating_add(1),
        };
        Findings::of(rule("stale-policy"), &mut found)
            .add(&Path::from(baseline::FILE), Some(mark), message)
            .about("", what)
            .fix(Fix {
                safe: true,
                summary: "remove the line".to_owned(),
                edits: vec![Edit {
                    range: place.range.clone(),
                    text: String::new(),
                }],
            });
    }
    found
}
