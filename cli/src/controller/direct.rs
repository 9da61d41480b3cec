//! A controller at a URL of its own.

use reqwest::Url;
use sealsmith_core::reencrypt::MAX_ANSWER;
use sealsmith_core::secret::SecretBytes;

use super::{Page, REQUEST, Way};
use crate::env::http::{self, Answer, Http};
use crate::failure::Failure;

/// A controller that is reached without a cluster.
pub(super) struct Direct {
    http: Http,
    root: Url,
}

impl Direct {
    /// Takes the URL below which `/v1/…` is.
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        Self::with(Http::new(REQUEST)?, url)
    }

    pub(super) fn with(http: Http, url: &str) -> Result<Self, Failure> {
        let root = http::parse(&format!("{}/", url.trim_end_matches('/')))?;
        if matches!(root.scheme(), "http" | "https") {
            return Ok(Self { http, root });
        }
        Err(Failure::could_not(format!(
            "the controller's URL {} does not start with http:// or https://",
            http::without_password(&root)
        )))
    }
}

impl Way for Direct {
    fn title(&self) -> String {
        let url = http::without_password(&self.root);
        format!("the controller at {}", url.trim_end_matches('/'))
    }

    fn ask(&self, page: Page, body: Option<&str>) -> Result<Answer, Failure> {
        let url = self.root.join(page.path()).map_err(|error| {
            Failure::could_not(format!("cannot ask {}", self.title())).because(error)
        })?;
        match body {
            Some(body) => self.http.post(&url, body, MAX_ANSWER as u64),
            None => self.http.get(&url, http::LIMIT),
        }
    }

    fn key_secrets(&self) -> Result<SecretBytes, Failure> {
        Err(
            Failure::could_not(format!("{} does not give out its keys", self.title()))
                .hint("pass a backup of them with --recovery-private-key")
                .hint("or reach it through its cluster: --context NAME"),
        )
    }
}
