//! Times as the API server writes them.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Reads an RFC 3339 time that need not be there; what is no time counts as none.
pub(super) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.and_then(|text| text.parse().ok()))
}
