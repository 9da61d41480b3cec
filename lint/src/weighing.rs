//! Weighs what the rules found: severities of the policy, suppressions, exceptions and the baseline.

use crate::baseline::Baseline;
use crate::context::Context;
use crate::finding::Finding;
use crate::path::Path;
use crate::policies::Policies;
use crate::policy::{Policy, Severity};
use crate::run::Checked;
use crate::silencing::{Comments, Standing, Used, exception};
use crate::stale_entries::stale_entries;
use crate::suppression::Suppression;
use crate::suppression_review::{bad_suppressions, expired_exceptions, unused_suppressions};

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
        let (context, suppressions) = (self.context, &self.suppressions);
        findings.extend(bad_suppressions(suppressions, context.now));
        findings.extend(expired_exceptions(&findings, context));
        let mut scales = Scales {
            context,
            policies: Policies::of(context),
            baseline: self.baseline,
            comments: Comments::of(suppressions, context.now),
            used: Used::new(suppressions.len(), context.policy.exceptions.len()),
            shown: Vec::new(),
            silenced: Vec::new(),
        };
        findings
            .into_iter()
            .for_each(|finding| scales.take(finding));
        let mut late = unused_suppressions(suppressions, &scales.used, context.now);
        if self.complete {
            let all = scales.shown.iter();
            let all = all.chain(scales.silenced.iter().map(|(finding, _)| finding));
            late.extend(stale_entries(context, self.baseline, &scales.used, all));
        }
        late.into_iter().for_each(|finding| scales.take(finding));
        scales
            .shown
            .sort_by(|one, other| order(one).cmp(&order(other)));
        Report {
            findings: scales.shown,
            silenced: scales.silenced,
            checked,
        }
    }
}

/// Findings on their way to a report.
struct Scales<'a> {
    context: &'a Context<'a>,
    policies: Policies<'a>,
    baseline: &'a Baseline,
    comments: Comments<'a>,
    used: Used,
    shown: Vec<Finding>,
    silenced: Vec<(Finding, Silencer)>,
}

impl Scales<'_> {
    fn take(&mut self, mut finding: Finding) {
        finding.severity = self.severity(&finding);
        if finding.severity == Severity::Off {
            return;
        }
        match self.silencer(&mut finding) {
            Some(silencer) => self.silenced.push((finding, silencer)),
            None => self.shown.push(finding),
        }
    }

    fn severity(&self, finding: &Finding) -> Severity {
        let chosen = |policy| chosen_severity(policy, finding, self.context);
        let now = chosen(self.context.policy);
        if !finding.rule.exceptions_only {
            return now;
        }
        // Whoever makes the change does not choose how serious it is.
        let all = self.policies.each().map(chosen);
        all.max().unwrap_or(now)
    }

    fn silencer(&mut self, finding: &mut Finding) -> Option<Silencer> {
        let comment = self.comments.find(finding).map(|(index, meaning)| {
            self.used.suppressions[index] = true;
            Silencer::Comment {
                reason: meaning.reason.clone(),
            }
        });
        let exception = self.exception(finding);
        let baseline = || self.baseline.holds(finding).then_some(Silencer::Baseline);
        comment.or(exception).or_else(baseline)
    }

    fn exception(&mut self, finding: &mut Finding) -> Option<Silencer> {
        let (index, exception, standing) = exception(finding, self.context)?;
        self.used.exceptions[index] = true;
        match standing {
            Standing::Accepted => Some(Silencer::Exception {
                reason: exception.reason.as_str().to_owned(),
            }),
            Standing::New => {
                finding.help("its exception comes with the same change: have the exception merged first, by itself");
                None
            }
        }
    }
}

fn chosen_severity(policy: &Policy, finding: &Finding, context: &Context<'_>) -> Severity {
    let setting = policy.rules.get(finding.rule.name);
    let chosen = setting.filter(|setting| {
        setting.env.as_ref().is_none_or(|env| {
            let place = context.layout.locate(&finding.path.lossy());
            place.is_some_and(|place| place.env == env.as_str())
        })
    });
    chosen
        .and_then(|setting| setting.severity)
        .unwrap_or(finding.severity)
}

fn order(finding: &Finding) -> impl Ord + use<'_> {
    (
        &finding.path,
        finding.mark,
        finding.rule.code,
        &finding.message,
    )
}
