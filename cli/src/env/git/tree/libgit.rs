//! A repository that libgit2 can read.

use std::io::{self, Read as _};
use std::path::{Path as FilePath, PathBuf};

use git2::{
    ErrorCode, IndexEntryExtendedFlag, IndexEntryFlag, ObjectType, Repository, Sort, StatusOptions,
};
use sealsmith_lint::Path;
use sealsmith_lint::guard::Head;
use sealsmith_lint::source::{Content, MAX_BYTES};

use super::index::Index;
use super::listing::Listing;
use super::program::{INDEX, Program};
use super::status::Status;
use super::{Id, Object, Store};
use crate::failure::Failure;
use crate::ui::shown;

/// A repository that libgit2 can read.
pub(super) struct LibGit {
    repository: Repository,
    /// Where git would find it, too.
    folder: PathBuf,
}

impl LibGit {
    /// Takes an open repository, found from a folder.
    pub(super) fn new(repository: Repository, folder: &FilePath) -> Self {
        // Git reads without hashing again, too; finding damage is the affair of `git fsck`.
        git2::opts::strict_hash_verification(false);
        Self {
            repository,
            folder: folder.to_owned(),
        }
    }

    fn object(&self, id: &Id) -> Result<Object, git2::Error> {
        let (odb, oid) = (self.repository.odb()?, oid(id)?);
        // A loose object tells its size and content in one go; a packed one cannot.
        if let Ok((mut content, size, kind)) = odb.reader(oid) {
            return object(kind, size, || {
                let mut bytes = Vec::with_capacity(size);
                content.read_to_end(&mut bytes).map_err(unread)?;
                match bytes.len() == size {
                    true => Ok(bytes),
                    false => Err(git2::Error::from_str("the object is cut short")),
                }
            });
        }
        let (size, kind) = odb.read_header(oid)?;
        object(kind, size, || Ok(odb.read(oid)?.data().to_vec()))
    }

    /// Git itself, for what libgit2 cannot.
    fn program(&self) -> Result<Program, Failure> {
        Program::open(&self.folder)
    }

    fn between(&self, from: &Id, to: &Id) -> Result<Vec<Id>, git2::Error> {
        let mut walk = self.repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        walk.push(oid(to)?)?;
        walk.hide(oid(from)?)?;
        walk.map(|found| found.map(|found| id(&found))).collect()
    }

    fn compared(&self) -> Result<Status, git2::Error> {
        let mut options = StatusOptions::new();
        options
            .include_untracked(true)
            .recurse_untracked_dirs(true)
            .exclude_submodules(true)
            .no_refresh(true);
        let mut status = Status {
            head: self.head()?,
            upstream: self.upstream(),
            ..Status::default()
        };
        for entry in self.repository.statuses(Some(&mut options))?.iter() {
            let path = Path::new(entry.path_bytes());
            match entry.status() {
                kind if kind.is_conflicted() => status.unmerged.push(path),
                git2::Status::WT_NEW => status.untracked.push(path),
                kind if kind.is_ignored() => {}
                kind => {
                    let staged = kind.intersects(staged()).then(|| path.clone());
                    let edited = kind.intersects(edited()).then(|| path.clone());
                    status.staged.extend(staged);
                    status.edited.extend(edited);
                    status.changed.push(path);
                }
            }
        }
        Ok(status)
    }

    fn head(&self) -> Result<Head, git2::Error> {
        let head = match self.repository.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(Head::Unborn),
            head => head?,
        };
        let name = String::from_utf8_lossy(head.shorthand_bytes()).into_owned();
        Ok(match (self.repository.head_detached()?, head.target()) {
            (true, Some(commit)) => Head::Detached(id(&commit).short()),
            _ => Head::Branch(name),
        })
    }

    fn upstream(&self) -> Option<(String, usize, usize)> {
        let head = self.repository.head().ok()?;
        let ours = head.target()?;
        let upstream = git2::Branch::wrap(head).upstream().ok()?;
        let theirs = upstream.get().target()?;
        let (ahead, behind) = self.repository.graph_ahead_behind(ours, theirs).ok()?;
        let name = String::from_utf8_lossy(upstream.name_bytes().ok()?).into_owned();
        Some((name, ahead, behind))
    }
}

impl Store for LibGit {
    fn read(&self, id: &Id) -> Result<Object, Failure> {
        self.object(id)
            .map_err(|error| cannot(&format!("read git's object {id}"), error))
    }

    fn index(&self) -> Result<Listing, Failure> {
        match self.index_file()? {
            Some(index) => Ok(index.listing()),
            None => self.program()?.index(),
        }
    }

