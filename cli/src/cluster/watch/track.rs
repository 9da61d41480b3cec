//! What has arrived and what is missing. Pure: what was seen comes in, lines for people go out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Compared;
use super::report::{Report, Row};
use crate::cluster::argocd::{Application, State};
use crate::cluster::expected::{Expected, Place};
use crate::cluster::sealed_secret;

/// How many looks in a row an Application has to pass: it says "synced" for a moment before a sync begins.
const LOOKS: u32 = 2;
/// How often an Application may fall out of sync before that is a pattern.
const RELAPSES: u32 = 2;
/// How many missing things a line names.
const NAMED: usize = 3;

/// What is known of everything that is waited for.
pub(super) struct Track {
    applications: BTreeMap<String, Progressing>,
    sealed: BTreeMap<Place, sealed_secret::State>,
    secrets: BTreeMap<Place, Option<Compared>>,
    /// Whether the Applications were looked at yet, when there are any to look at.
    paths: BTreeMap<Place, String>,
}

struct Progressing {
    state: State,
    /// Looks in a row at which it had arrived.
    passed: u32,
    /// How often it fell out of sync after it had been in sync.
    relapses: u32,
}

impl Track {
    pub(super) fn new(expected: &[Expected]) -> Self {
        let places = || expected.iter().map(|expected| expected.place.clone());
        Self {
            applications: BTreeMap::new(),
            sealed: places()
                .map(|place| (place, sealed_secret::State::Older))
                .collect(),
            secrets: places().map(|place| (place, None)).collect(),
            paths: expected
                .iter()
                .map(|expected| (expected.place.clone(), expected.path.clone()))
                .collect(),
        }
    }

    /// Takes how an Application stands, and says what changed.
    pub(super) fn application(&mut self, name: &str, state: State) -> Option<String> {
        let line = format!("Application {name}: {}", state.words());
        let Some(known) = self.applications.get_mut(name) else {
            let passed = u32::from(state == State::Arrived);
            let relapses = 0;
            let new = Progressing {
                state,
                passed,
                relapses,
            };
            self.applications.insert(name.to_owned(), new);
            return Some(line);
        };
        if matches!(state, State::OutOfSync(_)) && known.state == State::Arrived {
            known.relapses += 1;
        }
        known.passed = match state {
            State::Arrived => known.passed + 1,
            _ => 0,
        };
        let changed = known.state != state;
        known.state = state;
        changed.then_some(line)
    }

    /// Forgets Applications that are gone.
    pub(super) fn keep(&mut self, there: &[Application]) {
        self.applications
            .retain(|name, _| there.iter().any(|application| application.name() == name));
    }

    /// Whether an Application has arrived.
    pub(super) fn is_there(&self, name: &str) -> bool {
        let known = self.applications.get(name);
        known.is_some_and(|known| known.state == State::Arrived)
    }

    /// Whether an Application is held up by an older commit.
    pub(super) fn is_stuck(&self, name: &str) -> bool {
        let known = self.applications.get(name);
        known.is_some_and(|known| matches!(known.state, State::Stuck { .. }))
    }

    /// The SealedSecrets that have not arrived yet.
    pub(super) fn pending(&self, expected: &[Expected]) -> Vec<Expected> {
        let missing = |expected: &&Expected| {
            self.sealed.get(&expected.place) != Some(&sealed_secret::State::Arrived)
        };
        expected.iter().filter(missing).cloned().collect()
    }

    /// Takes how a SealedSecret stands, and says so when the controller refused it.
    pub(super) fn sealed_secret(
        &mut self,
        place: &Place,
        state: sealed_secret::State,
    ) -> Option<String> {
        let words = state.words();
        let is_refusal = matches!(state, sealed_secret::State::Refused(_));
        let before = self.sealed.insert(place.clone(), state);
        let changed = before != self.sealed.get(place).cloned();
        (changed && is_refusal).then(|| format!("SealedSecret {place}: {words}"))
    }

