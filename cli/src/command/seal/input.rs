//! Manifests that commands read: files in order, or standard input.

use std::path::{Path, PathBuf};

use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::text::decode;

use crate::env::{Env, files};
use crate::failure::Failure;
use crate::manifest_file::unreadable;
use crate::ui::shown;

/// How `seal` is called with a file, for hints.
pub(super) const EXAMPLE: &str = "sealsmith seal --cert cert.pem -f secret.yaml";

/// An input with the name that messages call it by.
pub(crate) struct Input {
    /// The path as it was given, or `<stdin>`.
    pub(crate) name: PathBuf,
    /// What it holds.
    pub(crate) stream: Stream,
}

/// Reads every input before anything is done with one; without paths, standard input.
pub(crate) fn read_inputs(
    paths: &[PathBuf],
    example: &str,
    env: &Env,
) -> Result<Vec<Input>, Failure> {
    if paths.is_empty() && env.stdin_is_terminal() {
        return Err(Failure::could_not("no input")
            .hint(format!("name a file or pipe a manifest in: {example}")));
    }
    let standard = [PathBuf::from("-")];
    let paths = if paths.is_empty() { &standard } else { paths };
    paths.iter().map(|path| read_input(path, env)).collect()
}

fn read_input(path: &Path, env: &Env) -> Result<Input, Failure> {
    let is_standard = path == Path::new("-");
    let at = if is_standard {
        path.to_owned()
    } else {
        env.cwd().join(path)
    };
    let name = if is_standard {
        PathBuf::from("<stdin>")
    } else {
        path.to_owned()
    };
    let bytes = env.read_input(&at, files::LIMIT)?;
    let decoded = decode(bytes.expose()).map_err(|error| {
        Failure::could_not(format!("cannot read {}", shown(&name))).because(error)
    })?;
    let stream = Stream::parse(&decoded.text).map_err(|error| unreadable(&name, &error))?;
    if stream.documents().all(|document| document.root().is_none()) {
        return Err(
            Failure::could_not(format!("{} holds no manifest", shown(&name)))
                .hint("it is empty; check what was piped in"),
        );
    }
    Ok(Input { name, stream })
}
