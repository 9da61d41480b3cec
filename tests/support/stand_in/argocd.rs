//! Argo CD: looks at the remote's branch, and brings what is there into the cluster.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git2::{ObjectType, Repository};
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::tree::{Node, Stream};
use serde_json::{Map, Value, json};

use super::WORKS;
use super::objects::Objects;
use super::world::Application;

const REFRESH: &str = "argocd.argoproj.io/refresh";

/// Argo CD and its Applications.
pub(crate) struct ArgoCd {
    /// It does nothing: no sync ever.
    pub(crate) stopped: bool,
    /// How long a sync takes.
    pub(crate) delay: Duration,
    /// How often it looks by itself; who asks for a refresh does not wait for that.
    pub(crate) looks: Duration,
    remote: PathBuf,
    applications: Vec<Following>,
}

/// An Application.
struct Following {
    path: String,
    namespace: String,
    folder: String,
    /// The commit that it was compared with last.
    at: String,
    looked: Option<Instant>,
    syncs: Option<Sync>,
}

/// A sync that is running.
enum Sync {
    /// It ends at a time.
    Ends(Instant),
    /// It retries a bad commit until somebody ends it.
    Stuck,
}

impl ArgoCd {
    pub(super) fn new(remote: &Path) -> Self {
        Self {
            stopped: false,
            delay: Duration::from_millis(150),
            looks: Duration::from_secs(2),
            remote: remote.to_owned(),
            applications: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, objects: &mut Objects, application: &Application) {
        let Application {
            name,
            namespace,
            folder,
            ..
        } = application;
        let path = format!("/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/{name}");
        let object = json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": {
                "source": {"repoURL": format!("file://{}", self.remote.display()), "path": folder, "targetRevision": "main"},
                "destination": {"namespace": namespace},
                "syncPolicy": {"automated": {}},
            },
        });
        objects.put(&path, object);
        self.applications.push(Following {
            path,
            namespace: namespace.clone(),
            folder: folder.clone(),
            at: String::new(),
            looked: None,
            syncs: None,
        });
    }

    /// Lets every Application retry what it is at now, as a commit that cannot be applied; it looks at nothing newer.
    pub(crate) fn gets_stuck(&mut self, objects: &mut Objects) {
        for application in &mut self.applications {
            application.syncs = Some(Sync::Stuck);
            let state = operation(
                "Running",
                &application.at,
                "one or more objects failed to apply, reason: admission webhook denied it. Retrying attempt #2 at 9:00AM.",
            );
            objects.change(&application.path, |object| {
                object["status"]["operationState"] = state;
                object["status"]["operationState"]["retryCount"] = 2.into();
            });
        }
    }

    pub(super) fn end_stuck_syncs(&mut self, objects: &mut Objects) {
        for application in &mut self.applications {
            if matches!(application.syncs, Some(Sync::Stuck)) {
                application.ends(objects, "Failed");
            }
        }
    }

    /// Whether every Application was compared with a commit.
    pub(crate) fn is_at(&self, commit: &str) -> bool {
        self.applications
            .iter()
            .all(|application| application.at == commit)
    }

    pub(super) fn is_at_rest(&self) -> bool {
        let at_rest =
            |application: &Following| !application.at.is_empty() && application.syncs.is_none();
        self.applications.iter().all(at_rest)
    }

    pub(super) fn tick(&mut self, objects: &mut Objects, now: Instant) {
        if self.stopped {
            return;
        }
        for application in &mut self.applications {
            let object = objects.get(&application.path).expect(WORKS);
            let ended = object["status"]["operationState"]["phase"] == "Terminating";
            let asked = !object["metadata"]["annotations"][REFRESH].is_null();
            let due = application
                .looked
                .is_none_or(|looked| now - looked > self.looks);
            if ended {
                application.ends(objects, "Failed");
            }
            match application.syncs {
                Some(Sync::Ends(end)) if now >= end => application.arrives(objects, &self.remote),
                Some(Sync::Ends(_)) => {}
                Some(Sync::Stuck) | None if asked || due => {
                    application.looks(objects, &self.remote, now, self.delay);
                }
                Some(Sync::Stuck) | None => {}
            }
        }
    }
}

