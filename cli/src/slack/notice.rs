//! What people are told, as data. No field can hold the value of a secret; ids of keys are masked by their type.

use std::fmt;

use crate::failure::Failure;

/// One message about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What happened.
    pub(crate) event: Event,
    /// The operation as a command says it: `rotate aws`.
    pub(crate) operation: String,
    /// The environment.
    pub(crate) environment: String,
    /// The name of the run, which its commit carries too.
    pub(crate) run: String,
    /// What is known about it, in the order in which it is shown.
    pub(crate) facts: Vec<Fact>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It begins now.
    Started,
    /// It is done.
    Succeeded,
    /// It stopped, and somebody has to do something.
    Failed {
        /// What failed, then why, outermost first.
        why: Vec<String>,
        /// What to do.
        cures: Vec<String>,
    },
}

/// Something known about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Who runs it: user and machine.
    By(String),
    /// The step it has come to.
    Step(String),
    /// The access key that is to go.
    OldKey(MaskedKey),
    /// The access key that takes its place.
    NewKey(MaskedKey),
    /// The fingerprint of the controller's old key.
    OldFingerprint(String),
    /// The fingerprint of the controller's new key.
    NewFingerprint(String),
    /// The commit.
    Commit(String),
    /// Why policy was overridden.
    Override(String),
    /// Anything else worth a line.
    Note(String),
    /// An application, and how it is: `Synced, Healthy`.
    Application(String, String),
}

/// The id of an access key with its middle left out: `AKIA…MPLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaskedKey(String);

impl Notice {
    /// Starts a message without facts.
    pub(crate) fn new(event: Event, operation: &str, environment: &str, run: &str) -> Self {
        Self {
            event,
            operation: operation.to_owned(),
            environment: environment.to_owned(),
            run: run.to_owned(),
            facts: Vec::new(),
        }
    }

    /// Adds a fact.
    #[must_use]
    pub(crate) fn with(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }
}

impl Event {
    /// Takes over what a failure says.
    pub(crate) fn failed(failure: &Failure) -> Self {
        let message = [failure.message().to_owned()].into_iter();
        Self::Failed {
            why: message.chain(failure.causes().iter().cloned()).collect(),
            cures: failure.hints().to_vec(),
        }
    }
}

impl MaskedKey {
    /// Masks an id; of a short one nothing is shown.
    pub(crate) fn of(id: &str) -> Self {
        let letters: Vec<char> = id.chars().collect();
        let ends = letters.first_chunk::<4>().zip(letters.last_chunk::<4>());
        Self(match ends {
            Some((first, last)) if letters.len() >= 16 => {
                let (first, last) = (first.iter(), last.iter());
                first.chain(&['…']).chain(last).collect()
            }
            _ => "…".to_owned(),
        })
    }
}

impl fmt::Display for MaskedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_key_id_is_never_shown() {
        assert_eq!(
            MaskedKey::of("AKIAIOSFODNN7EXAMPLE").to_string(),
            "AKIA…MPLE"
        );
        for id in ["", "AKIA", "AKIAIOSFODNN7EX"] {
            assert_eq!(MaskedKey::of(id).to_string(), "…", "{id}");
        }
    }

    #[test]
    fn a_failure_brings_its_causes_and_what_to_do() {
        let failure = Failure::could_not("no sync")
            .cause("too late")
            .hint("--resume");
        let expected = Event::Failed {
            why: vec!["no sync".to_owned(), "too late".to_owned()],
            cures: vec!["--resume".to_owned()],
        };
        assert_eq!(Event::failed(&failure), expected);
    }
}
