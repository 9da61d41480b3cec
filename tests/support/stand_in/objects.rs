//! The API server's objects by path, with versions, generations and conflicts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::Answer;

/// All objects.
#[derive(Default)]
pub(crate) struct Objects {
    all: BTreeMap<String, Value>,
    version: u64,
}

impl Objects {
    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        self.all.get(path)
    }

    /// Stores an object; one with another `spec` than before is of a new generation.
    pub(crate) fn put(&mut self, path: &str, mut object: Value) -> &Value {
        self.version += 1;
        let before = self.all.get(path);
        let generation = before.map_or(0, |before| number(&before["metadata"]["generation"]));
        let changed = before.is_none_or(|before| before["spec"] != object["spec"]);
        let uid = match before {
            Some(before) => before["metadata"]["uid"].clone(),
            None => format!("uid-{}", self.version).into(),
        };
        let metadata = &mut object["metadata"];
        metadata["resourceVersion"] = self.version.to_string().into();
        metadata["generation"] = (generation + i64::from(changed)).into();
        metadata["uid"] = uid;
        self.all.insert(path.to_owned(), object);
        &self.all[path]
    }

    /// Changes an object in place.
    pub(crate) fn change(&mut self, path: &str, change: impl FnOnce(&mut Value)) {
        if let Some(mut object) = self.all.get(path).cloned() {
            change(&mut object);
            self.put(path, object);
        }
    }

    pub(crate) fn remove(&mut self, path: &str) {
        self.all.remove(path);
    }

    /// The paths and objects of a collection.
    pub(crate) fn of(&self, collection: &str) -> Vec<(&String, &Value)> {
        let inside = |path: &str| {
            let rest = path.strip_prefix(collection);
            rest.and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|rest| !rest.contains('/'))
        };
        self.all.iter().filter(|(path, _)| inside(path)).collect()
    }

    /// The paths and objects of a kind in every namespace.
    pub(crate) fn everywhere<'o>(
        &'o self,
        plural: &'o str,
    ) -> impl Iterator<Item = (&'o String, &'o Value)> {
        let of_kind = move |path: &str| path.rsplit('/').nth(1) == Some(plural);
        self.all.iter().filter(move |(path, _)| of_kind(path))
    }

    /// Does what a request asks for.
    pub(super) fn answer(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let there = self.all.get(path);
        match (method, there) {
            ("GET", Some(object)) => Answer::json(200, object),
            ("GET", None) if is_collection(path) => {
                let items: Vec<_> = self
                    .of(path)
                    .into_iter()
                    .map(|(_, object)| object)
                    .collect();
                Answer::json(
                    200,
                    &json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items}),
                )
            }
            ("POST", _) if is_collection(path) => {
                let name = body["metadata"]["name"].as_str().unwrap_or_default();
                let path = format!("{path}/{name}");
                match self.all.contains_key(&path) {
                    true => refusal(409, "it exists"),
                    false => Answer::json(201, self.put(&path, body.clone())),
                }
            }
            ("PUT", Some(object)) => {
                let wanted = &body["metadata"]["resourceVersion"];
                if !wanted.is_null() && *wanted != object["metadata"]["resourceVersion"] {
                    return refusal(409, "the object has been modified");
                }
                Answer::json(200, self.put(path, body.clone()))
            }
            ("PATCH", Some(object)) => {
                let mut object = object.clone();
                merge(&mut object, body);
                Answer::json(200, self.put(path, object))
            }
            ("DELETE", Some(_)) => {
                self.all.remove(path);
                Answer::json(200, &json!({"kind": "Status", "status": "Success"}))
            }
            _ => refusal(404, &format!("{path} not found")),
        }
    }
}

/// A refusal as the API server words it.
pub(super) fn refusal(code: u16, message: &str) -> Answer {
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": "Test", "code": code});
    Answer::json(code, &status)
}

pub(super) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// `/api/v1/namespaces/NAMESPACE/KIND`, or the same below `/apis/GROUP/VERSION`.
fn is_collection(path: &str) -> bool {
    let parts = path.split('/').count();
    parts == if path.starts_with("/apis/") { 7 } else { 6 }
}

// RFC 7386.
fn merge(object: &mut Value, part: &Value) {
    let Some(fields) = part.as_object() else {
        *object = part.clone();
        return;
    };
    if !object.is_object() {
        *object = json!({});
    }
    for (name, value) in fields {
        if value.is_null() {
            let fields = object.as_object_mut();
            fields.map(|fields| fields.remove(name));
        } else {
            merge(&mut object[name], value);
        }
    }
}
