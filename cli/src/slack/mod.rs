//! Tells people through a Slack incoming webhook: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>.
//!
//! The webhook's address is a secret, so it is in no message, error or argument. A notice that cannot be sent stops
//! an operation only before it begins, and only where the policy requires it; later it is a warning.

mod address;
mod channel;
mod notice;
mod notifier;
mod payload;
#[cfg(test)]
#[path = "../../../tests/support/slack.rs"]
#[expect(dead_code, reason = "tests of the whole program use the rest")]
mod stand_in;
mod tries;

pub(crate) use notice::{Event, Fact, MaskedKey, Notice};
pub(crate) use notifier::{Begun, Duty, Notifier};
