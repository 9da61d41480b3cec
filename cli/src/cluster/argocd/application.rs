//! What an Application of Argo CD says, as far as it matters here.

use serde::Deserialize;
use serde_json::Value;

use super::Origin;

/// An Application of Argo CD.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Application {
    metadata: Metadata,
    spec: Spec,
    #[serde(default)]
    pub(super) status: Status,
    /// An operation that is asked for and has not begun.
    #[serde(default)]
    pub(super) operation: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    source: Option<Source>,
    sources: Vec<Source>,
    sync_policy: Option<SyncPolicy>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Source {
    #[serde(rename = "repoURL")]
    repo_url: String,
    path: String,
    target_revision: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SyncPolicy {
    automated: Option<Automated>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Automated {
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Status {
    pub(super) sync: Sync,
    pub(super) health: Health,
    pub(super) operation_state: Option<OperationState>,
    pub(super) conditions: Vec<Condition>,
    resources: Vec<Resource>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sync {
    pub(super) status: String,
    revision: String,
    revisions: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Health {
    pub(super) status: String,
    pub(super) message: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OperationState {
    pub(super) phase: String,
    pub(super) message: String,
    pub(super) retry_count: i64,
    operation: Operation,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Operation {
    sync: Option<SyncOperation>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct SyncOperation {
    revision: String,
    revisions: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Condition {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) message: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Resource {
    kind: String,
    name: String,
    status: String,
}

impl Application {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether a source of it is this repository and a folder above one of these files.
    pub(super) fn covers(&self, origin: &Origin, files: &[String]) -> bool {
        self.ours(origin).any(|(_, source)| source.covers(files))
    }

    /// The revisions that it was compared with, of this repository alone where one of its sources is it.
    pub(super) fn revisions(&self, origin: Option<&Origin>) -> Vec<&str> {
        self.of_ours(
            origin,
            &self.status.sync.revision,
            &self.status.sync.revisions,
        )
    }

    /// The revisions that the running operation brings, chosen in the same way.
    pub(super) fn running(&self, origin: Option<&Origin>) -> Vec<&str> {
        let state = self.status.operation_state.as_ref();
        match state.is_some_and(|state| state.phase == "Running") {
            true => self.operated(origin),
            false => Vec::new(),
        }
    }

    /// The revisions that the last operation brought or brings.
    pub(super) fn operated(&self, origin: Option<&Origin>) -> Vec<&str> {
        let state = self.status.operation_state.as_ref();
        let sync = state.and_then(|state| state.operation.sync.as_ref());
        sync.map(|sync| self.of_ours(origin, &sync.revision, &sync.revisions))
            .unwrap_or_default()
    }

    /// The branches or tags that it follows.
    pub(super) fn targets(&self) -> Vec<&str> {
        self.sources()
            .map(|source| source.target_revision.as_str())
            .filter(|target| !target.is_empty())
            .collect()
    }

    /// Whether it syncs by itself.
    pub(super) fn is_automated(&self) -> bool {
        let policy = self.spec.sync_policy.as_ref();
        let automated = policy.and_then(|policy| policy.automated.as_ref());
        automated.is_some_and(|automated| automated.enabled.unwrap_or(true))
    }

    /// `Kind name` of what differs from git.
    pub(super) fn out_of_sync(&self) -> Vec<String> {
        let resources = self.status.resources.iter();
        resources
            .filter(|resource| resource.status == "OutOfSync")
            .map(|resource| format!("{} {}", resource.kind, resource.name))
            .collect()
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        let (one, many) = (&self.spec.source, &self.spec.sources);
        // With `sources`, Argo CD ignores `source`.
        one.iter()
            .filter(move |_| many.is_empty())
            .chain(many.iter())
    }

    fn ours(&self, origin: &Origin) -> impl Iterator<Item = (usize, &Source)> {
        let is_ours = move |source: &Source| Origin::parse(&source.repo_url) == *origin;
        self.sources()
            .enumerate()
            .filter(move |(_, source)| is_ours(source))
    }

    // One source has `revision`; several have `revisions`, in their order.
    fn of_ours<'a>(
        &'a self,
        origin: Option<&Origin>,
        one: &'a str,
        many: &'a [String],
    ) -> Vec<&'a str> {
        let all: Vec<&str> = match many {
            [] => vec![one],
            many => many.iter().map(String::as_str).collect(),
        };
        let ours: Vec<usize> = match origin {
            Some(origin) => self.ours(origin).map(|(index, _)| index).collect(),
            None => Vec::new(),
        };
        match &*ours {
            [] => all,
            ours => ours
                .iter()
                .filter_map(|index| all.get(*index).copied())
                .collect(),
        }
    }
}

impl Source {
    fn covers(&self, files: &[String]) -> bool {
        let folder = self.path.trim_start_matches("./").trim_matches('/');
        if folder.is_empty() || folder == "." {
            return true;
        }
        files.iter().any(|file| {
            file.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }
}
