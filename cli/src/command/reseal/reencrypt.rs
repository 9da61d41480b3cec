//! One file through a running controller: asked, looked at, verified, and only then put together.

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::tree::{Position, Stream};
use sealsmith_core::reencrypt::{Answer, Asking, Question, questions, splice};
use zeroize::Zeroizing;

use crate::certificates::Recipient;
use crate::controller::{CANNOT_OPEN, EXPLAIN, Live, Refusal};
use crate::lock_file::LockFile;

/// What a running controller needs beside the file.
pub(super) struct Reencryption<'a> {
    pub(super) live: &'a Live,
    pub(super) target: &'a Recipient,
    /// Knows which values are current; without it all are asked about.
    pub(super) lock: Option<&'a LockFile>,
}

/// What became of a file.
#[derive(Default)]
pub(super) struct Reencrypted {
    /// Values that are for the target already.
    pub(super) current: usize,
    /// For each value that is new, the key it was for before, where that is known.
    pub(super) from: Vec<Option<Fingerprint>>,
    /// The new text: only when something changed and nothing failed.
    pub(super) text: Option<Zeroizing<String>>,
    /// What failed.
    pub(super) left: Vec<Refused>,
}

/// A SealedSecret that stays as it is, or the whole file when there is no title.
pub(super) struct Refused {
    pub(super) position: Option<Position>,
    pub(super) title: Option<String>,
    pub(super) reason: String,
    pub(super) hint: Option<String>,
}

/// The controller cannot be asked any more: nothing is known about the file.
pub(super) struct Stopped;

impl Reencryption<'_> {
    /// Re-encrypts every value that is not known to be current.
    pub(super) fn file(
        &self,
        stream: &Stream,
        namespace: Option<&str>,
    ) -> Result<Reencrypted, Stopped> {
        let mut done = Reencrypted::default();
        let known = |text: &str| self.lock?.key_of(text);
        let all = match questions(stream, namespace, self.target.fingerprint(), known) {
            Ok(all) => all,
            Err(error) => {
                done.left.push(Refused::file(
                    Some(error.position),
                    error.problem.to_string(),
                ));
                return Ok(done);
            }
        };
        let mut answers = Vec::new();
        for asking in &all {
            match self.one(asking) {
                Ok(answer) => {
                    done.count(asking);
                    answers.extend(answer);
                }
                Err(Trouble::Refused(reason, hint)) => done.left.push(Refused {
                    position: Some(asking.position),
                    title: Some(asking.title.clone()),
                    reason,
                    hint,
                }),
                Err(Trouble::Stopped) => return Err(Stopped),
            }
        }
        if done.left.is_empty() && !answers.is_empty() {
            self.put_together(stream, &answers, &mut done)?;
        }
        Ok(done)
    }

    fn one(&self, asking: &Asking<'_>) -> Result<Option<Answer>, Trouble> {
        let question = asking
            .question
            .as_ref()
            .map_err(|problem| Trouble::Refused(problem.to_string(), None))?;
        if !question.is_needed() {
            return Ok(None);
        }
        self.ask(question).map(Some)
    }

    fn ask(&self, question: &Question<'_>) -> Result<Answer, Trouble> {
        let body = self.live.reencrypt(&question.body()).map_err(Trouble::of)?;
        let key = self.target.certificate.public_key();
        let answer = question
            .read(&body, key)
            .map_err(|error| Trouble::Refused(error.to_string(), Some(DISTRUST.to_owned())))?;
        // The controller is asked to open what it gave, as it will when the file is applied.
        match self
            .live
            .opens(&question.changed(&answer))
            .map_err(Trouble::of)?
        {
            true => Ok(answer),
            false => Err(Trouble::Refused(
                "the controller does not open the values as they would be written".to_owned(),
                Some(DISTRUST.to_owned()),
            )),
        }
    }

    /// A controller whose certificate is still the agreed one sealed all of this for it: keys only ever get newer.
    fn put_together(
        &self,
        stream: &Stream,
        answers: &[Answer],
        done: &mut Reencrypted,
    ) -> Result<(), Stopped> {
        if self.live.still_serves(self.target.fingerprint()).is_err() {
            return Err(Stopped);
        }
        match splice(stream, answers) {
            Ok(text) => done.text = Some(text),
            Err(error) => done.left.push(Refused::file(None, error.to_string())),
        }
        Ok(())
    }
}

const DISTRUST: &str = "nothing of the answer was used; see what stands between here and the controller, or re-seal with its keys";

enum Trouble {
    Refused(String, Option<String>),
    Stopped,
}

impl Trouble {
    fn of(refusal: Refusal) -> Self {
        match refusal {
            Refusal::CannotOpen => Self::Refused(CANNOT_OPEN.to_owned(), Some(EXPLAIN.to_owned())),
            Refusal::Declined(why) => Self::Refused(why, None),
            Refusal::Stopped => Self::Stopped,
        }
    }
}

impl Reencrypted {
    fn count(&mut self, asking: &Asking<'_>) {
        if let Ok(question) = &asking.question {
            self.current += question.current();
            self.from.extend(question.from());
        }
    }
}

impl Refused {
    fn file(position: Option<Position>, reason: String) -> Self {
        Self {
            position,
            title: None,
            reason,
            hint: None,
        }
    }
}
