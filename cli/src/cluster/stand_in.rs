//! An API server for tests of what is said to one: objects by path, with versions, conflicts and missing permissions.
//!
//! What the real one does with them is tested in `tests/cluster`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::Cluster;
use crate::env::Env;

/// A running stand-in; it ends with the test program.
pub(crate) struct StandIn {
    address: SocketAddr,
    folder: tempfile::TempDir,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
struct World {
    objects: BTreeMap<String, Value>,
    /// What services answer through their proxy.
    texts: BTreeMap<String, String>,
    /// `METHOD path` of what is refused, by how it begins.
    forbidden: Vec<String>,
    /// Every request as `METHOD path`.
    asked: Vec<String>,
    /// How many requests more are answered with 503.
    away: usize,
    version: u64,
}

impl StandIn {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let world = Arc::new(Mutex::new(World::default()));
        let served = Arc::clone(&world);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                std::thread::spawn(move || serve(stream, &served));
            }
        });
        Self {
            address,
            folder: tempfile::tempdir().unwrap(),
            world,
        }
    }

    pub(crate) fn connect(&self) -> Cluster {
        let path = self.kubeconfig();
        let env = Env::for_test(self.folder.path(), b"");
        Cluster::connect(None, Some(&path), &env).unwrap()
    }

    pub(crate) fn put(&self, path: &str, object: Value) {
        self.world().store(path, object);
    }

    pub(crate) fn put_text(&self, path: &str, text: &str) {
        self.world().texts.insert(path.to_owned(), text.to_owned());
    }

    pub(crate) fn object(&self, path: &str) -> Option<Value> {
        self.world().objects.get(path).cloned()
    }

    pub(crate) fn remove(&self, path: &str) {
        self.world().objects.remove(path);
    }

    /// Refuses requests that begin like this: `PUT /apis/coordination`.
    pub(crate) fn forbid(&self, start: &str) {
        self.world().forbidden.push(start.to_owned());
    }

    /// Answers the next requests as a server that restarts.
    pub(crate) fn is_away_for(&self, requests: usize) {
        self.world().away = requests;
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.world().asked.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        let path = self.folder.path().join("kubeconfig");
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": format!("http://{}", self.address)}}],
            "users": [{"name": "test", "user": {}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        });
        std::fs::write(&path, config.to_string()).unwrap();
        path
    }
}

impl World {
    fn store(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        if object["metadata"]["uid"].is_null() {
            object["metadata"]["uid"] = format!("uid-{}", self.version).into();
        }
        self.objects.insert(path.to_owned(), object.clone());
        object
    }

    fn answer(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = format!("{method} {path}");
        self.asked.push(request.clone());
        if self.away > 0 {
            self.away -= 1;
            return refusal(503, "the server is restarting");
        }
        if self
            .forbidden
            .iter()
            .any(|start| request.starts_with(start))
        {
            return refusal(403, "you may not do that");
        }
        let known = self.objects.get(path).cloned();
        match (method, known) {
            ("GET", Some(object)) => (200, object),
            ("GET", None) if is_collection(path) => (200, json!({"items": self.below(path)})),
            ("POST", _) => {
                let name = body["metadata"]["name"].as_str().unwrap_or_default();
                let path = format!("{path}/{name}");
                match self.objects.contains_key(&path) {
                    true => refusal(409, "it exists"),
                    false => (201, self.store(&path, body.clone())),
                }
            }
            ("PUT", Some(object)) => {
                let wanted = &body["metadata"]["resourceVersion"];
                if !wanted.is_null() && *wanted != object["metadata"]["resourceVersion"] {
                    return refusal(409, "it has been modified");
                }
                (200, self.store(path, body.clone()))
            }
            ("PATCH", Some(mut object)) => {
                merge(&mut object, body);
                (200, self.store(path, object))
            }
            _ => refusal(404, "it is not there"),
        }
    }

    fn below(&self, path: &str) -> Vec<Value> {
        let start = format!("{path}/");
        let all = self.objects.iter();
        all.filter(|(path, _)| path.starts_with(&start))
            .map(|(_, object)| object.clone())
            .collect()
    }
}

fn is_collection(path: &str) -> bool {
    let parts = path.split('/').count();
    parts == if path.starts_with("/apis/") { 7 } else { 6 }
}

fn refusal(code: u16, message: &str) -> (u16, Value) {
    // The one reason that clients look at.
    let reason = if code == 404 { "NotFound" } else { "Test" };
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code});
    (code, status)
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
            object.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut object[name], value);
        }
    }
}

fn serve(mut stream: TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() || first.is_empty() {
        return;
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let text = world.lock().unwrap().texts.get(path).cloned();
    let (code, answer) = world.lock().unwrap().answer(method, path, &body);
    let (code, answer) = match text {
        Some(text) if code == 404 => (200, text),
        _ => (code, answer.to_string()),
    };
    let head = format!(
        "HTTP/1.1 {code} Test\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    // A client that gave up hangs up.
    let _ = stream.write_all((head + &answer).as_bytes());
}