impl Following {
    fn looks(&mut self, objects: &mut Objects, remote: &Path, now: Instant, delay: Duration) {
        self.looked = Some(now);
        objects.change(&self.path, |object| {
            let annotations = object["metadata"]["annotations"].as_object_mut();
            annotations.map(|annotations| annotations.remove(REFRESH));
        });
        // A remote that is away is looked at later.
        let Some(tip) = tip(remote) else {
            return;
        };
        if self.at == tip && self.syncs.is_none() {
            return;
        }
        self.at.clone_from(&tip);
        let stuck = matches!(self.syncs, Some(Sync::Stuck));
        if !stuck {
            self.syncs = Some(Sync::Ends(now + delay));
        }
        objects.change(&self.path, |object| {
            let status = &mut object["status"];
            // It says so for a moment before the sync begins.
            status["sync"] =
                json!({"status": if stuck { "OutOfSync" } else { "Synced" }, "revision": tip});
            status["health"] = json!({"status": "Healthy"});
            if !stuck {
                status["operationState"] = operation("Running", &tip, "");
            }
        });
    }

    fn arrives(&mut self, objects: &mut Objects, remote: &Path) {
        let Some(manifests) = manifests(remote, &self.at, &self.folder) else {
            // The remote went away meanwhile: the sync fails, and the next look begins another one.
            self.ends(objects, "Error");
            (self.at, self.looked) = (String::new(), None);
            return;
        };
        for (name, manifest) in manifests {
            let path = format!(
                "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets/{name}",
                self.namespace
            );
            match objects.get(&path) {
                Some(there) if there["spec"] == manifest["spec"] => {}
                Some(_) => {
                    objects.change(&path, |object| object["spec"] = manifest["spec"].clone());
                }
                None => {
                    objects.put(&path, manifest);
                }
            }
        }
        self.ends(objects, "Succeeded");
    }

    fn ends(&mut self, objects: &mut Objects, phase: &str) {
        let stuck = matches!(self.syncs, Some(Sync::Stuck));
        self.syncs = None;
        if stuck {
            // The newer commit gets its turn with the next look.
            (self.at, self.looked) = (String::new(), None);
        }
        objects.change(&self.path, |object| {
            object["status"]["operationState"]["phase"] = phase.into();
        });
    }
}

fn operation(phase: &str, revision: &str, message: &str) -> Value {
    json!({"phase": phase, "message": message, "operation": {"sync": {"revision": revision}}})
}

/// The commit of the branch; nothing when the remote is not there.
fn tip(remote: &Path) -> Option<String> {
    let text = std::fs::read_to_string(remote.join("refs/heads/main")).ok()?;
    Some(text.trim().to_owned())
}

/// The SealedSecrets in a folder of a commit, by name.
fn manifests(remote: &Path, commit: &str, folder: &str) -> Option<Vec<(String, Value)>> {
    let repository = Repository::open_bare(remote).ok()?;
    let commit = repository
        .revparse_single(commit)
        .ok()?
        .peel_to_commit()
        .ok()?;
    let entry = commit.tree().ok()?.get_path(Path::new(folder)).ok()?;
    let tree = entry.to_object(&repository).ok()?.into_tree().ok()?;
    let mut found = Vec::new();
    for entry in tree
        .iter()
        .filter(|entry| entry.kind() == Some(ObjectType::Blob))
    {
        let blob = entry.to_object(&repository).ok()?.into_blob().ok()?;
        let stream = Stream::parse(std::str::from_utf8(blob.content()).ok()?).ok()?;
        for sealed in sealed_secrets(&stream).ok()? {
            found.push((sealed.name().to_owned(), as_json(sealed)?));
        }
    }
    Some(found)
}

/// What controller and program read of it.
fn as_json(sealed: SealedSecret<'_>) -> Option<Value> {
    let values: Map<_, _> = sealed
        .items()
        .ok()?
        .into_iter()
        .map(|item| (item.key.to_owned(), item.text.into()))
        .collect();
    let annotations = sealed
        .node()
        .get("metadata")
        .and_then(|node| node.get("annotations"));
    let annotations: Map<_, _> = annotations
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, value)| Some((key.scalar()?.to_owned(), value.scalar()?.into())))
        .collect();
    Some(json!({
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"name": sealed.name(), "namespace": sealed.namespace(), "annotations": annotations},
        "spec": {"encryptedData": values},
    }))
}
