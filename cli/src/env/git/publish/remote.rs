//! The remote repository that commits go to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Publisher;
use crate::failure::Failure;
use crate::ui::printable;

/// A branch of a remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Destination {
    /// The remote's name, as `origin`.
    pub(crate) remote: String,
    /// The branch there, without `refs/heads/`.
    pub(crate) branch: String,
}

impl Destination {
    /// The full name of the branch.
    pub(super) fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", printable(&self.remote), printable(&self.branch))
    }
}

impl Publisher {
    /// The names of all remotes.
    pub(crate) fn remotes(&self) -> Result<Vec<String>, Failure> {
        let listed = self.line(&["remote"], "list the remotes")?;
        Ok(listed.lines().map(str::to_owned).collect())
    }

    /// The address that a remote is fetched from; nothing when there is no such remote.
    pub(crate) fn address(&self, remote: &str) -> Option<String> {
        let said = self
            .program
            .run(&["remote", "get-url", "--", remote], b"")
            .ok()?;
        let found = said.code == Some(0);
        found.then(|| String::from_utf8_lossy(said.stdout.trim_ascii()).into_owned())
    }

    /// The branch at a remote that a local branch follows; nothing when it follows none there.
    pub(crate) fn followed(&self, branch: &str, remote: &str) -> Result<Option<String>, Failure> {
        let setting = |name: &str| {
            let name = format!("branch.{branch}.{name}");
            let said = self.program.run(&["config", "--get", &name], b"")?;
            Ok::<_, Failure>(String::from_utf8_lossy(said.stdout.trim_ascii()).into_owned())
        };
        if setting("remote")? != remote {
            return Ok(None);
        }
        let merge = setting("merge")?;
        Ok(merge.strip_prefix("refs/heads/").map(str::to_owned))
    }

    /// Asks the remote where its branch is, and fetches what is missing here; nothing when there is no such branch.
    pub(crate) fn tip(&self, at: &Destination) -> Result<Option<String>, Failure> {
        let reference = at.reference();
        let arguments = ["ls-remote", "--exit-code", &at.remote, &reference];
        let said = self.program.run(&arguments, b"")?;
        if said.code == Some(2) {
            return Ok(None);
        }
        let reached = said.succeeded(&format!("reach the remote {}", printable(&at.remote)));
        let listed = reached.map_err(|failure| {
            failure.hint("check the network and your access; --no-push works without the remote")
        })?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let tip = listed.lines().find_map(|line| {
            let (id, name) = line.split_once('\t')?;
            (name == reference).then_some(id)
        });
        let Some(tip) = tip else {
            return Ok(None);
        };
        self.fetch(at, tip)?;
        Ok(Some(tip.to_owned()))
    }

    /// Whether a remote had the commit when this repository last heard of it.
    pub(crate) fn is_known_at_a_remote(&self, commit: &str) -> Result<bool, Failure> {
        let arguments = [
            "for-each-ref",
            "--count=1",
            "--contains",
            commit,
            "refs/remotes",
        ];
        Ok(!self
            .line(&arguments, "read the remote branches")?
            .is_empty())
    }

    fn fetch(&self, at: &Destination, tip: &str) -> Result<(), Failure> {
        let commit = format!("{tip}^{{commit}}");
        if self.program.run(&["cat-file", "-e", &commit], b"")?.code == Some(0) {
            return Ok(());
        }
        let reference = at.reference();
        let arguments = ["fetch", "--quiet", "--no-tags", &at.remote, &reference];
        let said = self.program.run(&arguments, b"")?;
        said.succeeded(&format!("fetch {at}")).map(|_| ())
    }
}
