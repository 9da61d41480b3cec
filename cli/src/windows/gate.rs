//! The gate before an operation: open, closed, or opened by a person with a reason that is recorded.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sealsmith_lint::Policy;
use sealsmith_lint::policy::{Notify, Reason, Window, Windows};
use serde::Serialize;

use super::clock_face::{minute, shown, zone};
use super::verdict::{Verdict, Why, judge};
use crate::failure::Failure;

/// An operation that the policy may give a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A new controller key.
    ControllerKey,
    /// New AWS credentials.
    Aws,
    /// Re-sealing.
    Reseal,
}

/// What the policy says about when an operation on an environment may begin.
///
/// It is asked before the operation begins: one that has begun is seen through, whatever the hour.
pub(crate) struct Gate<'a> {
    environment: &'a str,
    operation: Operation,
    window: Option<&'a Window>,
}

/// The leave to begin.
#[derive(Debug)]
pub(crate) struct Passage {
    /// When the window closes, in its time zone; nothing without a window, or for one that does not close.
    pub(crate) until: Option<String>,
    /// What a person opened with a reason, for the audit file; nothing when the gate was open.
    pub(crate) overridden: Option<Overridden>,
}

/// Something that policy asks for and a person did without, for the audit file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overridden {
    /// What was done without: `window` or `notice`.
    pub(crate) rule: &'static str,
    /// What it would have taken.
    pub(crate) because: String,
    /// The person's reason.
    pub(crate) reason: String,
}

impl<'a> Gate<'a> {
    /// Takes what a policy says; without a policy or a window, the gate is always open.
    pub(crate) fn of(
        policy: Option<&'a Policy>,
        environment: &'a str,
        operation: Operation,
    ) -> Self {
        let found = policy.and_then(|policy| policy.environment(environment));
        Self {
            environment,
            operation,
            window: found.and_then(|found| operation.window(&found.windows)),
        }
    }

    /// Whether people have to be told; without a window, they are told when there is a way.
    pub(crate) fn notify(&self) -> Notify {
        self.window.map_or(Notify::Optional, |window| window.notify)
    }

    /// Judges a moment in seconds since 1970. A closed gate is passed with a reason only.
    pub(crate) fn check(&self, now: i64, reason: Option<&Reason>) -> Result<Passage, Failure> {
        let Some(window) = self.window else {
            return Ok(Passage {
                until: None,
                overridden: None,
            });
        };
        let zone = self.zone(window)?;
        let now = Timestamp::from_second(now)
            .map_err(|error| self.refused().cause("the clock is wrong").because(error))?;
        match (judge(window, now, &zone), reason) {
            (Verdict::Open { until }, _) => Ok(Passage {
                until: until.map(|until| shown(until, &zone)),
                overridden: None,
            }),
            (Verdict::Closed { why, .. }, Some(reason)) => Ok(Passage {
                until: None,
                overridden: Some(Overridden {
                    rule: "window",
                    because: explain(window, why, now, &zone),
                    reason: reason.as_str().to_owned(),
                }),
            }),
            (Verdict::Closed { why, opens }, None) => {
                let failure = self.refused().cause(explain(window, why, now, &zone));
                Err(match opens {
                    Some(opens) => {
                        failure.hint(format!("the window opens on {}", shown(opens, &zone)))
                    }
                    None => failure.hint(format!(
                        "the window does not open within a year: look at {} in sealsmith.yaml",
                        self.place()
                    )),
                }
                .hint("if it cannot wait: --override \"reason\"; the reason is recorded"))
            }
        }
    }

    fn zone(&self, window: &Window) -> Result<TimeZone, Failure> {
        zone(&window.time_zone).ok_or_else(|| {
            Failure::could_not(format!("there is no time zone \"{}\"", window.time_zone))
                .cause(format!(
                    "sealsmith.yaml names it as {}.time-zone",
                    self.place()
                ))
                .hint("write a name of the IANA database, such as Asia/Seoul, Europe/Berlin or UTC")
        })
    }

    fn refused(&self) -> Failure {
        Failure::refused(format!(
            "{} {} begins in its window only",
            self.operation.words(),
            self.environment
        ))
    }

    /// Where the window stands in the policy.
    fn place(&self) -> String {
        format!(
            "environments.{}.windows.{}",
            self.environment,
            self.operation.field()
        )
    }
}

impl Operation {
    fn window(self, windows: &Windows) -> Option<&Window> {
        match self {
            Self::ControllerKey => windows.controller_key.as_ref(),
            Self::Aws => windows.aws.as_ref(),
            Self::Reseal => windows.reseal.as_ref(),
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::ControllerKey => "controller-key",
            Self::Aws => "aws",
            Self::Reseal => "reseal",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::ControllerKey => "rotating the controller key of",
            Self::Aws => "rotating the AWS credentials of",
            Self::Reseal => "re-sealing",
        }
    }
}

fn explain(window: &Window, why: Why, now: Timestamp, zone: &TimeZone) -> String {
    let hours = window.hours;
    let why = match why {
        Why::Holiday => "which is one of its holidays".to_owned(),
        Why::Day => "which is none of its days".to_owned(),
        Why::Hour => format!(
            "and its hours are {} to {}",
            minute(hours.start()),
            minute(hours.end())
        ),
    };
    format!("it is {}, {why}", shown(now, zone))
}
