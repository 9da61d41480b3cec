//! Files are rewritten only when git could bring every one of them back.

use crate::context::Context;
use crate::finding::Findings;
use crate::guard::GitState;
use crate::path::Path;
use crate::policy::{FILE, Severity};
use crate::rule::{Check, Fixable, Rule};

pub(super) const RULE: Rule = Rule {
    name: "dirty-tree",
    code: "SL701",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "the work tree differs from the last commit, before an operation that rewrites files",
    why: "Re-sealing and rotation replace many files at once. What is not committed could be lost with them, or be \
          committed with them unread.",
    how: "Commit, or put the changes aside with `git stash`. Files that the operation does not touch are only \
          warned about. `git.require-clean` names the operations that ask for this.",
    bad: "\
-- README.md --
text
-- git --
dirty envs/dev/sealed-secrets/api/sealed-db.yaml
",
    good: "\
-- README.md --
text
-- git --
clean
",
    checks: &[Check::Guard(check)],
};

fn check(state: &GitState, context: &Context<'_>, findings: &mut Findings<'_>) {
    for path in &state.changed {
        let finding = findings.add(path, None, "changed, and not committed");
        if is_rewritten(path, context) {
            finding.note("the operation rewrites this file");
        } else {
            finding.severity(Severity::Warning);
            finding.note("the operation leaves this file alone");
        }
        finding
            .help("commit it, or put it aside: git stash")
            .about("", "work tree");
    }
    for path in &state.untracked {
        findings
            .add(path, None, "inside the layout, and unknown to git")
            .note("git could not bring it back")
            .help("commit it first, or take it out of the layout")
            .about("", "work tree");
    }
}

fn is_rewritten(path: &Path, context: &Context<'_>) -> bool {
    let text = path.lossy();
    let environments = context.policy.environments.iter();
    let mut certificates = environments.filter_map(|(_, one)| one.certificate.as_ref());
    context.layout.locate(&text).is_some()
        || [FILE, crate::lock::FILE].contains(&&*text)
        || certificates.any(|certificate| certificate.as_str() == text)
}
