//! A policy means what it says only where no part of it undoes another.

use crate::context::Context;
use crate::finding::Findings;
use crate::glob_samples::samples;
use crate::path::Path;
use crate::policy::{
    Aws, Environment, EnvironmentName, FILE, Match, Rotation, SecretRule, Severity,
};
use crate::policy_text::PolicyText;
use crate::rule::{Check, Fixable, Rule};
use crate::text::{listed, shown};

pub(super) const RULE: Rule = Rule {
    name: "contradictory-policy",
    code: "SL802",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a part of the policy can never hold, because another part decides first",
    why: "The first rule that matches decides. A `manual` rule behind a wider `automated` one protects nothing, \
          and it reads as if it did. Two environments with one key can open each other's values.",
    how: "Put the narrower rule first, or remove the one that is never reached. Give each environment its own \
          certificate, and let the rule of an AWS key match every application that `aws.apps` names.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: everything
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid at once
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32>}
  template: {metadata: {name: jwt, namespace: api-dev}}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid at once
  - id: everything
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32>}
  template: {metadata: {name: jwt, namespace: api-dev}}
",
    checks: &[Check::Policy(check)],
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let text = PolicyText::read(context.policy_text);
    let secrets = &context.policy.secrets;
    for (at, rule) in secrets.iter().enumerate() {
        unreached(rule, at, secrets, &text, findings);
    }
    let environments: Vec<_> = context.policy.environments.iter().collect();
    for (at, one) in environments.iter().enumerate() {
        shared_key(*one, &environments[..at], &text, findings);
        if let Some(aws) = &one.1.aws {
            unmatched_apps(one.0, aws, context, &text, findings);
        }
    }
}

fn unreached(
    rule: &SecretRule,
    at: usize,
    all: &[SecretRule],
    text: &PolicyText,
    findings: &mut Findings<'_>,
) {
    let Some(first) = covering(&rule.matches, &all[..at]) else {
        return;
    };
    let (id, other) = (shown(&rule.id), shown(&first.id));
    let message = format!("rule `{id}` is never reached: `{other}` matches before it");
    let note = match (rule.rotation, first.rotation) {
        (Rotation::Manual, Rotation::Automated) => "what it should keep for people is automated",
        (Rotation::Automated, Rotation::Manual) => "what it should automate is manual",
        (Rotation::Manual, Rotation::Manual) | (Rotation::Automated, Rotation::Automated) => {
            "its reason, age and lengths hold for nothing"
        }
    };
    findings
        .add(
            &Path::from(FILE),
            text.mark(&format!("secrets.{at}.id")),
            message,
        )
        .note(note)
        .help(format!("put it before `{other}`, or remove it"))
        .about("", format!("secrets.{id}"));
}

/// The first of some rules that, with those after it, matches all that a rule could match.
fn covering<'a>(matches: &Match, earlier: &'a [SecretRule]) -> Option<&'a SecretRule> {
    let names = samples(matches.name.as_str())?;
    let apps = match &matches.app {
        Some(app) => samples(app.as_str())?.into_iter().map(Some).collect(),
        None => vec![None, Some("q7z".to_owned())],
    };
    let mut deciding = names.iter().flat_map(|name| {
        let apps = apps.iter().map(|app| app.as_deref());
        apps.map(move |app| earlier.iter().find(|rule| rule.matches.matches(name, app)))
    });
    let first = deciding.next()??;
    deciding.all(|rule| rule.is_some()).then_some(first)
}

type Named<'a> = (&'a EnvironmentName, &'a Environment);

/// Only what the policy itself says counts: two copies of one certificate may be two names for one cluster.
fn shared_key(
    (name, environment): Named<'_>,
    earlier: &[Named<'_>],
    text: &PolicyText,
    findings: &mut Findings<'_>,
) {
    let same = |other: &&Named<'_>| {
        let files =
            environment.certificate.is_some() && environment.certificate == other.1.certificate;
        let pins = environment.fingerprints.iter();
        files
            || pins
                .into_iter()
                .any(|pin| other.1.fingerprints.contains(pin))
    };
    let Some((other, _)) = earlier.iter().find(same) else {
        return;
    };
    findings
        .add(
            &Path::from(FILE),
            text.mark(&format!("environments.{name}.certificate")),
            format!("{name} and {other} have the same key"),
        )
        .note("what is sealed for one can be opened in the other")
        .help("give each environment its own controller key and certificate")
        .about("", format!("environments.{name}.certificate"));
}

/// An application in `aws.apps` for which another rule, or none, would govern the key.
fn unmatched_apps(
    name: &EnvironmentName,
    aws: &Aws,
    context: &Context<'_>,
    text: &PolicyText,
    findings: &mut Findings<'_>,
) {
    let mut rules = context.policy.secrets.iter();
    let Some(rule) = rules.find(|rule| *rule.id == *aws.secret) else {
        return;
    };
    let glob = rule.matches.app.as_ref();
    let apps = aws
        .apps
        .iter()
        .filter(|app| glob.is_some_and(|glob| !glob.matches(app)));
    let apps: Vec<&str> = apps.map(String::as_str).collect();
    if apps.is_empty() {
        return;
    }
    let message = format!(
        "rule `{}` does not match {}, which `aws.apps` names",
        shown(&rule.id),
        listed(apps)
    );
    findings
        .add(
            &Path::from(FILE),
            text.mark(&format!("environments.{name}.aws.apps")),
            message,
        )
        .note("the key would be written where another rule decides")
        .help("add the application to the rule's `match.app`, or take it out of `aws.apps`")
        .about("", format!("environments.{name}.aws.apps"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    /// The rule that makes the last of some rules unreachable. Each is `NAME` or `NAME APP`.
    fn first_covering(rules: &[&str]) -> Option<String> {
        let entries = rules.iter().enumerate().map(|(at, rule)| {
            let (name, app) = rule.split_once(' ').unwrap_or((rule, ""));
            let app = if app.is_empty() { String::new() } else { format!(", app: '{app}'") };
            format!("- {{id: r{at}, match: {{name: '{name}'{app}}}, rotation: manual, reason: it is only a test}}\n")
        });
        let policy = Policy::parse(&format!("secrets:\n{}", entries.collect::<String>())).unwrap();
        let (last, earlier) = policy.secrets.split_last().unwrap();
        covering(&last.matches, earlier).map(|rule| rule.id.to_string())
    }

    #[test]
    fn a_rule_behind_a_wider_one_is_never_reached() {
        for rules in [
            &["*", "jwt"][..],
            &["*jwt*", "jwt-*"],
            &["jwt-*", "x", "jwt-*-dev"],
            &["{a,b}-*", "a-x"],
            &["jwt", "jwt api"],
            &["*-secret api", "db-secret api"],
        ] {
            assert_eq!(first_covering(rules).as_deref(), Some("r0"), "{rules:?}");
        }
        assert_eq!(
            first_covering(&["a-*", "b-*", "{a,b}-*"]).as_deref(),
            Some("r0")
        );
    }

    #[test]
    fn a_rule_that_something_reaches_is_left_alone() {
        for rules in [
            &["jwt", "*"][..],
            &["jwt api", "jwt"],
            &["*-*", "*"],
            &["a-*", "{a,b}-*"],
            &["jwt api", "jwt {api,web}"],
            &["*x*", "*"],
            &["?*", "*"],
            &["*", "[ab]"],
        ] {
            assert_eq!(first_covering(rules), None, "{rules:?}");
        }
    }
}
