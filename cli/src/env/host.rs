//! Who runs this, and where.

use std::path::PathBuf;

use super::Env;
use crate::failure::Failure;

/// Where Linux says its host name.
const NAME: &str = "/proc/sys/kernel/hostname";

impl Env {
    /// Returns the user's name; `unknown` where nothing says it.
    pub(crate) fn user(&self) -> String {
        let named = ["USER", "LOGNAME"]
            .iter()
            .find_map(|name| self.variable(name));
        named.unwrap_or_else(|| "unknown".to_owned())
    }

    /// Returns the machine's name; `unknown` where nothing says it.
    pub(crate) fn host(&self) -> String {
        let named = std::fs::read_to_string(NAME).ok();
        let named = named.or_else(|| self.variable("HOSTNAME"));
        let named = named.map(|name| name.trim().to_owned());
        named
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// Returns the XDG base directory for state, which has to be absolute to count.
    pub(crate) fn state_home(&self) -> Result<PathBuf, Failure> {
        let absolute = |text: String| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
        let state = self.variable("XDG_STATE_HOME").and_then(absolute);
        let own = || self.variable("HOME").and_then(absolute);
        state
            .or_else(|| Some(own()?.join(".local/state")))
            .ok_or_else(|| {
                Failure::could_not("there is no folder to keep the state of an operation in")
                    .cause("neither XDG_STATE_HOME nor HOME is set to an absolute path")
            })
    }
}
