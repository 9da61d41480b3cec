//! Where services are.

use reqwest::Url;

use crate::aws::action::Action;
use crate::aws::problem::{Kind, Problem, tidy};

/// The domain of a region's services.
///
/// The partitions of the endpoints that AWS publishes; regions of the isolated ones have their own.
pub(super) fn domain(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "amazonaws.com.cn",
        _ if region.starts_with("us-iso-") => "c2s.ic.gov",
        _ if region.starts_with("us-isob-") => "sc2s.sgov.gov",
        _ if region.starts_with("eusc-") => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

/// Whether a text can be a region: it becomes part of a host name.
pub(super) fn is_region(text: &str) -> bool {
    let fits = (3..=32).contains(&text.len());
    fits && text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Reads a URL that was put together from checked parts, or comes from the settings.
pub(super) fn url(action: Action, text: &str) -> Result<Url, Problem> {
    Url::parse(text)
        .map_err(|_| Problem::new(action, Kind::Other, format!("{} is no URL", tidy(text))))
}
