//! Who holds which key: the Secrets of the cluster say it themselves.

use super::choice::Holders;
use crate::aws::{AccessKey, AccessKeyId};
use crate::cluster::expected::Place;
use crate::cluster::secret;
use crate::failure::Failure;
use crate::operation::Surroundings;
use crate::ui::Ui;

/// Reads the id of the key from each of these Secrets; one that cannot be read is left out.
pub(super) fn find(
    surroundings: &Surroundings<'_>,
    places: &[Place],
    entry: &str,
) -> Result<Holders, Failure> {
    let api = surroundings.cluster.api();
    let mut holders = Holders::new();
    for place in places {
        let found = surroundings.cluster.run(secret::entry(&api, place, entry));
        let found = found
            .map_err(|problem| problem.explain(&format!("read which key Secret {place} holds")))?;
        if let Some(id) = found {
            let id = String::from_utf8_lossy(&id).into_owned();
            holders
                .entry(id)
                .or_default()
                .push(format!("Secret {place}"));
        }
    }
    Ok(holders)
}

/// Says which Secrets hold a key that the user does not have: their consumers are refused already.
pub(super) fn warn_about_strangers(holders: &Holders, keys: &[AccessKey], ui: &Ui) {
    for (id, held) in holders {
        if keys.iter().any(|key| key.id.as_str() == id) {
            continue;
        }
        let id =
            AccessKeyId::parse(id).map_or_else(|_| "no key at all".to_owned(), |id| id.masked());
        ui.warning(format!(
            "{} holds {id}, which is none of the user's keys",
            held.join(", ")
        ));
    }
}
