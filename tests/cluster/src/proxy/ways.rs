//! In what another version of the controller differs.

use super::exchange::{Answer, Question};
use super::limit::Limit;
use serde_json::Value;
use std::time::Duration;

/// In what another version of the controller differs from the one behind the proxy.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    limit: Option<Limit>,
    drops_rendered: bool,
    dropped: Vec<String>,
    statuses: Vec<(String, u16, u16)>,
}

impl Ways {
    /// No difference: the proxy only counts.
    #[must_use]
    pub fn same() -> Self {
        Self::default()
    }

    /// As 0.40 does it: `/v1/rotate` is limited as `/v1/verify` is, and what a template renders is not in the answer.
    #[must_use]
    pub fn newer() -> Self {
        Self {
            drops_rendered: true,
            ..Self::same().limited(Duration::from_millis(500), 2)
        }
    }

    /// Grants one request in a time for each of `/v1/rotate` and `/v1/verify`, and `burst` more at once. A long time
    /// makes it certain which request is refused.
    #[must_use]
    pub fn limited(mut self, every: Duration, burst: u32) -> Self {
        self.limit = Some(Limit { every, burst });
        self
    }

    /// Leaves an encrypted entry out of the answer of `/v1/rotate`.
    #[must_use]
    pub fn drops(mut self, entry: &str) -> Self {
        self.dropped.push(entry.to_owned());
        self
    }

    /// Answers with another status where the controller answers a page with one.
    #[must_use]
    pub fn says(mut self, page: &str, instead_of: u16, status: u16) -> Self {
        self.statuses.push((page.to_owned(), instead_of, status));
        self
    }

    pub(super) fn limit(&self) -> Option<Limit> {
        self.limit
    }

    pub(super) fn change(&self, question: &Question, answer: Answer) -> Answer {
        let answer = self.change_status(question.page(), answer);
        if question.page() == "/v1/rotate" && answer.status() == 200 {
            self.drop_entries(question, answer)
        } else {
            answer
        }
    }

    fn change_status(&self, page: &str, answer: Answer) -> Answer {
        let status = answer.status();
        let other = self
            .statuses
            .iter()
            .find(|(of, was, _)| of == page && *was == status);
        other.map_or(answer.clone(), |(_, _, status)| answer.with_status(*status))
    }

    fn drop_entries(&self, question: &Question, answer: Answer) -> Answer {
        let Ok(mut object) = serde_json::from_slice::<Value>(answer.body()) else {
            return answer;
        };
        let asked = serde_json::from_slice::<Value>(question.body()).unwrap_or_default();
        let asked = &asked["spec"]["encryptedData"];
        if let Some(entries) = object["spec"]["encryptedData"].as_object_mut() {
            entries.retain(|name, _| {
                let rendered = asked.get(name).is_none();
                !(rendered && self.drops_rendered || self.dropped.contains(name))
            });
        }
        answer.with_body(object.to_string().into_bytes())
    }
}
