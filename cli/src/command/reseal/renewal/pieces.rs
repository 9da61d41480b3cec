//! The pieces of a new controller key, in order.

use std::path::Path;

use super::super::means::Means;
use super::super::operation::edit::{Edited, Editor};
use super::super::operation::start::{files, goal};
use super::super::record::Record;
use super::super::selection::Selection;
use super::super::target::Target;
use super::super::{Args as Reseal, engine_run};
use super::Work;
use super::plan::Step;
use crate::backup::{Item, Name};
use crate::certificates::Recipient;
use crate::command::Ending;
use crate::env::files as disk;
use crate::failpoint;
use crate::failure::Failure;
use crate::journal::End;
use crate::key_folder;
use crate::operation::driver::{Flow, Piece, Worker as _};
use crate::private_keys;
use crate::ui::count;

/// From the plan to the proof.
pub(super) fn forward<'a>() -> [Piece<Work<'a>>; 6] {
    [
        Piece {
            done: Step::Kept,
            says: "keeping a copy of every key",
            go: Work::keep,
        },
        Piece {
            done: Step::Made,
            says: "making a new key",
            go: Work::make,
        },
        Piece {
            done: Step::Edited,
            says: "re-sealing the environment",
            go: Work::edit,
        },
        Piece {
            done: Step::Committed,
            says: "committing",
            go: Work::commit,
        },
        Piece {
            done: Step::Pushed,
            says: "pushing",
            go: Work::push,
        },
        Piece {
            done: Step::Proven,
            says: "proving that the new key alone opens every value",
            go: Work::prove,
        },
    ]
}

impl Work<'_> {
    /// Keeps a copy of every file of keys; one that an earlier run kept is there already.
    fn keep(&mut self) -> Result<Flow, Failure> {
        let desk = self.courier.desk;
        let run = self.courier.journal.run().to_owned();
        for path in private_keys::files_in(Path::new(&self.plan().folder))? {
            let id = path.file_name().unwrap_or_default().to_string_lossy();
            let name = Name::new("controller-key", &[desk.environment], &run, &id);
            if self.store.holds(&name)? {
                continue;
            }
            let content = disk::read_secret(&path, disk::LIMIT)?;
            let kept = self.store.keep(&Item::new(name, content))?;
            let kept = kept.path().display().to_string();
            self.courier.journal.plan_mut().backups.push(kept);
            failpoint::reach("copy-kept");
        }
        Ok(Flow::On)
    }

    /// Makes the key, or takes up the one that an earlier run made, and plans what is sealed for it.
    fn make(&mut self) -> Result<Flow, Failure> {
        let folder = self.plan().folder.clone();
        let folder = Path::new(&folder);
        if self.step() < Step::Making {
            self.enter(Step::Making)?;
        }
        let key = match self.made(folder)?.as_slice() {
            [] => key_folder::make_key(folder, self.courier.desk.env.now())?.to_string(),
            [(_, key)] => key.clone(),
            _ => return Err(Failure::refused("more keys came into the folder than one")),
        };
        failpoint::reach("key-made");
        let served = key_folder::current_certificate(folder)?.fingerprint();
        if served.to_string() != key {
            return Err(Failure::refused("the new key is not the one that seals")
                .cause(format!("the folder serves {served}, and {key} was made")));
        }
        self.courier.journal.plan_mut().goal.key = key;
        let (args, desk) = (self.reseal()?, self.courier.desk);
        let selection = Selection::resolve(&args, desk.env)?;
        let target = Target::of(&selection, Some(desk.environment), &args, desk.env, desk.ui)?;
        let files = files(desk, &selection, &target)?;
        let plan = self.courier.journal.plan_mut();
        plan.goal = goal(&args, &target);
        plan.change.files = files;
        Ok(Flow::On)
    }

    /// The keys that came into the folder since the plan, with their files.
    fn made(&self, folder: &Path) -> Result<Vec<(std::path::PathBuf, String)>, Failure> {
        let keys = key_folder::certificates_in(folder)?.into_iter();
        let keys = keys.map(|(path, key)| (path, key.fingerprint().to_string()));
        Ok(keys
            .filter(|(_, key)| !self.plan().before.contains(key))
            .collect())
    }

    fn edit(&mut self) -> Result<Flow, Failure> {
        let args = self.reseal()?;
        let mut editor = Editor {
            args: &args,
            courier: &mut self.courier,
        };
        match editor.edit()?.0 {
            Edited::Files => Ok(Flow::On),
            Edited::Nothing => {
                self.enter(Step::Pushed)?;
                Ok(Flow::On)
            }
            Edited::Incomplete => {
                let desk = self.courier.desk;
                desk.ui
                    .warning("nothing is committed, because some values were left behind");
                desk.hint_next(&[
                    ("once they are put right", "--resume"),
                    ("to undo everything", "--abort"),
                ]);
                Ok(Flow::Stop(Ending::No))
            }
        }
    }

    fn commit(&mut self) -> Result<Flow, Failure> {
        self.courier.commit_unless_done()?;
        Ok(Flow::On)
    }

    fn push(&mut self) -> Result<Flow, Failure> {
        self.courier.push()?;
        Ok(Flow::On)
    }

    /// Opens every value with the new key alone.
    fn prove(&mut self) -> Result<Flow, Failure> {
        let desk = self.courier.desk;
        let folder = self.plan().folder.clone();
        let own = self.made(Path::new(&folder))?;
        let own: Vec<_> = own
            .iter()
            .map(|(path, _)| path.display().to_string())
            .collect();
        let args = Reseal {
            dry_run: true,
            ..self.reseal()?
        };
        let selection = Selection::resolve(&args, desk.env)?;
        let certificate = key_folder::current_certificate(Path::new(&folder))?;
        let recipient = Recipient::of(certificate, "of the key folder", desk.env, desk.ui)?;
        let means = Means::Keys(private_keys::load(&own, desk.env, desk.ui)?);
        let record = Record::read(None, &recipient.fingerprint());
        let run = engine_run(
            &selection, &means, &recipient, None, &record, &args, desk.ui,
        )?;
        let closed = run.files.iter().map(|file| file.left.len()).sum();
        let open: usize = run.files.iter().map(|file| file.current).sum();
        if closed > 0 {
            return Err(Failure::refused(format!(
                "the new key does not open {}",
                count(closed, "value")
            ))
            .hint("the old keys are there still: restore the files from git, and look into it"));
        }
        desk.say(format!("  {} open", count(open, "value")));
        Ok(Flow::On)
    }

    /// Takes back files, commit and key; what is pushed stays.
    pub(super) fn undo(&mut self) -> Result<Ending, Failure> {
        if self.step() >= Step::Made {
            let args = self.reseal()?;
            let record = Editor {
                args: &args,
                courier: &mut self.courier,
            }
            .record()?;
            self.courier
                .undo(&|path, file| record.is_ours(path, file))?;
        }
        let folder = self.plan().folder.clone();
        for (path, _) in self.made(Path::new(&folder))? {
            disk::wipe(&path)?;
        }
        failpoint::reach("key-removed");
        self.courier
            .desk
            .say("undone: the old key seals again, and every file is what it was");
        self.courier.journal.end(End::Aborted)?;
        Ok(Ending::Done)
    }
}
