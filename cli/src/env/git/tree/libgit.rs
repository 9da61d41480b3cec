//! Objects and index as libgit2 reads them.

use git2::{ErrorCode, IndexEntryExtendedFlag, ObjectType, Repository};
use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, MAX_BYTES};

use super::listing::{self, Entry, Listing};
use super::{Id, Object, Store};
use crate::failure::Failure;

/// The stage bits of an index entry's flags.
const STAGE: u16 = 0x3000;

/// A repository that libgit2 can read.
pub(super) struct LibGit {
    repository: Repository,
}

impl LibGit {
    /// Takes an open repository whose index can be read; the error says why it cannot.
    pub(super) fn new(repository: Repository) -> Result<Self, git2::Error> {
        if !repository.is_bare() {
            repository.index()?;
        }
        Ok(Self { repository })
    }
}

impl Store for LibGit {
    fn read(&self, id: &Id) -> Result<Object, Failure> {
        let read = || {
            let odb = self.repository.odb()?;
            let oid = oid(id)?;
            let (size, kind) = odb.read_header(oid)?;
            let size = u64::try_from(size).unwrap_or(u64::MAX);
            if kind == ObjectType::Blob && size > MAX_BYTES {
                return Ok(Object::Blob(Content::TooLarge(size)));
            }
            let bytes = odb.read(oid)?.data().to_vec();
            Ok(match kind {
                ObjectType::Tree => Object::Tree(bytes),
                ObjectType::Commit => Object::Commit(bytes),
                _ => Object::Blob(Content::Bytes(bytes)),
            })
        };
        read().map_err(|error: git2::Error| cannot(&format!("read git's object {id}"), error))
    }

    fn index(&self) -> Result<Listing, Failure> {
        let index = self.repository.index();
        let index = index.map_err(|error| cannot("read the index", error))?;
        let mut listing = Listing::default();
        for entry in index.iter() {
            let extended = |flag: IndexEntryExtendedFlag| entry.flags_extended & flag.bits() != 0;
            let announced = extended(IndexEntryExtendedFlag::INTENT_TO_ADD);
            let skipped = extended(IndexEntryExtendedFlag::SKIP_WORKTREE);
            let path = Path::new(entry.path);
            match (entry.flags & STAGE, announced) {
                (0, false) => listing.entries.push(Entry {
                    path,
                    mode: listing::mode(entry.mode),
                    id: Id::from_bytes(entry.id.as_bytes()),
                    skipped,
                }),
                (0, true) => listing.announced.push(path),
                _ => listing.unmerged.push(path),
            }
        }
        listing.unmerged.dedup();
        Ok(listing)
    }

    fn resolve(&self, revision: &str) -> Result<Option<Id>, Failure> {
        let commit = self
            .repository
            .revparse_single(revision)
            .and_then(|object| object.peel_to_commit());
        match commit {
            Ok(commit) => Ok(Id::from_bytes(commit.id().as_bytes())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(cannot(&format!("resolve {revision}"), error)),
        }
    }
}

fn is_missing(error: &git2::Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::UnbornBranch | ErrorCode::Peel
    )
}

fn oid(id: &Id) -> Result<git2::Oid, git2::Error> {
    git2::Oid::from_bytes(id.as_bytes())
}

fn cannot(what: &str, error: git2::Error) -> Failure {
    Failure::could_not(format!("cannot {what}")).because(error)
}
