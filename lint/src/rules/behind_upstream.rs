//! What is rewritten must be what the others have.

use crate::context::Context;
use crate::finding::Findings;
use crate::guard::{GitState, Upstream, root};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "behind-upstream",
    code: "SL703",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "the branch lacks commits of its upstream, before an operation that rewrites files",
    why: "A re-seal of old files undoes what others changed in them, or ends in hundreds of conflicts that nobody \
          can resolve by reading.",
    how: "Bring the branch up to date: `git pull --ff-only`. Nothing is fetched to find this out, so fetch first \
          when the last time is long ago. `git.require-up-to-date: false` turns it off.",
    bad: "\
-- README.md --
text
-- git --
behind 2
",
    good: "\
-- README.md --
text
-- git --
behind 0
",
    checks: &[Check::Guard(check)],
};

fn check(state: &GitState, context: &Context<'_>, findings: &mut Findings<'_>) {
    let upstream = state
        .upstream
        .as_ref()
        .filter(|upstream| upstream.behind > 0);
    let Some(upstream) = upstream.filter(|_| context.policy.git.require_up_to_date) else {
        return;
    };
    let help = match upstream.ahead {
        0 => "bring it up to date: git pull --ff-only",
        _ => "bring both together: git pull --rebase, or git merge",
    };
    findings
        .add(&root(), None, message(upstream))
        .note(fetched(upstream.fetched_ago))
        .help(help)
        .about("", "upstream");
}

fn message(upstream: &Upstream) -> String {
    let commits = |count| {
        if count == 1 {
            "1 commit".to_owned()
        } else {
            format!("{count} commits")
        }
    };
    let (name, behind) = (shown(&upstream.name), commits(upstream.behind));
    match upstream.ahead {
        0 => format!("the branch is {behind} behind {name}"),
        ahead => format!(
            "the branch and {name} went apart: it lacks {behind}, and has {} of its own",
            commits(ahead)
        ),
    }
}

fn fetched(ago: Option<i64>) -> String {
    let Some(ago) = ago else {
        return "as of the last fetch, whenever that was".to_owned();
    };
    let (count, unit) = match ago {
        ..120 => return "as of the last fetch, just now".to_owned(),
        120..7_200 => (ago / 60, "minutes"),
        7_200..172_800 => (ago / 3_600, "hours"),
        _ => (ago / 86_400, "days"),
    };
    format!("as of the last fetch, {count} {unit} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_the_last_fetch_is_said_in_its_unit() {
        for (ago, expected) in [
            (Some(5), "just now"),
            (Some(3_600), "60 minutes ago"),
            (Some(86_400), "24 hours ago"),
            (Some(864_000), "10 days ago"),
            (None, "whenever that was"),
        ] {
            assert!(fetched(ago).ends_with(expected), "{ago:?}");
        }
    }
}
