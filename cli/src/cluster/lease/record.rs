//! What a Lease says, and whether it may be taken. Nothing here asks a clock.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::holder::PROCESS;
use crate::cluster::time;

/// What is assumed of a Lease that does not say how long it lasts.
const USUAL: Duration = Duration::from_secs(30);
/// The longest that anybody is waited for, whatever a Lease says.
const LONGEST: Duration = Duration::from_secs(600);

/// What a Lease says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Who holds it; nothing when nobody does.
    pub(crate) holder: Option<String>,
    /// The holder's process, on the holder's machine.
    pub(crate) process: Option<String>,
    /// Since when, by the holder's clock.
    pub(crate) since: Option<Timestamp>,
    /// When it was last renewed, by the holder's clock.
    pub(crate) renewed: Option<Timestamp>,
    /// How long it lasts from each renewal.
    pub(super) lasts: Duration,
    /// Changes with every write.
    pub(super) version: String,
    /// How often it changed hands.
    pub(super) transitions: i32,
}

/// What somebody saw who looks at another's Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Observation {
    /// The version of the first look.
    pub(super) version: String,
    /// When that was, counted from any moment.
    pub(super) first: Duration,
}

/// What somebody who wants a Lease may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Take it: it is free, their own, or expired.
    Take,
    /// Nothing: the holder is alive.
    Alive,
    /// Look again: it expires after this long if nothing changes.
    Wait(Duration),
}

/// A Lease as the API server has it.
#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    holder_identity: Option<String>,
    lease_duration_seconds: Option<u64>,
    #[serde(deserialize_with = "time::optional")]
    acquire_time: Option<Timestamp>,
    #[serde(deserialize_with = "time::optional")]
    renew_time: Option<Timestamp>,
    lease_transitions: Option<i32>,
}

impl From<Object> for Record {
    fn from(object: Object) -> Self {
        let Object { mut metadata, spec } = object;
        let seconds = spec.lease_duration_seconds;
        Self {
            holder: spec.holder_identity.filter(|holder| !holder.is_empty()),
            process: metadata.annotations.remove(PROCESS),
            since: spec.acquire_time,
            renewed: spec.renew_time,
            lasts: seconds.map_or(USUAL, Duration::from_secs).min(LONGEST),
            version: metadata.resource_version,
            transitions: spec.lease_transitions.unwrap_or_default(),
        }
    }
}

impl Record {
    /// Judges whether `me` may take it, and keeps in `seen` what the next look needs.
    ///
    /// Clocks of machines differ, so the holder's times decide nothing: a Lease has expired when it did not
    /// change for as long as it lasts while somebody looked (as client-go's leader election does).
    pub(super) fn judge(&self, me: &str, seen: &mut Option<Observation>, now: Duration) -> Verdict {
        if self.holder.as_deref().is_none_or(|holder| holder == me) {
            return Verdict::Take;
        }
        let Some(seen) = seen else {
            *seen = Some(Observation {
                version: self.version.clone(),
                first: now,
            });
            return Verdict::Wait(self.lasts);
        };
        if seen.version != self.version {
            return Verdict::Alive;
        }
        let left = (seen.first + self.lasts).saturating_sub(now);
        if left.is_zero() {
            Verdict::Take
        } else {
            Verdict::Wait(left)
        }
    }

    /// `alice@laptop/01K…, process 812, since 2026-11-27T09:00:00Z, renewed until 2026-11-27T09:05:30Z`.
    pub(crate) fn who(&self) -> String {
        let holder = self.holder.as_deref().unwrap_or("nobody");
        let mut text = holder.to_owned();
        if let Some(process) = &self.process {
            text.push_str(&format!(", process {process}"));
        }
        if let Some(since) = self.since {
            text.push_str(&format!(", since {}", second(since)));
        }
        let until = self
            .renewed
            .and_then(|renewed| renewed.checked_add(self.lasts).ok());
        if let Some(until) = until {
            text.push_str(&format!(", until {} unless renewed", second(until)));
        }
        text
    }
}

/// A time to the second.
fn second(time: Timestamp) -> String {
    crate::env::clock::rfc3339(time.as_second())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn held(holder: &str, version: &str) -> Record {
        let lease: Object = serde_json::from_value(json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "sealsmith-dev", "resourceVersion": version, "annotations": {PROCESS: "812"}},
            "spec": {"holderIdentity": holder, "leaseDurationSeconds": 30, "leaseTransitions": 2,
                "acquireTime": "2026-11-27T09:00:00.000000Z", "renewTime": "2026-11-27T09:05:00.000000Z"},
        }))
        .unwrap();
        Record::from(lease)
    }

    #[test]
    fn a_free_lease_and_ones_own_are_taken_at_once() {
        for record in [Record::default(), held("", "1"), held("me", "1")] {
            assert_eq!(record.judge("me", &mut None, SECOND), Verdict::Take);
        }
    }

    #[test]
    fn a_foreign_lease_is_taken_only_after_it_did_not_change_for_as_long_as_it_lasts() {
        let mut seen = None;
        let record = held("other", "1");
        let mut judge = |record: &Record, now: u32| record.judge("me", &mut seen, now * SECOND);
        assert_eq!(judge(&record, 5), Verdict::Wait(30 * SECOND));
        assert_eq!(judge(&record, 34), Verdict::Wait(SECOND));
        assert_eq!(judge(&record, 35), Verdict::Take);
    }

    #[test]
    fn a_renewal_shows_that_the_holder_is_alive_whatever_its_clock_says() {
        let mut seen = None;
        let long_ago = held("other", "1");
        assert_eq!(
            long_ago.judge("me", &mut seen, SECOND),
            Verdict::Wait(30 * SECOND)
        );
        let renewed = held("other", "2");
        assert_eq!(renewed.judge("me", &mut seen, 9 * SECOND), Verdict::Alive);
    }

    #[test]
    fn it_says_who_holds_it() {
        assert_eq!(
            held("alice@laptop/01K", "1").who(),
            "alice@laptop/01K, process 812, since 2026-11-27T09:00:00Z, until 2026-11-27T09:05:30Z unless renewed"
        );
    }
}
