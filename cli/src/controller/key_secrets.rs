//! The controller's private keys, as its Secrets hold them: in memory only.

use sealsmith_core::key_file;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::unseal::KeyRing;

use crate::failure::Failure;
use crate::private_keys;
use crate::ui::Ui;

/// Makes the keys of a list of Secrets ready.
pub(super) fn ring(secrets: &SecretBytes, title: &str, ui: &Ui) -> Result<KeyRing, Failure> {
    let cannot = || Failure::could_not(format!("cannot read the keys of {title}"));
    let found = key_file::parse(secrets.expose()).map_err(|error| cannot().because(error))?;
    for note in &found.notes {
        ui.warning(format!("keys of {title}: {note}"));
    }
    private_keys::ring(&found.keys)
}
