//! The sealed-secrets controller: its pages, and Secrets of SealedSecrets.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use sealsmith_core::key_file;
use sealsmith_core::scope::{CLUSTER_WIDE, Label, NAMESPACE_WIDE, Scope};
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};
use serde_json::{Map, Value, json};

use super::WORKS;
use super::http::Answer;
use super::objects::{Objects, number};
use super::world::stamp;
use crate::support::keys::KeyPair;

const KIND: &str = "sealedsecrets";

/// The controller.
pub(crate) struct Controller {
    /// It does nothing, as a pod that was stopped; Argo CD does not see that (spec: rotation, finding 3).
    pub(crate) stopped: bool,
    /// It can open nothing.
    pub(crate) lost_its_keys: bool,
    /// How long it takes to look at a SealedSecret.
    pub(crate) delay: Duration,
    certificate: String,
    keys: KeyRing,
    /// When each SealedSecret with a new generation is due.
    due: BTreeMap<String, Instant>,
}

impl Controller {
    pub(super) fn new(key: &KeyPair) -> Self {
        let pem = std::fs::read(&key.private_key).expect(WORKS);
        let private = &key_file::parse(&pem).expect(WORKS).keys[0];
        Self {
            stopped: false,
            lost_its_keys: false,
            delay: Duration::from_millis(100),
            certificate: std::fs::read_to_string(&key.certificate).expect(WORKS),
            keys: KeyRing::new(vec![UnsealingKey::native(private).expect(WORKS)]),
            due: BTreeMap::new(),
        }
    }

    /// The page of the controller that a path of the API server leads to.
    pub(super) fn page<'p>(&self, path: &'p str) -> Option<&'p str> {
        let start = "/api/v1/namespaces/kube-system/services/http:sealed-secrets:";
        path.strip_prefix(start)?
            .split_once("/proxy/")
            .map(|(_, page)| page)
    }

    pub(super) fn answer(&self, page: &str, body: &str) -> Answer {
        let (status, text) = match page {
            _ if self.stopped => (503, "no endpoints available for service".to_owned()),
            "v1/cert.pem" => (200, self.certificate.clone()),
            "v1/verify" => {
                let object = serde_json::from_str(body).unwrap_or_default();
                let opened = self.open(&object);
                (if opened.is_ok() { 200 } else { 409 }, String::new())
            }
            _ => (404, String::new()),
        };
        Answer { status, text }
    }

    pub(super) fn is_at_rest(&self, objects: &Objects) -> bool {
        let mut all = objects.everywhere(KIND).peekable();
        all.peek().is_some() && all.all(|(_, object)| is_seen(object))
    }

    pub(super) fn tick(&mut self, objects: &mut Objects, now: Instant, age: Duration) {
        if self.stopped {
            self.due.clear();
            return;
        }
        let new = objects
            .everywhere(KIND)
            .filter(|(_, object)| !is_seen(object));
        let new: Vec<_> = new
            .map(|(path, object)| (path.clone(), object.clone()))
            .collect();
        for (path, object) in new {
            let due = *self.due.entry(path.clone()).or_insert(now + self.delay);
            if now >= due {
                self.due.remove(&path);
                self.look(objects, &path, &object, age);
            }
        }
    }

    /// Runs again with all its keys, and looks again at what it could not open.
    pub(super) fn restart(&mut self, objects: &mut Objects) {
        (self.stopped, self.lost_its_keys) = (false, false);
        let failed = objects
            .everywhere(KIND)
            .filter(|(_, object)| object["status"]["conditions"][0]["status"] == "False");
        let failed: Vec<_> = failed.map(|(path, _)| path.clone()).collect();
        for path in failed {
            objects.change(&path, |object| object["status"] = json!({}));
        }
    }

    fn look(&self, objects: &mut Objects, path: &str, object: &Value, age: Duration) {
        let (synced, message) = match self.open(object) {
            Ok(data) => {
                keep(objects, object, data, age);
                ("True", String::new())
            }
            Err(keys) => {
                let keys = keys.join(", ");
                ("False", format!("no key could decrypt secret ({keys})"))
            }
        };
        let time = stamp(age);
        objects.change(path, |object| {
            // It moves on failure too.
            object["status"] = json!({
                "observedGeneration": object["metadata"]["generation"],
                "conditions": [{"type": "Synced", "status": synced, "message": message,
                    "lastUpdateTime": time, "lastTransitionTime": time}],
            });
        });
    }

    /// The data of a SealedSecret, or the keys that it cannot open.
    fn open(&self, object: &Value) -> Result<Map<String, Value>, Vec<String>> {
        let metadata = &object["metadata"];
        let annotation = |name: &str| metadata["annotations"][name].as_str();
        let scope = Scope::from_annotations(annotation(NAMESPACE_WIDE), annotation(CLUSTER_WIDE));
        let field = |name: &str| metadata[name].as_str().unwrap_or_default();
        let label = Label::new(scope, field("namespace"), field("name"));
        let (mut data, mut closed) = (Map::new(), Vec::new());
        for (key, text) in object["spec"]["encryptedData"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let value = text.as_str().and_then(|text| SealedValue::parse(text).ok());
            let opened = value.and_then(|value| self.keys.unseal(&label, &value).ok());
            match opened {
                Some(opened) if !self.lost_its_keys => {
                    let text = BASE64.encode(opened.plaintext.expose());
                    data.insert(key.clone(), text.into());
                }
                _ => closed.push(key.clone()),
            }
        }
        match closed.is_empty() {
            true => Ok(data),
            false => Err(closed),
        }
    }
}

/// Equal data is not written again, so that the Secret's version stays (spec: rotation, finding 12).
fn keep(objects: &mut Objects, sealed: &Value, data: Map<String, Value>, age: Duration) {
    let metadata = &sealed["metadata"];
    let (namespace, name) = (&metadata["namespace"], &metadata["name"]);
    let path = format!(
        "/api/v1/namespaces/{}/secrets/{}",
        namespace.as_str().unwrap_or_default(),
        name.as_str().unwrap_or_default()
    );
    let data = Value::Object(data);
    if objects
        .get(&path)
        .is_some_and(|secret| secret["data"] == data)
    {
        return;
    }
    let owner = json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "name": name,
        "uid": metadata["uid"], "controller": true});
    let wrote = json!({"manager": "controller", "operation": "Update", "apiVersion": "v1", "time": stamp(age),
        "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {}, "f:type": {}}});
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": name, "namespace": namespace, "ownerReferences": [owner], "managedFields": [wrote]},
        "data": data,
    });
    objects.put(&path, secret);
}

fn is_seen(object: &Value) -> bool {
    number(&object["status"]["observedGeneration"]) == number(&object["metadata"]["generation"])
}
