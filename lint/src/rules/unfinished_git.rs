//! Git must not be in the middle of something when files are rewritten.

use crate::context::Context;
use crate::finding::Findings;
use crate::guard::{GitState, Head, root};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "unfinished-git",
    code: "SL702",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "git is in the middle of something, or no branch with a commit is checked out",
    why: "In the middle of a merge or a rebase a commit means something else, and on no branch it is soon lost. \
          Without a commit there is nothing to go back to.",
    how: "Finish or abort what git is doing (`git status` says how), and check out the branch that deploys the \
          environment. `git.require-branch: false` allows a detached HEAD, as CI has it.",
    bad: "\
-- README.md --
text
-- git --
merge
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
    for path in &state.unmerged {
        findings
            .add(path, None, "not merged yet")
            .note("both sides changed it")
            .help("resolve it, then: git add it, and commit")
            .about("", "index");
    }
    if let Some(what) = &state.unfinished {
        let what = shown(what);
        findings
            .add(&root(), None, format!("git is in the middle of a {what}"))
            .help(format!("finish it or drop it first: {}", cure(&what)))
            .about("", "git");
    }
    if state.index_locked {
        findings
            .add(
                &root(),
                None,
                "another git process is at work here, or one was killed",
            )
            .note("index.lock exists in git's folder")
            .help("wait for it; when none is running, remove that file")
            .about("", "index.lock");
    }
    head(&state.head, context, findings);
}

fn head(head: &Head, context: &Context<'_>, findings: &mut Findings<'_>) {
    let (message, help) = match head {
        Head::Unborn => (
            "the repository has no commit yet".to_owned(),
            "commit what is there first, so that git can bring it back",
        ),
        Head::Detached(commit) if context.policy.git.require_branch => (
            format!("no branch is checked out, HEAD is at {}", shown(commit)),
            "check out the branch that deploys the environment: git switch BRANCH",
        ),
        Head::Detached(_) | Head::Branch(_) => return,
    };
    findings
        .add(&root(), None, message)
        .help(help)
        .about("", "HEAD");
}

fn cure(what: &str) -> String {
    match what {
        "bisect" => "git bisect reset".to_owned(),
        what => format!("git {what} --continue, or git {what} --abort"),
    }
}
