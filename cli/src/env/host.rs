//! Who runs this, and where.

use super::Env;

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
}
