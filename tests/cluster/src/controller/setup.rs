//! How a controller is to be started.

use super::key::ControllerKey;

/// How a controller is to be started: as its chart does it, with other flags and keys if a test wants them.
#[derive(Clone)]
pub struct ControllerSetup {
    name: String,
    namespace: String,
    flags: Vec<String>,
    keys: Vec<ControllerKey>,
}

impl ControllerSetup {
    /// A controller whose Service has this name. It makes its own first key and no others.
    #[must_use]
    pub fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        let never_by_itself = ["--key-renew-period", "0"].map(str::to_owned);
        Self {
            name: name.into(),
            namespace: namespace.into(),
            flags: never_by_itself.into(),
            keys: Vec::new(),
        }
    }

    /// Adds a flag, such as `--rate-limit`; the last of the same name counts.
    #[must_use]
    pub fn flag(mut self, name: &str, value: &str) -> Self {
        debug_assert!(
            name.starts_with("--"),
            "the controller takes {name} for no flag"
        );
        self.flags.push(format!("{name}={value}"));
        self
    }

    /// Gives it a key before it starts.
    #[must_use]
    pub fn key(mut self, key: &ControllerKey) -> Self {
        self.keys.push(key.clone());
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) fn flags(&self) -> &[String] {
        &self.flags
    }

    pub(crate) fn keys(&self) -> &[ControllerKey] {
        &self.keys
    }

    /// The collection of Secrets that its keys are in.
    pub(crate) fn secrets(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.namespace)
    }

    pub(crate) fn process_name(&self) -> String {
        format!("{}.{}", self.name, self.namespace)
    }

    pub(crate) fn account_folder(&self) -> String {
        format!("account/{}", self.process_name())
    }
}