    /// The Secrets that can be compared and were not.
    pub(super) fn uncompared(&self) -> Vec<Place> {
        let is_unsealed =
            |place: &Place| self.sealed.get(place) == Some(&sealed_secret::State::Arrived);
        let open = self
            .secrets
            .iter()
            .filter(|(_, compared)| !is_settled(compared.as_ref()));
        open.map(|(place, _)| place.clone())
            .filter(is_unsealed)
            .collect()
    }

    /// Takes what became of a Secret.
    pub(super) fn secret(&mut self, place: Place, compared: Compared) {
        self.secrets.insert(place, Some(compared));
    }

    /// Takes a Secret for done that is not compared.
    pub(super) fn skip(&mut self, place: &Place) {
        self.secrets.remove(place);
    }

    /// Whether nothing is missing any more.
    pub(super) fn has_arrived(&self) -> bool {
        let applications = self.applications.values();
        let sealed = self.sealed.values();
        applications
            .into_iter()
            .all(|application| application.passed >= LOOKS)
            && sealed
                .into_iter()
                .all(|state| *state == sealed_secret::State::Arrived)
            && self
                .secrets
                .values()
                .all(|compared| is_settled(compared.as_ref()))
    }

    /// Names what is missing: `Application mlflow-dev, SealedSecret mlflow-dev/db and 3 more`.
    pub(super) fn missing(&self) -> String {
        let applications = self.applications.iter();
        let applications = applications
            .filter(|(_, known)| known.passed < LOOKS)
            .map(|(name, _)| format!("Application {name}"));
        let sealed = self.sealed.iter();
        let sealed = sealed
            .filter(|(_, state)| **state != sealed_secret::State::Arrived)
            .map(|(place, _)| format!("SealedSecret {place}"));
        let mut all: Vec<_> = applications.chain(sealed).collect();
        let rest = all.len().saturating_sub(NAMED);
        all.truncate(NAMED);
        let named = all.join(", ");
        if rest > 0 {
            format!("{named} and {rest} more")
        } else {
            named
        }
    }

    /// What became of everything.
    pub(super) fn report(&self, took: Duration) -> Report {
        let applications = self
            .applications
            .iter()
            .map(|(name, known)| known.row(name));
        let sealed = self.sealed.iter().map(|(place, state)| Row {
            kind: "SealedSecret",
            name: place.to_string(),
            file: self.paths.get(place).cloned(),
            arrived: *state == sealed_secret::State::Arrived,
            words: state.words(),
            done: "unsealed",
            cure: state.cure(),
        });
        let secrets = self
            .secrets
            .iter()
            .filter_map(|(place, change)| Some(of_secret(place, change.as_ref()?)));
        Report {
            rows: applications.chain(sealed).chain(secrets).collect(),
            took,
        }
    }
}

impl Progressing {
    fn row(&self, name: &str) -> Row {
        let again_and_again = self.relapses >= RELAPSES;
        let cure = match again_and_again {
            true => Some(
                "it falls out of sync again and again: roll the workloads by a checksum annotation of their \
                 pods or with --rollout-restart, and see who else writes what git declares"
                    .to_owned(),
            ),
            false => self.state.cure(),
        };
        Row {
            kind: "Application",
            name: name.to_owned(),
            file: None,
            arrived: self.passed >= LOOKS,
            words: match self.state {
                State::Arrived if self.passed < LOOKS => {
                    "synced and healthy, but only just: it may not last".to_owned()
                }
                _ => self.state.words(),
            },
            done: "synced and healthy",
            cure,
        }
    }
}

/// Whether a Secret needs no further look: what differs from before will not mend, new values may still come.
fn is_settled(compared: Option<&Compared>) -> bool {
    match compared {
        None => false,
        Some(Compared::Kept(_)) => true,
        Some(Compared::New(held)) => held.is_right(),
    }
}

