//! What only a person may change, another person approves of.

use std::collections::BTreeSet;

use crate::approval::{Lack, lack, trailer};
use crate::authorship::{automation, says_reseal};
use crate::change::{Commit, Range};
use crate::context::Context;
use crate::deed::{Deed, deeds};
use crate::finding::Findings;
use crate::manual::{Touched, touched};
use crate::policies::Policies;
use crate::policy::{SecretRule, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::text::{listed, shown};

pub(super) const RULE: Rule = Rule {
    name: "unapproved-manual-change",
    code: "SL602",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "a manual secret changes, and nobody but its author approves",
    why: "A manual secret is one whose change hits many things at once: alerting, every issued token, a database. \
          A second person who knows that makes the difference between a change and an outage.",
    how: "Ask someone who may approve, and end the commit message with `Secret-Change-Approved-By: NAME` (or the \
          trailer that the policy names). A secret counts as manual when today's policy or the one before the \
          change says so. New secrets, and re-seals that change no more than they may, need no approval. \
          Before the message is written, in the pre-commit hook, this is only a reminder.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid at once
-- HEAD:envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32 #1>}
  template: {metadata: {name: jwt, namespace: api-dev}}
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32 #2>}
  template: {metadata: {name: jwt, namespace: api-dev}}
-- commit --
dev@example.com
api: new signing key
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
-- HEAD:envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32 #1>}
  template: {metadata: {name: jwt, namespace: api-dev}}
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32 #2>}
  template: {metadata: {name: jwt, namespace: api-dev}}
-- commit --
dev@example.com
api: new signing key

Secret-Change-Approved-By: @lead
",
    checks: &[Check::Commit(commit), Check::Range(range)],
};

fn commit(commit: &Commit, context: &Context<'_>, findings: &mut Findings<'_>) {
    let policies = Policies::of(context);
    // Automation is refused whoever approves, by another rule.
    if automation(commit, &policies).is_some() {
        return;
    }
    let touched = touched(commit, &policies);
    let manual: Vec<_> = touched
        .iter()
        .filter(|touched| !touched.class.manual.is_empty() && touched.deed.before.is_some())
        .collect();
    if commit.message.is_none() {
        return remind(&manual, findings);
    }
    let reseals = says_reseal(commit, &policies);
    for touched in manual
        .iter()
        .filter(|touched| !(reseals && touched.like_reseal))
    {
        let mut rules = touched.class.manual.iter();
        if let Some((rule, lack)) =
            rules.find_map(|rule| Some((rule, lack(commit, rule, &policies)?)))
        {
            report(touched, commit, rule, &lack, findings);
        }
    }
}

fn report(
    touched: &Touched<'_, '_>,
    commit: &Commit,
    rule: &SecretRule,
    lack: &Lack,
    findings: &mut Findings<'_>,
) {
    let (title, place) = (touched.deed.title(), commit.place());
    let message = format!(
        "`{}` is manual and {}{place}, {}",
        shown(&title),
        touched.what,
        said(lack)
    );
    findings
        .add(touched.deed.path(), touched.deed.mark(), message)
        .note(format!("manual because {}", shown_reason(rule)))
        .help(format!(
            "ask someone else, and end the message with {}",
            trailer(rule)
        ))
        .about(title, field(&touched.deed));
}

/// One for the whole commit: the message that could say more is still to be written.
fn remind(manual: &[&Touched<'_, '_>], findings: &mut Findings<'_>) {
    let Some((first, rule)) = manual
        .iter()
        .find_map(|touched| Some((touched, touched.class.manual.first()?)))
    else {
        return;
    };
    let title = first.deed.title();
    let more = match manual.len() - 1 {
        0 => String::new(),
        1 => ", and so is another secret that changes".to_owned(),
        count => format!(", and so are {count} other secrets that change"),
    };
    let message = format!("`{}` is manual and {}{more}", shown(&title), first.what);
    findings
        .add(first.deed.path(), first.deed.mark(), message)
        .severity(Severity::Info)
        .note(format!("manual because {}", shown_reason(rule)))
        .help(format!(
            "the commit message has to end with {}",
            trailer(rule)
        ))
        .about(title, field(&first.deed));
}

/// What differs between both ends although no commit changes it: a merge left out what the other side had.
fn range(range: &Range<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let policies = Policies::of(context);
    let known: BTreeSet<(&str, &str)> = range
        .steps
        .iter()
        .flat_map(|step| {
            step.changed
                .iter()
                .map(|key| (step.title.as_str(), key.as_str()))
        })
        .collect();
    for deed in deeds(range.net.unwrap_or_default(), &policies) {
        let title = deed.title();
        let keys = deed.keys().into_iter().map(|(key, _)| key);
        let keys: Vec<_> = keys
            .filter(|key| !known.contains(&(title.as_str(), *key)))
            .collect();
        if deed.before.is_none() || keys.is_empty() || deed.class(&policies).manual.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is manual, and {} differs between both ends although no commit changes it",
            shown(&title),
            listed(keys.iter().copied())
        );
        findings
            .add(deed.path(), deed.mark(), message)
            .note("a merge kept one side and left out the other")
            .help(
                "merge again with the newer value, or change it in a commit that someone approves",
            )
            .about(title, field(&deed));
    }
}

fn said(lack: &Lack) -> String {
    match lack {
        Lack::Missing => "without an approval".to_owned(),
        Lack::Nobody(text) => format!("approved by `{}`, which names nobody", shown(text)),
        Lack::Own(name) => format!("approved by `{}` alone, who made the change", shown(name)),
        Lack::Automation(name) => {
            format!("approved by `{}` alone, which is automation", shown(name))
        }
        Lack::Stranger(name) => format!(
            "approved by `{}`, who is not among those who may",
            shown(name)
        ),
    }
}

fn shown_reason(rule: &SecretRule) -> String {
    rule.reason
        .as_str()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn field(deed: &Deed<'_>) -> String {
    match deed.keys().as_slice() {
        [(key, _)] => format!("spec.encryptedData.{key}"),
        _ => String::new(),
    }
}
