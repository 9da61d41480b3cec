//! The new key: room for it, making it once, keeping it, proving it.
//!
//! Between AWS's answer and the copy on disk lies the one dangerous window. It is closed by writing down the intent and
//! the keys there were, so that whatever came since is told apart: our own with a copy is adopted, our own without one
//! is deleted, and anybody else's stops everything (spec: rotation 2.3).

use std::time::{Duration, Instant};

use sealsmith_core::secret::SecretBytes;
use zeroize::Zeroizing;

use super::Work;
use super::choice::used_after;
use super::plan::Step;
use super::warrant::{Orphan, Spare, Warrant, Withdrawn};
use crate::aws::{AccessKey, AccessKeyId, NewKey, Status};
use crate::backup::{AccessKey as Backup, FoundKey};
use crate::env::clock;
use crate::failpoint;
use crate::failure::Failure;
use crate::operation::driver::{Flow, Worker as _};
use crate::ui::shown;

/// How long a key may take to show in the list after it was made.
const LISTED: Duration = Duration::from_secs(15);
/// How often the list is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long a new key may take until every server of AWS takes it.
const KNOWN: Duration = Duration::from_secs(120);

impl Work<'_> {
    /// Deletes the key that was given up, so that another fits in.
    pub(super) fn make_room(&mut self) -> Result<Flow, Failure> {
        let Some(spare) = self.plan().spare.clone() else {
            return Ok(Flow::On);
        };
        self.enter(Step::MakingRoom)?;
        let keys = self.account.keys(&self.plan().user)?;
        let Some(key) = keys.iter().find(|key| key.id.as_str() == spare) else {
            return Ok(Flow::On);
        };
        // What was true when it was planned has to be true still.
        let spare = match key.status {
            Status::Inactive => Spare::inactive(key),
            Status::Active => Spare::unused(key, None, self.plan().grace, clock::now()),
        };
        let spare = spare.map_err(|why| {
            Failure::refused(format!("key {} is not deleted", key.id.masked())).cause(why)
        })?;
        self.account
            .delete_key(&self.plan().user, spare.id(), &Warrant::Spare(&spare))?;
        failpoint::reach("room-made");
        Ok(Flow::On)
    }

    /// Makes the new key and keeps it, or takes up the one that an earlier run made.
    pub(super) fn create(&mut self) -> Result<Flow, Failure> {
        if self.step() == Step::Creating && self.take_up_created()? {
            return self.created();
        }
        let keys = self.account.keys(&self.plan().user)?;
        let plan = self.plan_mut();
        plan.before = keys.iter().map(|key| key.id.as_str().to_owned()).collect();
        plan.asked = Some(clock::now());
        self.enter(Step::Creating)?;
        let made = self.account.create_key(&self.plan().user);
        failpoint::reach("key-created");
        let key = match made {
            Ok(key) => key,
            Err(problem) => {
                let lost = problem.may_have_happened();
                let failure = Failure::from(problem);
                let command = &self.courier.desk.command;
                return Err(match lost {
                    true => failure
                        .hint(format!("AWS may have made a key whose secret is lost; to find and delete it, and make another: {command} --resume"))
                        .hint(format!("or to find and delete it, and leave it at that: {command} --abort")),
                    false => failure
                        .hint(format!("nothing was made; to try again: {command} --resume"))
                        .hint(format!("or to leave it at that: {command} --abort")),
                });
            }
        };
        self.keep(key)?;
        failpoint::reach("key-kept");
        self.created()
    }

    fn created(&mut self) -> Result<Flow, Failure> {
        self.enter(Step::Created)?;
        Ok(Flow::On)
    }

    /// Puts the new key into the backup. When nothing takes it, it is deleted again: nobody has it yet.
    fn keep(&mut self, key: NewKey) -> Result<(), Failure> {
        let backup = Backup {
            account: self.plan().account.clone(),
            user: self.plan().user.clone(),
            environment: self.courier.desk.environment.to_owned(),
            created: clock::rfc3339(clock::now()),
            run: self.courier.journal.run().to_owned(),
            id: key.id().as_str().to_owned(),
            secret: SecretBytes::new(key.expose().as_bytes().to_vec()),
        };
        let kept = backup.item().and_then(|item| self.store.keep(&item));
        match kept {
            Ok(kept) => {
                for trouble in kept.trouble() {
                    let desk = self.courier.desk;
                    desk.ui.warning(format!(
                        "{}; the copy is in {} instead",
                        trouble.message(),
                        shown(kept.path())
                    ));
                }
                let plan = self.courier.journal.plan_mut();
                plan.backup = Some(kept.path().display().to_string());
                plan.new = Some(key.id().as_str().to_owned());
                self.key = Some(key);
                Ok(())
            }
            Err(failure) => {
                let withdrawn = Withdrawn::unpublished(key.id());
                let warrant = Warrant::Withdrawn(&withdrawn);
                let gone = self
                    .account
                    .delete_key(&self.plan().user, key.id(), &warrant);
                Err(match gone {
                    Ok(()) => failure.cause("so the new key was deleted again, and nobody has it"),
                    Err(problem) => failure
                        .cause(format!(
                            "and the new key {} could not be deleted: {problem}",
                            key.id().as_str()
                        ))
                        .hint("delete it by hand, or run this with --abort"),
                })
            }
        }
    }

    /// Finds what became of a call whose answer nobody has; says whether there is a key that can be gone on with.
    pub(super) fn take_up_created(&mut self) -> Result<bool, Failure> {
        let since = Instant::now();
        loop {
            let keys = self.account.keys(&self.plan().user)?;
            let known = &self.plan().before;
            let new: Vec<&AccessKey> = keys
                .iter()
                .filter(|key| !known.iter().any(|id| id == key.id.as_str()))
                .collect();
            match new.as_slice() {
                [] if since.elapsed() > LISTED => return Ok(false),
                [] => std::thread::sleep(LOOK),
                [one] => {
                    let (one, others) = ((*one).clone(), keys.len() - 1);
                    return self.settle_created(&one, others);
                }
                several => {
                    let failure = Failure::refused("more keys came than one");
                    return Err(several.iter().fold(failure, |failure, key| {
                        failure.cause(format!(
                            "{}, created {}",
                            key.id.as_str(),
                            clock::rfc3339(key.created)
                        ))
                    }));
                }
            }
        }
    }

    fn settle_created(&mut self, key: &AccessKey, others: usize) -> Result<bool, Failure> {
        if let Some(FoundKey::Readable(kept, backup)) = self.store.access_key(key.id.as_str())? {
            self.key = Some(read_back(&key.id, &backup)?);
            let plan = self.courier.journal.plan_mut();
            plan.backup = Some(kept.path().display().to_string());
            plan.new = Some(key.id.as_str().to_owned());
            return Ok(true);
        }
        let asked = self.plan().asked.unwrap_or_default();
        let orphan = Orphan::of(key, asked, others).map_err(|why| {
            Failure::refused(format!(
                "key {} came since, and it is not ours",
                key.id.as_str()
            ))
            .cause(why)
            .hint("find out who made it; once it is gone, or known to be needed, run this again")
        })?;
        self.courier.desk.say(format!(
            "key {} was made by a call whose answer is lost, or its copy is out of reach: deleting it",
            orphan.id().masked()
        ));
        let warrant = Warrant::Orphan(&orphan);
        self.account
            .delete_key(&self.plan().user, orphan.id(), &warrant)?;
        if let Some(found) = self.store.access_key(orphan.id().as_str())? {
            found.wipe()?;
        }
        failpoint::reach("orphan-deleted");
        Ok(false)
    }

    /// Proves that AWS takes the new key, and that what has to work with it does.
    pub(super) fn prove(&mut self) -> Result<Flow, Failure> {
        self.fetch_key()?;
        self.prove_key(self.key()?)?;
        self.enter(Step::Proven)?;
        self.become_the_user()?;
        Ok(Flow::On)
    }

    pub(super) fn prove_key(&self, key: &NewKey) -> Result<(), Failure> {
        let bearer = self.account.as_key(key);
        bearer.prove(&self.plan().user_arn, KNOWN)?;
        for probe in &self.settings.probes {
            bearer.probe(probe, KNOWN)?;
        }
        Ok(())
    }

    /// Takes the new key from its copy, unless this process has it already or the copy is encrypted.
    pub(super) fn fetch_key(&mut self) -> Result<(), Failure> {
        if self.key.is_none() {
            self.key = self.read_back()?;
        }
        Ok(())
    }

    /// The new key, which this process has made or fetched.
    pub(super) fn key(&self) -> Result<&NewKey, Failure> {
        self.key.as_ref().ok_or_else(|| {
            Failure::refused("the secret of the new key is out of this program's reach")
                .cause(
                    "its copy is encrypted, and this is another process than the one that made it",
                )
                .hint(format!(
                    "undo it and begin again: {} --abort",
                    self.courier.desk.command
                ))
        })
    }

    /// The new key from its copy; nothing when that is encrypted.
    fn read_back(&self) -> Result<Option<NewKey>, Failure> {
        let Some(id) = self.plan().new.as_deref() else {
            return Ok(None);
        };
        match self.store.access_key(id)? {
            Some(FoundKey::Readable(_, backup)) => read_back(&id_of(id)?, &backup).map(Some),
            Some(FoundKey::Sealed(_)) => Ok(None),
            None => Err(Failure::refused("the copy of the new key is gone")
                .cause(format!(
                    "it was in {}",
                    self.plan().backup.as_deref().unwrap_or_default()
                ))
                .hint(format!(
                    "undo it and begin again: {} --abort",
                    self.courier.desk.command
                ))),
        }
    }

    /// Where the user rotates its own key, goes on with the new one: the old one is about to stop working.
    pub(super) fn become_the_user(&mut self) -> Result<(), Failure> {
        let is_own = self.plan().operator == self.plan().user_arn;
        let in_between = (Step::Proven..=Step::Returned).contains(&self.step());
        if !(is_own && in_between) {
            return Ok(());
        }
        self.fetch_key()?;
        if let Some(key) = &self.key {
            self.account.sign_with(key);
        }
        Ok(())
    }

    /// The keys of the user as they are now.
    pub(super) fn keys(&self) -> Result<Vec<AccessKey>, Failure> {
        Ok(self.account.keys(&self.plan().user)?)
    }

    /// The old key as it is now; nothing when it is gone.
    pub(super) fn old(&self) -> Result<Option<AccessKey>, Failure> {
        let keys = self.keys()?.into_iter();
        let mut keys = keys.filter(|key| key.id.as_str() == self.plan().old);
        Ok(keys.next())
    }

    /// Refuses when somebody used the old key after every consumer had the new one.
    pub(super) fn refuse_used(&self, old: &AccessKey) -> Result<(), Failure> {
        let Some(in_use) = self.plan().in_use else {
            return Ok(());
        };
        if !used_after(old, in_use) {
            return Ok(());
        }
        let now = clock::now();
        Err(Failure::refused(format!("somebody still uses the old key {}", old.id.masked()))
            .cause(super::message::described(old, now))
            .cause(format!("every known consumer has the new one since {}", clock::rfc3339(in_use)))
            .hint("find out who that is, from CloudTrail or the access advisor, and give them the new key")
            .hint(format!("then go on: {} --resume", self.courier.desk.command)))
    }
}

pub(super) fn id_of(id: &str) -> Result<AccessKeyId, Failure> {
    AccessKeyId::parse(id)
        .map_err(|error| Failure::refused("the journal names no access key").because(error))
}

fn read_back(id: &AccessKeyId, backup: &Backup) -> Result<NewKey, Failure> {
    let broken = || {
        Failure::refused(format!(
            "the copy of key {} holds no secret access key",
            id.masked()
        ))
    };
    let secret = std::str::from_utf8(backup.secret.expose()).map_err(|_| broken())?;
    let secret = Zeroizing::new(secret.to_owned());
    NewKey::new(id.clone(), secret).map_err(|error| broken().because(error))
}
