//! SealedSecrets in the cluster: has the controller taken what the repository has?

use std::collections::BTreeMap;

use sealsmith_lint::lock::{ValueDigest, digest};
use serde::Deserialize;

use super::Api;
use super::api::Problem;
use super::expected::Expected;

/// Where a SealedSecret stands on its way from the repository to its Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The cluster has what the repository has, and the controller made the Secret of it.
    Arrived,
    /// It is not in the cluster.
    Missing,
    /// The cluster has other sealed values than the repository: nothing applied the change yet.
    Older,
    /// The controller has not looked at it: it is stopped, or slow.
    NotSeen {
        /// The generation in the cluster.
        generation: i64,
        /// The one that the controller looked at last.
        observed: Option<i64>,
    },
    /// The controller could not make the Secret.
    Refused(String),
}

/// What counts of a SealedSecret.
#[derive(Debug, Deserialize)]
pub(crate) struct Live {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    generation: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    encrypted_data: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    observed_generation: Option<i64>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
    message: String,
}

/// Reads how a SealedSecret stands.
pub(crate) async fn look(api: &Api, expected: &Expected) -> Result<State, Problem> {
    let live: Option<Live> = api.find(&expected.place.sealed_secret()).await?;
    Ok(judge(live.as_ref(), &expected.values))
}

/// Judges a SealedSecret by what the repository has.
///
/// The condition alone is not enough: it stays `True` while the controller is stopped, and Argo CD
/// calls the change synced then (spec: rotation, finding 3).
pub(crate) fn judge(live: Option<&Live>, wanted: &BTreeMap<String, ValueDigest>) -> State {
    let Some(live) = live else {
        return State::Missing;
    };
    if live.digests() != *wanted {
        return State::Older;
    }
    let (generation, observed) = (live.metadata.generation, live.status.observed_generation);
    if observed != Some(generation) {
        return State::NotSeen {
            generation,
            observed,
        };
    }
    match live.condition() {
        Some(condition) if condition.status == "True" => State::Arrived,
        Some(condition) => State::Refused(condition.message.clone()),
        None => State::NotSeen {
            generation,
            observed: None,
        },
    }
}

impl Live {
    fn digests(&self) -> BTreeMap<String, ValueDigest> {
        let data = self.spec.encrypted_data.iter().flatten();
        data.map(|(key, value)| (key.clone(), digest(value)))
            .collect()
    }

    fn condition(&self) -> Option<&Condition> {
        let mut conditions = self.status.conditions.iter();
        conditions.find(|condition| condition.kind == "Synced")
    }
}

impl State {
    /// Says it in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Arrived => "unsealed by the controller".to_owned(),
            Self::Missing => "not in the cluster".to_owned(),
            Self::Older => "the cluster has other sealed values than the repository".to_owned(),
            Self::NotSeen {
                generation,
                observed: Some(observed),
            } => format!(
                "the controller has not looked at it: it saw generation {observed}, the cluster has {generation}"
            ),
            Self::NotSeen { observed: None, .. } => {
                "the controller has not said anything about it".to_owned()
            }
            Self::Refused(message) => {
                format!("the controller could not unseal it: {}", one_line(message))
            }
        }
    }

    /// Says what helps.
    pub(crate) fn cure(&self) -> Option<String> {
        Some(match self {
            Self::Arrived => return None,
            Self::Missing | Self::Older => {
                "see why it is not applied: the Application that covers its folder, or kubectl apply"
                    .to_owned()
            }
            Self::NotSeen { .. } => {
                "see whether the controller runs: kubectl get pods -A -l app.kubernetes.io/name=sealed-secrets"
                    .to_owned()
            }
            Self::Refused(message) if message.contains("no key could decrypt") => {
                "the controller lacks the key it was sealed for: run `sealsmith reseal` for the key it has, \
                 or restore the old key"
                    .to_owned()
            }
            Self::Refused(message) if message.contains("not managed by") => {
                "the Secret belongs to somebody else: delete it, or annotate it with \
                 sealedsecrets.bitnami.com/managed: \"true\""
                    .to_owned()
            }
            Self::Refused(_) => "seal it anew for its name, namespace and scope".to_owned(),
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn live(generation: i64, status: Value) -> Live {
        let object = json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": {"name": "db", "namespace": "app", "generation": generation},
            "spec": {"encryptedData": {"password": "AgA="}, "template": {"metadata": {"name": "db"}}},
            "status": status,
        });
        serde_json::from_value(object).unwrap()
    }

    // As sealed-secrets 0.36.6 writes it.
    fn status(observed: i64, synced: &str, message: &str) -> Value {
        json!({
            "conditions": [{"lastTransitionTime": "2026-11-27T01:00:00Z", "lastUpdateTime": "2026-11-27T01:00:00Z",
                "message": message, "status": synced, "type": "Synced"}],
            "observedGeneration": observed,
        })
    }

    fn wanted(value: &str) -> BTreeMap<String, ValueDigest> {
        BTreeMap::from([("password".to_owned(), digest(value))])
    }

    #[test]
    fn it_has_arrived_when_the_controller_saw_what_the_repository_has() {
        let live = live(2, status(2, "True", ""));
        assert_eq!(judge(Some(&live), &wanted("AgA=")), State::Arrived);
        assert_eq!(judge(Some(&live), &wanted("AgB=")), State::Older);
        assert_eq!(judge(None, &wanted("AgA=")), State::Missing);
    }

    #[test]
    fn a_condition_about_an_older_generation_does_not_count() {
        let live = live(3, status(2, "True", ""));
        let state = judge(Some(&live), &wanted("AgA="));
        let (generation, observed) = (3, Some(2));
        assert_eq!(
            state,
            State::NotSeen {
                generation,
                observed
            }
        );
        assert!(state.cure().unwrap().contains("controller runs"));
    }

    #[test]
    fn a_controller_without_a_word_is_not_taken_for_done() {
        for status in [json!({}), json!({"observedGeneration": 1})] {
            let live = live(1, status);
            let state = judge(Some(&live), &wanted("AgA="));
            assert!(matches!(state, State::NotSeen { observed: None, .. }));
        }
    }

    #[test]
    fn what_the_controller_says_is_shown_with_its_cure() {
        let message = "no key could decrypt secret (password, token)";
        let state = judge(Some(&live(2, status(2, "False", message))), &wanted("AgA="));
        assert!(state.words().contains(message), "{}", state.words());
        assert!(state.cure().unwrap().contains("sealsmith reseal"));
    }
}
