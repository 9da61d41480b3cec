//! A pinned public key.

use super::text::text_value;
use sealsmith_core::fingerprint::Fingerprint;

/// The fingerprint of a controller's public key, as `ssh-keygen -lf` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin(Fingerprint);

impl Pin {
    /// Reads a fingerprint.
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error(text.to_owned()))
    }

    /// Returns the fingerprint.
    #[must_use]
    pub fn fingerprint(self) -> Fingerprint {
        self.0
    }
}

/// A text that is no fingerprint.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no fingerprint: write SHA256: and 43 characters of base64, as ssh-keygen -lf prints it"
)]
pub struct Error(String);

text_value!(Pin, "Fingerprint", { "pattern": "^SHA256:[A-Za-z0-9+/]{43}$" });
