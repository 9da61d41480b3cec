//! What a rule is: its texts, its examples and its checks.

use std::fmt;

use crate::change::{Commit, Range};
use crate::context::Context;
use crate::finding::Findings;
use crate::guard::GitState;
use crate::index::Repository;
use crate::policy::Severity;
use crate::source::Source;

/// A rule of the catalogue.
pub struct Rule {
    /// Its name, which is its id everywhere: in the policy, in suppressions and in reports.
    pub name: &'static str,
    /// A number that orders the catalogue and gives its pages a stable anchor.
    pub code: &'static str,
    /// How serious a finding is unless the policy says otherwise.
    pub severity: Severity,
    /// Whether it can be put right by a byte-exact edit.
    pub fixable: Fixable,
    /// Whether only the policy's `exceptions` may silence it, never a comment beside it or the baseline,
    /// and no change of the policy that comes with what it objects to.
    pub exceptions_only: bool,
    /// Whether the text of a place may be a secret, so that a report must not show it.
    pub sensitive: bool,
    /// The version that brought it.
    pub since: &'static str,
    /// What it objects to, as a sentence without a full stop.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to put it right.
    pub how: &'static str,
    /// A repository that it objects to, as [`Example`] describes.
    pub bad: Example,
    /// The same, put right.
    pub good: Example,
    /// How it looks.
    pub checks: &'static [Check],
}

/// A small repository as one text: sections that start with `-- path --`.
///
/// `sealsmith.yaml` is its policy. `<sealed ENV BYTES>` stands for a value of that many bytes, sealed
/// for the certificate of that environment; `<sealed ENV BYTES #2>` for another such value. Sections
/// that are no tracked file: `-- HEAD:path --` is the file before the commit, `-- untracked:path --` a
/// file that git does not track, `-- link:path --` a symlink, `-- commit --` the message of the commit
/// after a first line with its author's address, `-- git --` one word a line about the state of the
/// work tree (`merge`, `detached`, `dirty PATH`, `behind N`).
pub type Example = &'static str;

/// Whether a finding can be put right by an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Only by a person.
    No,
    /// By an edit that changes no meaning.
    Safely,
    /// By an edit that a person should look at.
    Unsafely,
}

/// How a rule looks at what there is.
pub enum Check {
    /// At one file.
    File(fn(&Source<'_>, &Context<'_>, &mut Findings<'_>)),
    /// At all files together.
    Repository(fn(&Repository<'_>, &Context<'_>, &mut Findings<'_>)),
    /// At what one commit changes.
    Commit(fn(&Commit, &Context<'_>, &mut Findings<'_>)),
    /// At what all commits of a run change together.
    Range(fn(&Range<'_>, &Context<'_>, &mut Findings<'_>)),
    /// At the state of the work tree before an operation that rewrites it.
    Guard(fn(&GitState, &Context<'_>, &mut Findings<'_>)),
    /// At the policy itself.
    Policy(fn(&Context<'_>, &mut Findings<'_>)),
    /// While findings are weighed, for the rules about suppressions.
    Weighing,
}

impl Rule {
    /// Finds a rule by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        crate::rules::RULES.iter().find(|rule| rule.name == name)
    }

    /// Whether a comment beside the finding may silence it.
    #[must_use]
    pub fn may_be_suppressed(&self) -> bool {
        !self.exceptions_only
    }

    /// Whether it judges what is done or about to be, not what the files hold.
    #[must_use]
    pub fn judges_what_is_done(&self) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| matches!(check, Check::Commit(_) | Check::Range(_) | Check::Guard(_)))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
