//! One run of the rules: files go in one after another, a report comes out.

use std::collections::{HashMap, HashSet};

use crate::baseline::Baseline;
use crate::change::{Change, Commit, Range, Step};
use crate::context::Context;
use crate::finding::{Finding, Findings, Mark};
use crate::guard::GitState;
use crate::index::{Indexed, Repository};
use crate::indexing::index;
use crate::path::Path;
use crate::policy::FILE;
use crate::rule::{Check, Rule};
use crate::rules::RULES;
use crate::source::{File, Mode, Reading, Source};
use crate::steps::steps;
use crate::suppression::{Suppression, suppressions};
use crate::weighing::{Report, Weighing};

/// A run in progress. Of each file only its findings and its index stay in memory.
pub struct Run<'a> {
    context: &'a Context<'a>,
    findings: Vec<Finding>,
    files: Vec<Indexed>,
    reported: Vec<Path>,
    suppressions: Vec<(Path, Suppression)>,
    steps: Vec<Step>,
    net: Option<Vec<Change>>,
    judged_by_another: bool,
    checked: Checked,
}

/// How much a run looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Files that were read.
    pub files: usize,
    /// Those of them inside the layout.
    pub in_layout: usize,
    /// SealedSecrets in them.
    pub secrets: usize,
    /// Sealed values in those.
    pub values: usize,
    /// Submodules, which are not looked into.
    pub submodules: usize,
    /// Commits that were judged.
    pub commits: usize,
}

impl<'a> Run<'a> {
    /// Starts a run.
    #[must_use]
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            findings: Vec::new(),
            files: Vec::new(),
            reported: Vec::new(),
            suppressions: Vec::new(),
            steps: Vec::new(),
            net: None,
            judged_by_another: false,
            checked: Checked::default(),
        }
    }

    /// Checks a file.
    pub fn file(&mut self, file: &File) {
        let reading = Reading::of(file);
        let source = Source::new(file, &reading, self.context);
        for rule in RULES {
            for check in rule.checks {
                if let Check::File(check) = check {
                    check(
                        &source,
                        self.context,
                        &mut Findings::of(rule, &mut self.findings),
                    );
                }
            }
        }
        let path = &file.path;
        let is_policy = path.as_bytes() == FILE.as_bytes();
        self.judged_by_another |= is_policy && source.text() != Some(self.context.policy_text);
        let found = suppressions(&source).into_iter();
        self.suppressions
            .extend(found.map(|found| (path.clone(), found)));
        let indexed = index(&source);
        self.count(file, &indexed);
        if file.tracked {
            self.files.push(indexed);
        }
        self.reported.push(path.clone());
    }

    /// Takes a file that is only there to be compared with.
    pub fn compare_with(&mut self, file: &File) {
        self.files.push(indexed(file, self.context));
    }

    /// Judges a commit. Files come first, so that what is found can be shown where it still stands.
    pub fn commit(&mut self, commit: &Commit) {
        self.checked.commits += 1;
        let known = self.findings.len();
        self.each(|check, context, findings| {
            if let Check::Commit(check) = check {
                check(commit, context, findings);
            }
        });
        let mut steps = steps(commit, self.context);
        if commit.id.is_some() {
            let marks = self.findings[known..]
                .iter_mut()
                .map(|found| (&found.path, &mut found.mark));
            let marks = marks.chain(steps.iter_mut().map(|step| (&step.path, &mut step.mark)));
            unmark(&self.files, commit, marks);
        }
        self.steps.extend(steps);
    }

    /// Takes what differs between both ends of the commits, which may be less or more than they change.
    pub fn between_ends(&mut self, net: Vec<Change>) {
        self.net = Some(net);
    }

    /// Judges the state of the work tree.
    pub fn guard(&mut self, state: &GitState) {
        self.each(|check, context, findings| {
            if let Check::Guard(check) = check {
                check(state, context, findings);
            }
        });
    }

    /// Judges the policy itself.
    pub fn policy(&mut self) {
        self.each(|check, context, findings| {
            if let Check::Policy(check) = check {
                check(context, findings);
            }
        });
    }

    /// Judges a policy that a change proposes, while another one judges the files.
    pub fn proposed_policy(&mut self, proposal: &Context<'_>) {
        for rule in RULES {
            for check in rule.checks {
                if let Check::Policy(check) = check {
                    check(proposal, &mut Findings::of(rule, &mut self.findings));
                }
            }
        }
    }

    /// Compares all files with one another and weighs what was found. `complete` says that the run
    /// saw every file, so that what is missing is really missing.
    #[must_use]
    pub fn finish(mut self, baseline: &Baseline, complete: bool) -> Report {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        self.reported.sort();
        let files = std::mem::take(&mut self.files);
        let reported = std::mem::take(&mut self.reported);
        let repository = Repository {
            files: &files,
            reported: &|path| reported.binary_search(path).is_ok(),
            complete,
        };
        let steps = std::mem::take(&mut self.steps);
        let net = self.net.take();
        let range = Range {
            steps: &steps,
            net: net.as_deref(),
        };
        self.each(|check, context, findings| match check {
            Check::Repository(check) => check(&repository, context, findings),
            Check::Range(check) => check(&range, context, findings),
            Check::File(_) | Check::Commit(_) | Check::Guard(_) | Check::Policy(_) => {}
            Check::Weighing => {}
        });
        let mut report = Weighing {
            context: self.context,
            baseline,
            complete,
            suppressions: self.suppressions,
        }
        .weigh(self.findings, self.checked);
        if self.judged_by_another {
            report.findings.iter_mut().for_each(displace);
        }
        report
    }

    fn each(&mut self, run: impl Fn(&Check, &Context<'_>, &mut Findings<'_>)) {
        for rule in RULES {
            for check in rule.checks {
                run(
                    check,
                    self.context,
                    &mut Findings::of(rule, &mut self.findings),
                );
            }
        }
    }

    fn count(&mut self, file: &File, indexed: &Indexed) {
        let checked = &mut self.checked;
        if file.mode == Mode::Gitlink {
            checked.submodules += 1;
            return;
        }
        checked.files += 1;
        checked.in_layout += usize::from(indexed.place.is_some());
        checked.secrets += indexed.secrets.len();
        checked.values += indexed
            .secrets
            .iter()
            .map(|secret| secret.values.len())
            .sum::<usize>();
    }
}

