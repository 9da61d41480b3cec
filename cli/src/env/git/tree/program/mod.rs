//! A repository that only git itself can read: SHA-256, a split or sparse index, reftable.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, Output, Stdio};

use sealsmith_lint::Path;

use super::listing::{self, Entry, Listing};
use super::status::Status;
use super::{Id, Object, Store};
use crate::env::child;
use crate::failure::Failure;
use batch::Batch;

mod batch;

/// The bit of an index entry that `git add -N` made (read-cache.c, `CE_INTENT_TO_ADD`).
const ANNOUNCED: u32 = 1 << 29;

/// The variable by which git names the index of a commit in progress.
pub(super) const INDEX: &str = "GIT_INDEX_FILE";

/// A repository that git reads for us.
pub(super) struct Program {
    folder: PathBuf,
    top: PathBuf,
    bare: bool,
    /// The index of the commit in progress, as git handed it to us.
    index: Option<PathBuf>,
    batch: RefCell<Option<Batch>>,
}

impl Program {
    /// Asks git for the repository around a folder, or the one that its variables name.
    pub(super) fn open(folder: &FilePath) -> Result<Self, Failure> {
        let ask = |question: &str| {
            let mut command = bare_command();
            command.current_dir(folder).args(["rev-parse", question]);
            run(&mut command, "open the repository")
        };
        let git_folder = line_as_path(&ask("--absolute-git-dir")?);
        let bare = ask("--is-bare-repository")? == b"true\n";
        let top = if bare {
            git_folder.clone()
        } else {
            line_as_path(&ask("--show-toplevel")?)
        };
        Ok(Self {
            folder: git_folder,
            top,
            bare,
            index: std::env::var_os(INDEX).map(|index| folder.join(index)),
            batch: RefCell::new(None),
        })
    }

    /// The folder that holds git's own files of this work tree.
    pub(super) fn folder(&self) -> &FilePath {
        &self.folder
    }

    /// The top folder of the work tree; nothing in a bare repository.
    pub(super) fn root(&self) -> Option<&FilePath> {
        (!self.bare).then_some(self.top.as_path())
    }

    /// The folder that all work trees share.
    pub(super) fn common_folder(&self) -> Result<PathBuf, Failure> {
        let folder = self.git(&["rev-parse", "--git-common-dir"])?;
        Ok(self.top.join(line_as_path(&folder)))
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let mut command = self.command();
        command.args(arguments);
        run(&mut command, "read the repository")
    }

    /// A command that reads the index of the commit in progress; no other one is told of it.
    fn with_index(&self, arguments: &[&str]) -> Command {
        let mut command = self.command();
        command.args(arguments);
        if let Some(index) = &self.index {
            command.env(INDEX, index);
        }
        command
    }

    fn command(&self) -> Command {
        let mut command = bare_command();
        command
            .current_dir(&self.top)
            .env("GIT_DIR", &self.folder)
            .env_remove("GIT_WORK_TREE");
        if !self.bare {
            command.env("GIT_WORK_TREE", &self.top);
        }
        command
    }

    /// Takes entries without content out of a listing.
    fn set_apart_announced(&self, listing: &mut Listing) -> Result<(), Failure> {
        let empty = self.empty_blob(&listing.entries);
        let is_empty = |entry: &&Entry| empty.is_some() && entry.id == empty;
        let candidates: Vec<Path> = listing
            .entries
            .iter()
            .filter(is_empty)
            .map(|entry| entry.path.clone())
            .collect();
        if candidates.is_empty() {
            return Ok(());
        }
        let mut command = self.with_index(&["ls-files", "--debug", "-z", "--"]);
        command.args(
            candidates
                .iter()
                .map(|path| OsStr::from_bytes(path.as_bytes())),
        );
        let output = run(&mut command, "read the index")?;
        listing.announced = announced(&output);
        let gone = &listing.announced;
        listing.entries.retain(|entry| !gone.contains(&entry.path));
        Ok(())
    }

    /// The name of an empty file, in whichever digest this repository has.
    fn empty_blob(&self, entries: &[Entry]) -> Option<Id> {
        let len = entries.first()?.id?.as_bytes().len();
        let digits: &[u8] = match len {
            20 => b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            _ => b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        };
        Id::from_hex(digits)
    }
}

impl Store for Program {
    fn read(&self, id: &Id) -> Result<Object, Failure> {
        let mut batch = self.batch.borrow_mut();
        let batch = match &mut *batch {
            Some(batch) => batch,
            none => none.insert(Batch::start(|| self.command())?),
        };
        batch.read(id)
    }

    fn index(&self) -> Result<Listing, Failure> {
        let mut command = self.with_index(&["ls-files", "-s", "-t", "-z"]);
        let output = run(&mut command, "read the index")?;
        let mut listing = Listing::default();
        for line in lines(&output) {
            let (fields, path) = halves(line, b'\t')?;
            let fields = String::from_utf8_lossy(fields);
            let mut fields = fields.split(' ');
            let skipped = fields.next() == Some("S");
            let (mode, id, stage) = (fields.next(), fields.next(), fields.next());
            if stage != Some("0") {
                listing.unmerged.push(Path::new(path));
                continue;
            }
            listing.entries.push(Entry {
                path: Path::new(path),
                mode: listing::mode(octal(mode)?),
                id: id.and_then(|id| Id::from_hex(id.as_bytes())),
                skipped,
            });
        }
        self.set_apart_announced(&mut listing)?;
        listing.sort();
        Ok(listing)
    }

