//! What a policy leaves open that it could say.

use crate::context::Context;
use crate::finding::Findings;
use crate::path::Path;
use crate::policy::{FILE, Rotation, SecretRule, Severity};
use crate::policy_text::PolicyText;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "weak-policy",
    code: "SL806",
    severity: Severity::Info,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "the policy leaves open what it could say",
    why: "Without pinned fingerprints any certificate is sealed for, without `git.base` nobody knows what a change \
          is compared with, and a rule for everything automates the secret that comes tomorrow.",
    how: "Pin the certificate with `sealsmith cert pin`, set `git.base` to the branch that deploys, name what is \
          automated instead of everything, and leave the rules that guard manual secrets at `error`.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev:
    certificate: certs/dev.pem
    fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']
git: {base: origin/main}
",
    checks: &[Check::Policy(check)],
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    // Without a file there is nothing that could say more.
    if context.policy_text.is_empty() {
        return;
    }
    let text = PolicyText::read(context.policy_text);
    let mut weak = |field: &str, message: String, help: &str| {
        let finding = findings.add(&Path::from(FILE), text.mark(field), message);
        finding.help(help).about("", field);
    };
    let policy = context.policy;
    if policy.git.base.is_none() {
        let message = "`git.base` is not set, so that nothing says what a change is compared with";
        weak(
            "git.base",
            message.to_owned(),
            "set it to the branch that deploys, as `origin/main`",
        );
    }
    for (name, _) in policy
        .environments
        .iter()
        .filter(|(_, one)| one.fingerprints.is_empty())
    {
        let message =
            format!("{name} pins no key, so that values may be sealed for any certificate");
        weak(
            &format!("environments.{name}"),
            message,
            "pin its certificate: sealsmith cert pin",
        );
    }
    if policy.automation.trailer.trim().is_empty() {
        let message = "automation has no trailer to be recognised by".to_owned();
        weak(
            "automation.trailer",
            message,
            "name the trailer that automation writes, or remove the line",
        );
    }
    for (at, rule) in policy
        .secrets
        .iter()
        .enumerate()
        .filter(|(_, rule)| takes_everything(rule))
    {
        let message = format!(
            "rule `{}` automates every secret that no rule before it names",
            shown(&rule.id)
        );
        weak(
            &format!("secrets.{at}.match.name"),
            message,
            "name what may be automated; whatever comes later is then asked about",
        );
    }
    for (name, severity) in lowered(context) {
        let message = format!("`{name}` guards what only a person may change, and is {severity}");
        weak(
            &format!("rules.{name}.severity"),
            message,
            "leave it at `error`, and accept single findings in `exceptions`",
        );
    }
}

fn takes_everything(rule: &SecretRule) -> bool {
    let everything = ["*", "**"].contains(&rule.matches.name.as_str());
    rule.rotation == Rotation::Automated && everything && rule.matches.app.is_none()
}

/// The rules about what people may do that the policy makes less than an error.
fn lowered<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    context.policy.rules.iter().filter_map(|(name, setting)| {
        let rule = Rule::named(name.as_str())?;
        let severity = match setting.severity? {
            Severity::Off => "turned off",
            Severity::Info => "only a remark",
            Severity::Warning => "only a warning",
            Severity::Error => return None,
        };
        (rule.exceptions_only && rule.severity == Severity::Error).then_some((rule.name, severity))
    })
}
