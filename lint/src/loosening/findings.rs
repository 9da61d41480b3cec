//! What becomes of findings: exceptions, severities and options.

use super::Loosened;
use crate::policy::{Exception, Policy, RULE_NAMES, RuleSetting, Severity};
use crate::rule::Rule;
use crate::text::shown;

/// Exceptions that are new, or last longer.
pub(super) fn exceptions(before: &Policy, after: &Policy) -> Vec<Loosened> {
    let known = |one: &Exception| {
        let same = before
            .exceptions
            .iter()
            .filter(|known| known.rule == one.rule && known.path.as_str() == one.path.as_str());
        same.into_iter().any(|known| known.expires >= one.expires)
    };
    let new = after
        .exceptions
        .iter()
        .enumerate()
        .filter(|(_, one)| !known(one));
    let new = new.map(|(at, one)| {
        let (rule, path) = (one.rule.as_str(), one.path.as_str());
        let what = format!(
            "accepts `{rule}` in `{}` until {}",
            shown(path),
            one.expires
        );
        Loosened::new(
            format!("exceptions.{at}.rule"),
            format!("exceptions.{rule}.{path}"),
            what,
        )
    });
    new.collect()
}

/// Rules that count for less somewhere, or are told something else.
pub(super) fn severities(before: &Policy, after: &Policy) -> Vec<Loosened> {
    let mut found = Vec::new();
    for name in RULE_NAMES {
        let (was, is) = (before.rules.get(name), after.rules.get(name));
        let options =
            |setting: Option<&RuleSetting>| setting.map(|setting| setting.options.clone());
        if options(was).unwrap_or_default() != options(is).unwrap_or_default() {
            let field = format!("rules.{name}.options");
            found.push(Loosened::at(&field, format!("`{name}` gets other options")));
        }
        found.extend(lowered(name, before, after));
    }
    found
}

fn lowered(name: &str, before: &Policy, after: &Policy) -> Option<Loosened> {
    let usual = Rule::named(name)?.severity;
    let environments = after.environments.names().map(Some).chain([None]);
    let mut severities = environments.map(|env| {
        let of = |policy: &Policy| severity(policy, name, env).unwrap_or(usual);
        (of(before), of(after))
    });
    let (was, is) = severities.find(|(was, is)| is < was)?;
    let what = format!("`{name}` is {} now, and was {}", word(is), word(was));
    Some(Loosened::at(&format!("rules.{name}.severity"), what))
}

/// The severity that a policy sets in an environment, or outside of any.
fn severity(policy: &Policy, name: &str, env: Option<&str>) -> Option<Severity> {
    let setting = policy.rules.get(name)?;
    let only = setting.env.as_ref().map(|only| only.as_str());
    let here = only.is_none_or(|only| Some(only) == env);
    setting.severity.filter(|_| here)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Off => "off",
        Severity::Info => "a remark",
        Severity::Warning => "a warning",
        Severity::Error => "an error",
    }
}
