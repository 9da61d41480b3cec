//! Automation keeps its hands off what only a person may change.

use crate::authorship::{automation, says_reseal};
use crate::change::Commit;
use crate::context::Context;
use crate::finding::Findings;
use crate::manual::touched;
use crate::policies::Policies;
use crate::policy::{FILE, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "automation-on-manual",
    code: "SL603",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "automation changes a secret that only a person may change",
    why: "A wrong webhook cuts off alerting, a new signing key logs everybody out. Such a secret is changed by a \
          person who watches what happens; automation may only re-seal it, which leaves the value as it is.",
    how: "Let a person make the change. Automation is recognised by the author's or committer's address, by the \
          trailer and by the environment variable that `automation` in the policy names. It may touch a secret \
          that a rule of today's policy makes `automated`, and that no rule of today's or of the policy before \
          makes `manual`. Its re-seal (`Sealsmith-Operation: reseal`) of any secret passes when it is proven to \
          change nothing else. Equal plaintext cannot be proven without the private key.",
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
automation: {authors: [bot@example.com]}
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
bot@example.com
rotate everything

Secret-Change-Approved-By: @lead
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
automation: {authors: [bot@example.com]}
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
bot@example.com
re-seal dev for the new controller key

Sealsmith-Operation: reseal
",
    checks: &[Check::Commit(check)],
};

fn check(commit: &Commit, context: &Context<'_>, findings: &mut Findings<'_>) {
    let policies = Policies::of(context);
    let Some(evidence) = automation(commit, &policies) else {
        return;
    };
    // Until there is a message, whatever looks like a re-seal may be one.
    let reseals = commit.message.is_none() || says_reseal(commit, &policies);
    let touched = touched(commit, &policies).into_iter();
    for touched in touched.filter(|touched| !(reseals && touched.like_reseal)) {
        let (title, place) = (touched.deed.title(), commit.place());
        let (class, note) = match touched.reason() {
            Some(reason) => ("is manual", format!("manual because {}", one_line(reason))),
            None => (
                "has no rule",
                format!("no rule of {FILE} says that automation may change it"),
            ),
        };
        let what = &touched.what;
        let message = format!(
            "automation is at work{place}, and `{}` {class} and {what}",
            shown(&title)
        );
        findings
            .add(touched.deed.path(), touched.deed.mark(), message)
            .note(note)
            .help(format!(
                "let a person make this change; it counts as automation because {evidence}"
            ))
            .about(title, "");
    }
}

fn one_line(reason: &str) -> String {
    reason
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
