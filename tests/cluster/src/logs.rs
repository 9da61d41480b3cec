//! What the programs of a cluster wrote, which would go with its folder.

use crate::file;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A folder to keep logs in, named by whoever looks for a fault.
const KEPT: &str = "SEALSMITH_CLUSTER_LOGS";

const LINES: usize = 15;

/// Copies the logs of a cluster to the folder that the environment names, if it names one.
pub(crate) fn keep_if_wanted(cluster: &Path) {
    let Some(kept) = std::env::var_os(KEPT).map(PathBuf::from) else {
        return;
    };
    let target = kept.join(cluster.file_name().unwrap_or_default());
    for log in logs(cluster) {
        let content = file::read(&log).unwrap_or_default();
        // Without logs a test says less, but no more wrong.
        drop(file::write(
            target.join(log.file_name().unwrap_or_default()),
            content,
        ));
    }
}

/// The last lines of every log of a cluster, each under its name.
pub(crate) fn last_lines(cluster: &Path) -> String {
    let section = |log: PathBuf| {
        let name = log
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        format!("--- {name}\n{}\n", end_of(&log))
    };
    logs(cluster).into_iter().map(section).collect()
}

/// The last lines of one log.
pub(crate) fn end_of(log: &Path) -> String {
    let text = file::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn logs(cluster: &Path) -> Vec<PathBuf> {
    let mut files = file::list(cluster).unwrap_or_default();
    files.retain(|path| path.extension() == Some(OsStr::new("log")));
    files
}
