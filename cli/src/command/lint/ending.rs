//! The end of a run: the report, how much was checked, and what that means.

use sealsmith_lint::Report;
use sealsmith_lint::finding::Finding;
use sealsmith_lint::policy::Severity;

use super::job::{Job, Judged};
use super::settings::Settings;
use crate::command::Ending;
use crate::env::git::tree::{Listing, Tree};
use crate::failure::Failure;
use crate::output;
use crate::ui::printable;

/// What a run has to say besides its findings.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Staged files inside the layout, of all staged files.
    pub(super) staged: Option<(usize, usize)>,
    /// Commits of a range, each judged on its own.
    pub(super) commits: Option<usize>,
    /// Files that a merge left unresolved.
    pub(super) unmerged: usize,
    /// Files that `git add -N` announced.
    pub(super) announced: usize,
    /// Whether files that a commit removes count as looked at.
    pub(super) only_removals: bool,
}

impl Remarks {
    /// Takes what an index leaves out.
    pub(super) fn of(listing: &Listing) -> Self {
        Self {
            unmerged: listing.unmerged.len(),
            announced: listing.announced.len(),
            ..Self::default()
        }
    }
}

impl Job<'_> {
    /// Writes the report, says how much was checked, and decides.
    pub(super) fn end(&self, judged: &Judged<'_>) -> Result<Ending, Failure> {
        let report = &judged.report;
        let (format, least) = (self.args.format, self.args.fail_on.severity());
        output::write(report, judged.tree, format, least, self.ui)?;
        self.ui.status(summary(judged));
        self.tell(report);
        let mut findings = report.findings.iter();
        match findings.any(|finding| finding.severity >= least) {
            true if !self.args.exit_zero => Ok(Ending::No),
            // What was found is reason enough to look; without it, nobody would.
            true => Ok(Ending::Done),
            false => self.refuse_nothing_checked(judged).map(|()| Ending::Done),
        }
    }

    fn tell(&self, report: &Report) {
        let counts = [
            (Severity::Error, "error"),
            (Severity::Warning, "warning"),
            (Severity::Info, "remark"),
        ];
        let counts = counts.map(|(severity, word)| (number(&report.findings, severity), word));
        let parts: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(number, word)| count(number, word))
            .collect();
        if !parts.is_empty() {
            self.ui.status(format!("found {}", parts.join(", ")));
        }
        if !report.silenced.is_empty() {
            self.ui.status(format!(
                "silenced {}",
                count(report.silenced.len(), "finding")
            ));
        }
    }

    fn refuse_nothing_checked(&self, judged: &Judged<'_>) -> Result<(), Failure> {
        let Some((policed, _)) = judged.remarks.staged else {
            return Ok(());
        };
        let nothing = judged.report.checked.in_layout == 0 && !judged.remarks.only_removals;
        if policed == 0 || !nothing {
            return Ok(());
        }
        Err(Failure::could_not(
            "something staged is where sealed secrets live, and none of it could be checked",
        ))
    }

    /// Refuses a layout that names nothing, since nothing would ever be checked.
    pub(super) fn refuse_empty_layout(
        &self,
        tree: &dyn Tree,
        settings: &Settings,
        secrets: usize,
    ) -> Result<(), Failure> {
        let unmatched = settings.unmatched(tree);
        let patterns = settings.layout.patterns().count();
        // A repository before its first sealed secret is no mistake.
        let nothing_yet = secrets == 0 && unmatched.len() == patterns;
        let Some(pattern) = unmatched.first().filter(|_| !nothing_yet) else {
            return Ok(());
        };
        Err(Failure::could_not(format!(
            "no file of the repository is where \"{}\" says",
            printable(pattern)
        ))
        .cause("what it was meant for is not checked")
        .hint("correct or remove it in layout.allow of sealsmith.yaml"))
    }
}

fn number(findings: &[Finding], severity: Severity) -> usize {
    let findings = findings.iter();
    findings
        .filter(|finding| finding.severity == severity)
        .count()
}

fn summary(judged: &Judged<'_>) -> String {
    let (checked, remarks) = (judged.report.checked, &judged.remarks);
    let mut parts = vec![format!(
        "checked {}, {}",
        count(checked.files, "file"),
        count(checked.values, "sealed value")
    )];
    if let Some(commits) = remarks.commits {
        parts.push(count(commits, "commit"));
    }
    if let Some((policed, all)) = remarks.staged {
        parts.push(match all {
            0 => "nothing is staged".to_owned(),
            all => format!("{policed} of {} policed", is_are(all)),
        });
    }
    let unchecked = [
        (checked.submodules, "gitlink"),
        (remarks.unmerged, "unmerged file"),
        (remarks.announced, "announced file"),
    ];
    for (number, what) in unchecked.into_iter().filter(|(number, _)| *number > 0) {
        parts.push(format!("{} not checked", count(number, what)));
    }
    parts.join("; ")
}

fn is_are(number: usize) -> String {
    match number {
        1 => "1 staged file is".to_owned(),
        number => format!("{number} staged files are"),
    }
}

/// A number with its noun.
pub(super) fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
