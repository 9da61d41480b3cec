//! `git cat-file`, kept running: one process tells the size of an object, another its content.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sealsmith_lint::source::{Content, MAX_BYTES};

use super::super::{Id, Object};
use crate::failure::Failure;

/// Two running processes of git.
pub(super) struct Batch {
    sizes: Talk,
    contents: Talk,
}

impl Batch {
    /// Starts them.
    pub(super) fn start(command: impl Fn() -> Command) -> Result<Self, Failure> {
        let start = |mode: &str| Talk::start(command(), mode).map_err(broken);
        Ok(Self {
            sizes: start("--batch-check")?,
            contents: start("--batch")?,
        })
    }

    /// Reads an object; a blob that is too large is only measured.
    pub(super) fn read(&mut self, id: &Id) -> Result<Object, Failure> {
        let (kind, size) = self.sizes.ask(id)?;
        if kind == "blob" && size > MAX_BYTES {
            return Ok(Object::Blob(Content::TooLarge(size)));
        }
        self.contents.ask(id)?;
        let bytes = self.contents.take(size).map_err(broken)?;
        Ok(match kind.as_str() {
            "tree" => Object::Tree(bytes),
            "commit" => Object::Commit(bytes),
            _ => Object::Blob(Content::Bytes(bytes)),
        })
    }
}

/// A process that answers every line.
struct Talk {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Talk {
    fn start(mut command: Command, mode: &str) -> io::Result<Self> {
        let mut process = command
            .args(["cat-file", mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            questions: process.stdin.take(),
            answers: BufReader::new(answers),
            process,
        })
    }

    /// Asks for an object: its kind and size.
    fn ask(&mut self, id: &Id) -> Result<(String, u64), Failure> {
        let line = self.line(id).map_err(broken)?;
        let mut words = line.split_whitespace().skip(1);
        let (kind, size) = (words.next(), words.next());
        let size = size.and_then(|size| size.parse().ok());
        match (kind, size) {
            (Some(kind), Some(size)) => Ok((kind.to_owned(), size)),
            _ => {
                Err(Failure::could_not(format!("cannot read git's object {id}"))
                    .cause(line.trim_end()))
            }
        }
    }

    fn line(&mut self, id: &Id) -> io::Result<String> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{id}\n").as_bytes())?;
        questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }

    /// Takes the content, and the line break behind it.
    fn take(&mut self, size: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut self.answers).take(size + 1).read_to_end(&mut bytes)?;
        match bytes.pop() {
            Some(b'\n') => Ok(bytes),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // Without questions the process ends by itself.
        self.questions.take();
        let _ = self.process.wait();
    }
}

fn broken(error: io::Error) -> Failure {
    Failure::could_not("cannot talk with git cat-file").because(error)
}