/// Takes place and fix from what is about a policy that stands elsewhere.
fn displace(finding: &mut Finding) {
    let mut checks = finding.rule.checks.iter();
    let of_this_file = checks.any(|check| matches!(check, Check::File(_)));
    if finding.path.as_bytes() == FILE.as_bytes() && !of_this_file {
        finding.mark = None;
        finding.fix = None;
    }
}

/// Takes the place from what was found in a version of a file that is no longer there.
fn unmark<'f>(
    files: &[Indexed],
    commit: &Commit,
    marks: impl Iterator<Item = (&'f Path, &'f mut Option<Mark>)>,
) {
    let now: HashMap<&Path, &Indexed> = files.iter().map(|file| (&file.path, file)).collect();
    let then = commit
        .changes
        .iter()
        .filter_map(|change| change.after.as_ref());
    let same = then.filter(|then| now.get(&then.path).is_some_and(|now| now.is_same_as(then)));
    let same: HashSet<&Path> = same.map(|file| &file.path).collect();
    marks
        .filter(|(path, _)| !same.contains(path))
        .for_each(|(_, mark)| *mark = None);
}

/// Returns what is kept of a file, without checking it: one side of a change.
#[must_use]
pub fn indexed(file: &File, context: &Context<'_>) -> Indexed {
    let reading = Reading::of(file);
    index(&Source::new(file, &reading, context))
}

/// Finds a rule that is part of the catalogue.
pub(crate) fn rule(name: &str) -> &'static Rule {
    Rule::named(name).expect("the catalogue has every rule that the code names")
}
