//! The place where backups go, and another one for when it fails.

use std::path::{Path, PathBuf};

use sealsmith_core::secret::SecretBytes;
use sealsmith_lint::policy::AwsBackup;

use super::access_key::AccessKey;
use super::age::Age;
use super::folder::Folder;
use super::name::{Form, Name};
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::shown;

/// Where root keeps backups.
const OF_ROOT: &str = "/root/backup";

/// Where secret material is kept.
pub(crate) struct Store {
    first: Folder,
    /// Only used when the first one fails although it was fine before.
    second: Option<Folder>,
    age: Option<Age>,
}

/// Something to keep.
pub(crate) struct Item {
    name: Name,
    content: SecretBytes,
}

/// The proof that something is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    trouble: Vec<Failure>,
}

/// A backup of an earlier process.
enum Found {
    /// Its content, which can be used.
    Readable(Kept, SecretBytes),
    /// Only holders of an age identity can open it, and this program is none.
    Sealed(Kept),
}

impl Item {
    /// Names a content.
    pub(crate) fn new(name: Name, content: SecretBytes) -> Self {
        Self { name, content }
    }
}

impl Kept {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Why it is not where it should be; nothing when it is.
    pub(crate) fn trouble(&self) -> &[Failure] {
        &self.trouble
    }

    /// Overwrites and removes the file.
    pub(crate) fn wipe(self) -> Result<(), Failure> {
        files::wipe(&self.path)
    }
}

impl Store {
    /// Takes the folder and the recipients of the policy; without a folder, `/root/backup` for root and the
    /// user's state folder for others.
    pub(crate) fn of(settings: Option<&AwsBackup>, env: &Env) -> Result<Self, Failure> {
        let named = settings.and_then(|settings| settings.folder.as_ref());
        let named = named
            .map(|folder| Ok::<_, Failure>(folder.below(env.workspace()?.root())))
            .transpose()?;
        let is_root = rustix::process::geteuid().is_root();
        let own = env.state_home().map(|home| home.join("sealsmith/backup"));
        let git = env.git()?;
        let work_tree = git.as_ref().and_then(|git| git.root());
        let recipients = settings.map_or(&[][..], |settings| &settings.age_recipients);
        let first = match named {
            Some(path) => path,
            None if is_root => PathBuf::from(OF_ROOT),
            None => own.clone()?,
        };
        let first = Folder::new(&first, work_tree);
        let second = own.ok().map(|path| Folder::new(&path, work_tree));
        Ok(Self {
            second: second.filter(|second| *second != first),
            first,
            age: Age::for_recipients(recipients),
        })
    }

    /// The folder that backups go to.
    pub(crate) fn folder(&self) -> &Path {
        self.first.path()
    }

    /// Whether backups are encrypted.
    pub(crate) fn seals(&self) -> bool {
        self.age.is_some()
    }

    /// Proves that something of so many bytes could be kept now: to be called before there is anything to keep.
    pub(crate) fn check(&self, room: usize) -> Result<(), Failure> {
        if let Some(age) = &self.age {
            age.check()?;
        }
        // Base64 in lines, and a header for each recipient.
        let room = if self.seals() { 2 * room + 4096 } else { room };
        self.first.check(room)
    }

    /// Keeps something, in the second folder when the first one fails.
    pub(crate) fn keep(&self, item: &Item) -> Result<Kept, Failure> {
        let sealed = self.age.as_ref().map(|age| age.seal(&item.content));
        let sealed = sealed.transpose()?;
        let (content, form) = match &sealed {
            Some(sealed) => (sealed, Form::Sealed),
            None => (&item.content, Form::Readable),
        };
        let mut trouble = Vec::new();
        for folder in self.folders() {
            match folder.keep(&item.name, form, content) {
                Ok(path) => {
                    return Ok(Kept { path, trouble });
                }
                Err(failure) => trouble.push(failure),
            }
        }
        let failure = Failure::could_not("the new secret could not be kept anywhere");
        Err(trouble.into_iter().fold(failure, |whole, one| {
            let whole = whole.cause(one.message());
            one.causes()
                .iter()
                .fold(whole, |whole, cause| whole.cause(cause))
        }))
    }

    /// Whether there is a backup of this name.
    pub(crate) fn holds(&self, name: &Name) -> Result<bool, Failure> {
        for folder in self.folders() {
            if folder.list()?.iter().any(|(_, found, _)| found == name) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Finds the backups of what has an id, by the folder and their names.
    fn find(&self, id: &str) -> Result<Vec<Found>, Failure> {
        let mut found = Vec::new();
        for folder in self.folders() {
            let listed = folder.list()?.into_iter();
            for (path, _, form) in listed.filter(|(_, name, _)| name.id() == id) {
                // Also a sealed one is read, since it is no proof when it cannot be.
                let content = folder.read(&path)?;
                let kept = Kept {
                    path,
                    trouble: Vec::new(),
                };
                found.push(match form {
                    Form::Readable => Found::Readable(kept, content),
                    Form::Sealed => Found::Sealed(kept),
                });
            }
        }
        Ok(found)
    }

    /// Finds the backup of an access key, to adopt the key with it.
    ///
    /// One that is not about the key it is named for is refused: nothing is guessed.
    pub(crate) fn access_key(&self, id: &str) -> Result<Option<FoundKey>, Failure> {
        let mut sealed = None;
        for found in self.find(id)? {
            match found {
                Found::Readable(kept, content) => {
                    let key = AccessKey::parse(&content).and_then(|key| {
                        let meant = key.id == id;
                        meant
                            .then_some(key)
                            .ok_or_else(|| "it is about another key".to_owned())
                    });
                    let key = key.map_err(|why| {
                        Failure::refused(format!("cannot use the backup {}", shown(&kept.path)))
                            .cause(why)
                    })?;
                    return Ok(Some(FoundKey::Readable(kept, key)));
                }
                Found::Sealed(kept) => sealed = Some(FoundKey::Sealed(kept)),
            }
        }
        Ok(sealed)
    }

    /// Wipes what killed processes left half written; returns how many files that were.
    pub(crate) fn sweep(&self) -> Result<usize, Failure> {
        self.folders().map(Folder::sweep).sum()
    }

    fn folders(&self) -> impl Iterator<Item = &Folder> {
        std::iter::once(&self.first).chain(&self.second)
    }

    #[cfg(test)]
    pub(super) fn at(first: &Path, second: Option<&Path>, age: Option<Age>) -> Self {
        Self {
            first: Folder::new(first, None),
            second: second.map(|path| Folder::new(path, None)),
            age,
        }
    }
}

/// The backup of an access key.
pub(crate) enum FoundKey {
    /// The key, which can be adopted.
    Readable(Kept, AccessKey),
    /// Its secret half is out of this program's reach: the key has to be deleted and made anew.
    Sealed(Kept),
}

impl FoundKey {
    /// Removes it, its content first.
    pub(crate) fn wipe(self) -> Result<(), Failure> {
        match self {
            Self::Readable(kept, _) | Self::Sealed(kept) => kept.wipe(),
        }
    }
}