fn of_secret(place: &Place, compared: &Compared) -> Row {
    let is_right = compared.is_right();
    Row {
        kind: "Secret",
        name: place.to_string(),
        file: None,
        arrived: is_right,
        words: compared.words(),
        done: compared.done(),
        cure: (!is_right).then(|| {
            "find out who wrote it; restart what uses it, or bring the data back from git's history"
                .to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use sealsmith_core::name::{Namespace, SecretName};

    use super::*;
    use crate::cluster::secret::Change;

    fn place(name: &str) -> Place {
        Place {
            namespace: Namespace::parse("app").unwrap(),
            name: SecretName::parse(name).unwrap(),
        }
    }

    fn expecting(names: &[&str]) -> (Vec<Expected>, Track) {
        let expected = names.iter().map(|name| Expected {
            place: place(name),
            path: format!("envs/dev/sealed-secrets/app/sealed-{name}.yaml"),
            values: BTreeMap::new(),
            entries: std::collections::BTreeSet::new(),
        });
        let expected: Vec<_> = expected.collect();
        let track = Track::new(&expected);
        (expected, track)
    }

    #[test]
    fn an_application_has_to_pass_two_looks_in_a_row() {
        let (_, mut track) = expecting(&[]);
        let out = || State::OutOfSync("out of sync".to_owned());
        assert!(track.application("web", State::Arrived).is_some());
        assert!(!track.has_arrived());
        assert!(track.application("web", out()).is_some());
        assert!(track.application("web", State::Arrived).is_some());
        assert!(!track.has_arrived());
        assert!(track.application("web", State::Arrived).is_none());
        assert!(track.has_arrived());
    }

    #[test]
    fn a_secret_is_compared_after_its_sealed_secret_arrived() {
        let (expected, mut track) = expecting(&["db", "queue"]);
        assert_eq!(track.pending(&expected).len(), 2);
        assert!(track.uncompared().is_empty());
        track.sealed_secret(&place("db"), sealed_secret::State::Arrived);
        assert_eq!(track.uncompared(), [place("db")]);
        track.secret(place("db"), Compared::Kept(Change::None));
        assert!(track.uncompared().is_empty() && !track.has_arrived());
        assert_eq!(track.missing(), "SealedSecret app/queue");
        track.sealed_secret(&place("queue"), sealed_secret::State::Arrived);
        track.secret(place("queue"), Compared::Kept(Change::Rewritten));
        assert!(track.has_arrived());
    }

    #[test]
    fn a_refusal_is_told_once() {
        let (_, mut track) = expecting(&["db"]);
        let refused =
            || sealed_secret::State::Refused("no key could decrypt secret (a)".to_owned());
        assert!(track.sealed_secret(&place("db"), refused()).is_some());
        assert!(track.sealed_secret(&place("db"), refused()).is_none());
        let report = track.report(Duration::ZERO);
        assert!(!report.has_arrived());
        assert!(report.rows[0].cure.as_ref().unwrap().contains("reseal"));
    }

    #[test]
    fn falling_out_of_sync_again_and_again_has_its_own_cure() {
        let (_, mut track) = expecting(&[]);
        for _ in 0..RELAPSES {
            track.application("web", State::Arrived);
            track.application("web", State::OutOfSync("out of sync".to_owned()));
        }
        let report = track.report(Duration::ZERO);
        let cure = report.rows[0].cure.as_ref().unwrap();
        assert!(cure.contains("checksum") && cure.contains("--rollout-restart"));
    }

    #[test]
    fn many_missing_things_are_counted() {
        let (_, track) = expecting(&["a", "b", "c", "d", "e"]);
        assert_eq!(
            track.missing(),
            "SealedSecret app/a, SealedSecret app/b, SealedSecret app/c and 2 more"
        );
    }

    #[test]
    fn other_data_after_a_re_seal_has_not_arrived() {
        let (_, mut track) = expecting(&["db"]);
        track.sealed_secret(&place("db"), sealed_secret::State::Arrived);
        let changed = Change::Data(vec!["password".to_owned()]);
        track.secret(place("db"), Compared::Kept(changed));
        let report = track.report(Duration::ZERO);
        assert!(track.has_arrived() && !report.has_arrived());
    }
}
