//! Weighs what the rules found: severities of the policy, suppressions, exceptions and the baseline.

use crate::baseline::{self, Baseline};
use crate::context::Context;
use crate::finding::{Edit, Finding, Findings, Fix};
use crate::path::Path;
use crate::policy::{Exception, FILE, Severity};
use crate::rule::Rule;
use crate::run::{Checked, rule};
use crate::suppression::{MAX_DAYS, Meaning, Suppression};

const DAY: i64 = 86_400;

/// What a run found.
#[derive(Debug)]
pub struct Report {
    /// What counts, sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// What a comment, an exception or the baseline silences.
    pub silenced: Vec<(Finding, Silencer)>,
    /// How much was looked at.
    pub checked: Checked,
}

/// What silences a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silencer {
    /// A comment beside it.
    Comment {
        /// Why.
        reason: String,
    },
    /// An entry of the policy's `exceptions`.
    Exception {
        /// Why.
        reason: String,
    },
    /// An entry of the baseline.
    Baseline,
}

/// What findings are weighed with.
pub(crate) struct Weighing<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) baseline: &'a Baseline,
    pub(crate) complete: bool,
    pub(crate) suppressions: Vec<(Path, Suppression)>,
}

impl Weighing<'_> {
    pub(crate) fn weigh(self, mut findings: Vec<Finding>, checked: Checked) -> Report {
        findings.extend(self.bad_suppressions());
        findings.extend(self.expired_exceptions(&findings));
        let mut used = Used::new(
            self.suppressions.len(),
            self.context.policy.exceptions.len(),
        );
        let (mut shown, mut silenced) = (Vec::new(), Vec::new());
        for finding in findings {
            self.sort(finding, &mut used, &mut shown, &mut silenced);
        }
        let mut late = self.unused_suppressions(&used);
        if self.complete {
            late.extend(self.stale_entries(&used, &shown, &silenced));
        }
        for finding in late {
            self.sort(finding, &mut used, &mut shown, &mut silenced);
        }
        shown.sort_by(|one, other| order(one).cmp(&order(other)));
        Report {
            findings: shown,
            silenced,
            checked,
        }
    }

    fn sort(
        &self,
        mut finding: Finding,
        used: &mut Used,
        shown: &mut Vec<Finding>,
        silenced: &mut Vec<(Finding, Silencer)>,
    ) {
        finding.severity = self.severity(&finding);
        if finding.severity == Severity::Off {
            return;
        }
        match self.silencer(&finding, used) {
            Some(silencer) => silenced.push((finding, silencer)),
            None => shown.push(finding),
        }
    }

    fn severity(&self, finding: &Finding) -> Severity {
        let setting = self.context.policy.rules.get(finding.rule.name);
        let place = self.context.layout.locate(&finding.path.lossy());
        let chosen = setting.filter(|setting| {
            let env = setting.env.as_ref();
            env.is_none_or(|env| place.is_some_and(|place| place.env == env.as_str()))
        });
        chosen
            .and_then(|setting| setting.severity)
            .unwrap_or(finding.severity)
    }

    fn silencer(&self, finding: &Finding, used: &mut Used) -> Option<Silencer> {
        let comment = self.comment(finding).map(|(index, meaning)| {
            used.suppressions[index] = true;
            Silencer::Comment {
                reason: meaning.reason.clone(),
            }
        });
        let exception = self.exception(finding).map(|(index, exception)| {
            used.exceptions[index] = true;
            Silencer::Exception {
                reason: exception.reason.as_str().to_owned(),
            }
        });
        comment
            .or(exception)
            .or_else(|| self.baseline.holds(finding).then_some(Silencer::Baseline))
    }

    fn comment(&self, finding: &Finding) -> Option<(usize, &Meaning)> {
        let line = finding.mark.map_or(0, |mark| mark.line);
        let mut candidates = self.suppressions.iter().enumerate();
        candidates.find_map(|(index, (path, suppression))| {
            let meaning = suppression.meaning.as_ref().ok()?;
            let here =
                *path == finding.path && [suppression.lines.0, suppression.lines.1].contains(&line);
            let named = meaning.rules.iter().any(|rule| rule == finding.rule.name);
            (here && named && finding.rule.may_be_suppressed() && self.is_valid(meaning))
                .then_some((index, meaning))
        })
    }

    fn exception(&self, finding: &Finding) -> Option<(usize, &Exception)> {
        let mut exceptions = self.context.policy.exceptions.iter().enumerate();
        exceptions.find(|(_, exception)| {
            self.applies(exception, finding) && !self.is_over(exception.expires.as_unix())
        })
    }

    fn applies(&self, exception: &Exception, finding: &Finding) -> bool {
        exception.rule.as_str() == finding.rule.name
            && exception.path.matches(&finding.path.lossy())
    }

    fn is_valid(&self, meaning: &Meaning) -> bool {
        let until = meaning.until.as_unix();
        !self.is_over(until) && until <= self.context.now + MAX_DAYS * DAY
    }

    /// Whether a last day has passed everywhere in UTC.
    fn is_over(&self, last_day: i64) -> bool {
        self.context.now >= last_day + DAY
    }

    fn bad_suppressions(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (path, suppression) in &self.suppressions {
            let problems = match &suppression.meaning {
                Ok(meaning) => self.problems(meaning),
                Err(error) => vec![error.to_string()],
            };
            for problem in problems {
                Findings::of(rule("bad-suppression"), &mut found)
                    .add(path, Some(suppression.mark), problem)
                    .help("`# sealsmith: allow(RULE) until 2027-03-31 -- why`, on the line or the line above");
            }
        }
        found
    }

    fn problems(&self, meaning: &Meaning) -> Vec<String> {
        let rules = meaning.rules.iter();
        let mut problems: Vec<String> = rules.filter_map(|name| problem(name)).collect();
        let until = meaning.until.as_unix();
        if self.is_over(until) {
            problems.push(format!("the suppression ended on {}", meaning.until));
        } else if until > self.context.now + MAX_DAYS * DAY {
            problems.push(format!("a suppression lasts {MAX_DAYS} days at most"));
        }
        problems
    }

    fn expired_exceptions(&self, findings: &[Finding]) -> Vec<Finding> {
        let mut found = Vec::new();
        for exception in &self.context.policy.exceptions {
            let over = self.is_over(exception.expires.as_unix());
            if over
                && findings
                    .iter()
                    .any(|finding| self.applies(exception, finding))
            {
                let (rule_name, path) = (exception.rule.as_str(), exception.path.as_str());
                let message = format!(
                    "the exception for `{rule_name}` in `{path}` ended on {}",
                    exception.expires
                );
                Findings::of(rule("bad-suppression"), &mut found)
                    .add(&Path::from(FILE), None, message)
                    .help("put the finding right, or extend the exception with a reason that still holds")
                    .about("", format!("exceptions.{rule_name}.{path}"));
            }
        }
        found
    }

    fn unused_suppressions(&self, used: &Used) -> Vec<Finding> {
        let mut found = Vec::new();
        let all = self.suppressions.iter().zip(&used.suppressions);
        for ((path, suppression), _) in all.filter(|(_, used)| !**used) {
            let Ok(meaning) = &suppression.meaning else {
                continue;
            };
            if self.problems(meaning).is_empty() {
                Findings::of(rule("unused-suppression"), &mut found)
                    .add(
                        path,
                        Some(suppression.mark),
                        format!("nothing here breaks {}", named(&meaning.rules)),
                    )
                    .note("it would hide the next real finding")
                    .fix(Fix {
                        safe: true,
                        summary: "remove the comment".to_owned(),
                        edits: vec![Edit {
                            range: suppression.range.clone(),
                            text: String::new(),
                        }],
                    });
            }
        }
        found
    }

    /// Entries of policy and baseline that match nothing any more.
    fn stale_entries(
        &self,
        used: &Used,
        shown: &[Finding],
        silenced: &[(Finding, Silencer)],
    ) -> Vec<Finding> {
        let Some(stale) = Rule::named("stale-policy") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let exceptions = self.context.policy.exceptions.iter().zip(&used.exceptions);
        for (exception, _) in exceptions.filter(|(_, used)| !**used) {
            let (name, path) = (exception.rule.as_str(), exception.path.as_str());
            Findings::of(stale, &mut found)
                .add(
                    &Path::from(FILE),
                    None,
                    format!("the exception for `{name}` in `{path}` matches nothing"),
                )
                .about("", format!("exceptions.{name}.{path}"));
        }
        let all = shown
            .iter()
            .chain(silenced.iter().map(|(finding, _)| finding));
        for (entry, line) in self.baseline.unused(all) {
            let what = entry.replace('\t', " ");
            Findings::of(stale, &mut found)
                .add(
                    &Path::from(baseline::FILE),
                    None,
                    format!("line {line} matches nothing: {}", what.trim()),
                )
                .about("", entry.replace('\t', " "));
        }
        found
    }
}

/// Which suppressions and exceptions silenced something.
struct Used {
    suppressions: Vec<bool>,
    exceptions: Vec<bool>,
}

impl Used {
    fn new(suppressions: usize, exceptions: usize) -> Self {
        Self {
            suppressions: vec![false; suppressions],
            exceptions: vec![false; exceptions],
        }
    }
}

fn problem(name: &str) -> Option<String> {
    match Rule::named(name) {
        None => Some(format!("there is no rule `{name}`")),
        Some(rule) if !rule.may_be_suppressed() => Some(format!(
            "`{name}` is silenced only by `exceptions` in {FILE}, where someone else sees it"
        )),
        Some(_) => None,
    }
}

fn named(rules: &[String]) -> String {
    let rules: Vec<_> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    rules.join(" or ")
}

fn order(finding: &Finding) -> impl Ord + use<'_> {
    (
        &finding.path,
        finding.mark,
        finding.rule.code,
        &finding.message,
    )
}
