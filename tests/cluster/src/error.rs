//! Why a cluster could not do what a test asked of it.

use std::path::PathBuf;
use std::time::Duration;

/// Why a cluster could not do what a test asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The test does not run where `./tests/run cluster` runs it.
    #[error(
        "{0} is not set: run this through ./tests/run cluster, which makes the parts and a namespace"
    )]
    NotPrepared(&'static str),
    /// A file or folder.
    #[error("{}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program that could not be started.
    #[error("cannot start {program}")]
    Start {
        /// Its path.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program that ended although it was needed, with the end of its log.
    #[error("{part} ended: {status}\n{log}")]
    Ended {
        /// Which one.
        part: String,
        /// How it ended.
        status: String,
        /// What it said last.
        log: String,
    },
    /// Something that did not come about.
    #[error("{what}: not within {limit:?}; last seen: {seen}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        limit: Duration,
        /// The last answer.
        seen: String,
    },
    /// A request the API server did not grant.
    #[error("{request}")]
    Api {
        /// Method and path.
        request: String,
        /// What kube said.
        source: Box<kube::Error>,
    },
    /// A kubeconfig that kube does not take.
    #[error("cannot use {}", path.display())]
    Kubeconfig {
        /// Which one.
        path: PathBuf,
        /// What kube said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A certificate or key that could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// A program that ran to its end and failed.
    #[error("{command}: {stderr}")]
    Failed {
        /// What was run.
        command: String,
        /// What it said.
        stderr: String,
    },
    /// An answer without what it must have.
    #[error("{what} is missing in {answer}")]
    Unexpected {
        /// What was looked for.
        what: &'static str,
        /// Where.
        answer: String,
    },
}

/// What most of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
