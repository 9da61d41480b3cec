//! A re-seal changes the key of values, and nothing else.

use crate::authorship::says_reseal;
use crate::change::Commit;
use crate::context::Context;
use crate::finding::Findings;
use crate::policies::Policies;
use crate::policy::Severity;
use crate::reseal::Reseal;
use crate::rule::{Check, Fixable, Rule};

pub(super) const RULE: Rule = Rule {
    name: "reseal-changed-more",
    code: "SL604",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "a commit says that it re-seals, and changes more than that",
    why: "A re-seal may touch every secret, manual ones too, and nobody reads its hundreds of new ciphertexts. So \
          it is bounded: what else it changes would pass unread.",
    how: "Make two commits. One with `Sealsmith-Operation: reseal` may change ciphertexts, each of a plaintext of \
          the same length, `sealsmith.lock`, and for another key the certificate file and the pinned fingerprints \
          of the environments that it re-seals. A value that was copied or swapped from elsewhere is recognised. \
          A different secret of the same length, newly sealed, is not: without the private key nobody can tell, \
          so review who may write re-seal commits.",
    bad: "\
-- HEAD:envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: api-dev}}
-- envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 14 #2>}
  template: {metadata: {name: db, namespace: api-dev}}
-- commit --
ops@example.com
re-seal dev for the new controller key

Sealsmith-Operation: reseal
",
    good: "\
-- HEAD:envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: api-dev}}
-- envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #2>}
  template: {metadata: {name: db, namespace: api-dev}}
-- commit --
ops@example.com
re-seal dev for the new controller key

Sealsmith-Operation: reseal
",
    checks: &[Check::Commit(check)],
};

fn check(commit: &Commit, context: &Context<'_>, findings: &mut Findings<'_>) {
    let policies = Policies::of(context);
    if !says_reseal(commit, &policies) {
        return;
    }
    for excess in Reseal::of(commit, &policies).excesses() {
        let message = format!("{}{}", excess.what, commit.place());
        findings
            .add(excess.path, excess.mark, message)
            .note("the message says that it only re-seals")
            .help("make this change in a commit of its own, without the trailer")
            .about(excess.object, excess.field);
    }
}