    fn index_file(&self) -> Result<Option<Index>, Failure> {
        let own = || self.repository.path().join("index");
        let file = std::env::var_os(INDEX).map_or_else(own, |file| self.folder.join(file));
        Index::read(&file).map_err(|error| {
            Failure::could_not(format!("cannot read the index {}", shown(&file))).because(error)
        })
    }

    fn resolve(&self, revision: &str) -> Result<Option<Id>, Failure> {
        let commit = self
            .repository
            .revparse_single(revision)
            .and_then(|object| object.peel_to_commit());
        let commit = missing(commit).map_err(|error| cannot(&format!("find {revision}"), error))?;
        Ok(commit.map(|commit| id(&commit.id())))
    }

    fn merge_base(&self, one: &Id, other: &Id) -> Result<Option<Id>, Failure> {
        let base = oid(one).and_then(|one| self.repository.merge_base(one, oid(other)?));
        let base = missing(base).map_err(|error| cannot("find a common ancestor", error))?;
        Ok(base.map(|base| id(&base)))
    }

    fn commits(&self, from: &Id, to: &Id) -> Result<Vec<Id>, Failure> {
        self.between(from, to)
            .map_err(|error| cannot("list commits", error))
    }

    fn address(&self) -> Option<String> {
        let config = self.repository.config().ok()?;
        config.get_string("user.email").ok()
    }

    fn status(&self) -> Result<Status, Failure> {
        self.compared().or_else(|error| {
            // It cannot put every index together.
            let status = self.program().and_then(|program| program.status());
            status.map_err(|failure| failure.because(error))
        })
    }

    fn hidden(&self) -> Result<Vec<Path>, Failure> {
        let Ok(index) = self.repository.index() else {
            return self.program()?.hidden();
        };
        let entries = index.iter().filter(is_hidden);
        Ok(entries.map(|entry| Path::new(entry.path)).collect())
    }

    fn ignores(&self, path: &str) -> Result<bool, Failure> {
        let Ok(index) = self.repository.index() else {
            return self.program()?.ignores(path);
        };
        let is_ignored = self
            .repository
            .is_path_ignored(path)
            .map_err(|error| cannot("read the ignore rules", error))?;
        Ok(is_ignored && index.get_path(FilePath::new(path), 0).is_none())
    }
}

/// What differs between the last commit and the index.
fn staged() -> git2::Status {
    git2::Status::INDEX_NEW
        | git2::Status::INDEX_MODIFIED
        | git2::Status::INDEX_DELETED
        | git2::Status::INDEX_RENAMED
        | git2::Status::INDEX_TYPECHANGE
}

/// What differs between the index and the work tree.
fn edited() -> git2::Status {
    git2::Status::WT_MODIFIED
        | git2::Status::WT_DELETED
        | git2::Status::WT_TYPECHANGE
        | git2::Status::WT_RENAMED
        | git2::Status::WT_UNREADABLE
}

fn is_hidden(entry: &git2::IndexEntry) -> bool {
    entry.flags & IndexEntryFlag::VALID.bits() != 0
        || entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0
}

/// An object of a kind and size; a blob that is too large is not read.
fn object(
    kind: ObjectType,
    size: usize,
    read: impl FnOnce() -> Result<Vec<u8>, git2::Error>,
) -> Result<Object, git2::Error> {
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    Ok(match kind {
        ObjectType::Blob if size > MAX_BYTES => Object::Blob(Content::TooLarge(size)),
        ObjectType::Tree => Object::Tree(read()?),
        ObjectType::Commit => Object::Commit(read()?),
        _ => Object::Blob(Content::Bytes(read()?)),
    })
}

fn unread(error: io::Error) -> git2::Error {
    git2::Error::from_str(&error.to_string())
}

fn missing<T>(result: Result<T, git2::Error>) -> Result<Option<T>, git2::Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.code() {
            ErrorCode::NotFound
            | ErrorCode::InvalidSpec
            | ErrorCode::UnbornBranch
            | ErrorCode::Peel => Ok(None),
            _ => Err(error),
        },
    }
}

fn oid(id: &Id) -> Result<git2::Oid, git2::Error> {
    git2::Oid::from_bytes(id.as_bytes())
}

fn id(oid: &git2::Oid) -> Id {
    Id::from_bytes(oid.as_bytes()).expect("libgit2 has names of 20 bytes")
}

fn cannot(what: &str, error: git2::Error) -> Failure {
    Failure::could_not(format!("cannot {what}")).because(error)
}
