//! Push, and what its porcelain output means.

use super::program::Said;
use super::{Destination, Publisher};
use crate::failure::Failure;

/// How a push came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    /// The remote branch has the commit; it may have had it before.
    Arrived,
    /// The remote branch has commits that ours has not.
    Behind,
    /// The remote could not take it just now, as when two pushes meet: a race if its branch has moved.
    Contended(String),
    /// The remote does not want it: a protected branch, or a hook there.
    Refused(String),
    /// The user's own hook stopped it.
    Stopped,
    /// It did not get there.
    Unreachable,
}

impl Publisher {
    /// Pushes a commit to a branch as a fast-forward, with the user's hooks; and what git said besides.
    pub(crate) fn push(&self, commit: &str, to: &Destination) -> Result<(Push, Failure), Failure> {
        let refspec = format!("{commit}:{}", to.reference());
        let arguments = [
            "push",
            "--porcelain",
            "--no-follow-tags",
            &to.remote,
            &refspec,
        ];
        let said = self.program.run(&arguments, b"")?;
        let push = read(&said, &to.reference());
        let words = said.explain(Failure::could_not(format!("the push to {to} failed")));
        Ok((push, words))
    }
}

/// Reads `git push --porcelain`: `FLAG \t FROM:TO \t SUMMARY (REASON)` for the one reference.
fn read(said: &Said, reference: &str) -> Push {
    let output = String::from_utf8_lossy(&said.stdout);
    let line = output.lines().find_map(|line| {
        let mut fields = line.splitn(3, '\t');
        let (flag, references, summary) = (fields.next()?, fields.next()?, fields.next()?);
        let (_, to) = references.rsplit_once(':')?;
        (to == reference).then_some((flag, summary))
    });
    match line {
        Some(("!", summary)) => rejected(summary),
        // Every other flag is a success, if git says so too: the remote may still have died.
        Some(_) if said.code == Some(0) => Push::Arrived,
        None if said.code == Some(1) && !said.stderr.contains("fatal:") => Push::Stopped,
        _ => Push::Unreachable,
    }
}

fn rejected(summary: &str) -> Push {
    let reason = summary
        .split_once(" (")
        .and_then(|(_, reason)| reason.strip_suffix(')'))
        .unwrap_or(summary)
        .to_owned();
    let contended = [
        "cannot lock ref",
        "failed to update ref",
        "incorrect old value",
    ];
    match () {
        () if summary.starts_with("[rejected]") => Push::Behind,
        () if contended.iter().any(|words| reason.contains(words)) => Push::Contended(reason),
        () if summary.starts_with("[remote rejected]") => Push::Refused(reason),
        () => Push::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRANCH: &str = "refs/heads/main";

    fn read_of(code: i32, stdout: &str, stderr: &str) -> Push {
        let said = Said {
            code: Some(code),
            stdout: stdout.as_bytes().to_vec(),
            stderr: stderr.to_owned(),
        };
        read(&said, BRANCH)
    }

    #[test]
    fn what_git_prints_is_told_apart() {
        let of = |flag: &str, summary: &str| {
            format!("To file:///r.git\n{flag}\t1f2e:{BRANCH}\t{summary}\nDone\n")
        };
        for (code, line, expected) in [
            (0, of(" ", "1f2e..3d4c"), Push::Arrived),
            (0, of("*", "[new branch]"), Push::Arrived),
            (0, of("=", "[up to date]"), Push::Arrived),
            (1, of("!", "[rejected] (fetch first)"), Push::Behind),
            (1, of("!", "[rejected] (non-fast-forward)"), Push::Behind),
            (
                1,
                of("!", "[remote rejected] (pre-receive hook declined)"),
                Push::Refused("pre-receive hook declined".to_owned()),
            ),
            (
                1,
                of(
                    "!",
                    "[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)",
                ),
                Push::Contended(
                    "cannot lock ref 'refs/heads/main': is at 1 but expected 2".to_owned(),
                ),
            ),
            (
                1,
                of("!", "[remote failure] (remote failed to report status)"),
                Push::Unreachable,
            ),
        ] {
            assert_eq!(read_of(code, &line, ""), expected, "{line}");
        }
    }

    #[test]
    fn without_a_line_the_exit_code_tells_a_hook_from_the_network() {
        let hook = "no pushes on Friday\nerror: failed to push some refs to 'file:///r.git'\n";
        assert_eq!(read_of(1, "", hook), Push::Stopped);
        let network = "fatal: Could not read from remote repository.\n";
        assert_eq!(read_of(128, "", network), Push::Unreachable);
    }

    #[test]
    fn another_branch_says_nothing_about_ours() {
        let other = "To r\n \t1f2e:refs/heads/main2\t1..2\nDone\n";
        assert_eq!(read_of(0, other, ""), Push::Unreachable);
    }
}