    fn resolve(&self, revision: &str) -> Result<Option<Id>, Failure> {
        let commit = format!("{revision}^{{commit}}");
        let mut command = self.command();
        command
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
            .arg(commit);
        let output = output(&mut command)?;
        Ok(Id::from_hex(output.stdout.trim_ascii()).filter(|_| output.status.success()))
    }

    fn merge_base(&self, one: &Id, other: &Id) -> Result<Option<Id>, Failure> {
        let mut command = self.command();
        command.args(["merge-base", &one.to_string(), &other.to_string()]);
        let output = output(&mut command)?;
        Ok(Id::from_hex(output.stdout.trim_ascii()).filter(|_| output.status.success()))
    }

    fn commits(&self, from: &Id, to: &Id) -> Result<Vec<Id>, Failure> {
        let range = format!("{from}..{to}");
        let output = self.git(&["rev-list", "--topo-order", "--reverse", &range])?;
        Ok(output
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .filter_map(Id::from_hex)
            .collect())
    }

    fn address(&self) -> Option<String> {
        let output = self.git(&["config", "user.email"]).ok()?;
        Some(String::from_utf8_lossy(output.trim_ascii()).into_owned())
    }

    fn status(&self) -> Result<Status, Failure> {
        let mut command = self.with_index(&[
            "status",
            "--porcelain=v2",
            "--branch",
            "-z",
            "--untracked-files=all",
            "--no-renames",
            "--ignore-submodules=all",
        ]);
        Ok(Status::parse(&run(&mut command, "compare the work tree")?))
    }

    fn hidden(&self) -> Result<Vec<Path>, Failure> {
        let mut command = self.with_index(&["ls-files", "-v", "-z"]);
        let output = run(&mut command, "read the index")?;
        let mut found = Vec::new();
        for line in lines(&output) {
            let (letter, path) = halves(line, b' ')?;
            // Lower case is "assume unchanged", S is "skip the work tree".
            if letter == b"S" || letter.iter().any(u8::is_ascii_lowercase) {
                found.push(Path::new(path));
            }
        }
        Ok(found)
    }

    fn ignores(&self, path: &str) -> Result<bool, Failure> {
        let mut command = self.with_index(&["ls-files", "--others", "--ignored"]);
        command.args(["--exclude-standard", "-z", "--", path]);
        Ok(!run(&mut command, "read the ignore rules")?.is_empty())
    }
}

/// Git without whatever a configuration could make it start or print differently.
fn bare_command() -> Command {
    let mut command = child::command("git");
    command
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
        .env("LC_ALL", "C")
        .env_remove("GIT_TRACE")
        .env_remove(INDEX)
        .stdin(Stdio::null());
    command
}

fn run(command: &mut Command, what: &str) -> Result<Vec<u8>, Failure> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or_default();
    Err(Failure::could_not(format!("git could not {what}"))
        .cause(first.trim_start_matches("fatal: ")))
}

fn output(command: &mut Command) -> Result<Output, Failure> {
    command.output().map_err(|error| {
        Failure::could_not("cannot run git")
            .because(error)
            .hint("this repository has a form that only git itself can read: put git on the PATH")
    })
}

fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(|byte| *byte == 0)
        .filter(|line| !line.is_empty())
}

fn halves(line: &[u8], separator: u8) -> Result<(&[u8], &[u8]), Failure> {
    let at = line.iter().position(|byte| *byte == separator);
    let at = at.ok_or_else(|| Failure::could_not("git printed a line that it never printed"))?;
    Ok((&line[..at], &line[at + 1..]))
}

fn octal(mode: Option<&str>) -> Result<u32, Failure> {
    mode.and_then(|mode| u32::from_str_radix(mode, 8).ok())
        .ok_or_else(|| Failure::could_not("git printed a mode that it never printed"))
}

/// The paths whose flags say that they were announced: after each path, its fields line by line.
fn announced(output: &[u8]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut parts = output.split(|byte| *byte == 0);
    let mut path = parts.next().unwrap_or_default();
    for part in parts {
        // The fields of one file, and right behind them the name of the next.
        let text = String::from_utf8_lossy(part);
        let flags = text.split_once("flags: ").map(|(_, flags)| flags);
        let digits = flags.and_then(|flags| flags.lines().next());
        let bits = digits.and_then(|digits| u32::from_str_radix(digits.trim(), 16).ok());
        if bits.is_some_and(|bits| bits & ANNOUNCED != 0) {
            found.push(Path::new(path));
        }
        let end = part.iter().rposition(|byte| *byte == b'\n');
        path = end.map_or(part, |end| &part[end + 1..]);
    }
    found
}

fn line_as_path(line: &[u8]) -> PathBuf {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    PathBuf::from(OsStr::from_bytes(line))
}
