//! AWS on this machine: moto's server, made stricter by `moto.py`, which also says what it can be told.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The account of everything in it.
pub(crate) const ACCOUNT: &str = "123456789012";

/// A server of its own for each test; it ends with the value, or with the test's process.
pub(crate) struct Moto {
    child: Child,
    port: u16,
}

/// An access key and its secret.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A key as the server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) status: String,
    /// Seconds since 1970.
    pub(crate) created: i64,
    pub(crate) used: Option<i64>,
}

impl Moto {
    /// Starts a server without users.
    pub(crate) fn start() -> Self {
        let python = std::env::var_os("SEALSMITH_MOTO").expect(
            "SEALSMITH_MOTO is not set: run this test through ./tests/run, which installs moto",
        );
        // Programs of several crates take this file.
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let script = above
            .map(|folder| folder.join("tests/support/moto.py"))
            .find(|script| script.exists())
            .expect("moto.py lies beside this file");
        let mut child = Command::new(python)
            .arg("-I")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("SEALSMITH_MOTO is a Python");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("stdout is text");
        let port = line
            .strip_prefix("LISTEN ")
            .and_then(|port| port.trim().parse().ok());
        let port =
            port.expect("moto.py says where it listens; run it by hand to see why it does not");
        Self { child, port }
    }

    /// Its address, for `AWS_ENDPOINT_URL` or `--endpoint-url`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Makes a user with inline policies.
    pub(crate) fn user(&self, name: &str, policies: &[Value]) {
        self.order(json!({ "user": { "name": name, "policies": policies } }));
    }

    /// Makes a user below a path such as `/team/`.
    pub(crate) fn user_below(&self, path: &str, name: &str) {
        self.order(json!({ "user": { "name": name, "path": path } }));
    }

    /// Makes a user that may do everything, and a key for it.
    pub(crate) fn operator(&self, name: &str) -> Key {
        self.user(name, &[allow(&["*"])]);
        self.key(name)
    }

    /// Makes a key that is an hour old.
    pub(crate) fn key(&self, user: &str) -> Key {
        let made = &self.order(json!({ "key": user }))["made"];
        let text = |name: &str| made[name].as_str().expect("a key has both").to_owned();
        Key {
            id: text("id"),
            secret: text("secret"),
        }
    }

    /// Changes what is told of a key: `{"id", "status"?, "created"?, "used"?}`.
    pub(crate) fn change_key(&self, change: Value) {
        self.order(json!({ "change_key": change }));
    }

    pub(crate) fn bucket(&self, name: &str) {
        self.order(json!({ "bucket": name }));
    }

    pub(crate) fn repository(&self, name: &str) {
        self.order(json!({ "repository": name }));
    }

    /// Has the next calls of an action fail: `throttle`, `before500`, `after500`, `drop_before`, `drop_after`, `garbled_after`.
    pub(crate) fn fault(&self, action: &str, mode: &str, times: u32) {
        self.order(json!({ "fault": { "action": action, "mode": mode, "times": times } }));
    }

    /// Has the next call of an action succeed, but answers late.
    pub(crate) fn slow(&self, action: &str, seconds: u32) {
        let fault = json!({ "action": action, "mode": "slow_after", "secs": seconds });
        self.order(json!({ "fault": fault }));
    }

    /// Has the next call of an action refused.
    pub(crate) fn refuse(&self, action: &str, status: u16, code: &str, message: &str) {
        let fault = json!({
            "action": action, "mode": "error", "status": status, "code": code, "message": message
        });
        self.order(json!({ "fault": fault }));
    }

    /// Refuses keys that are younger than this.
    pub(crate) fn delay(&self, seconds: f64) {
        self.order(json!({ "delay": seconds }));
    }

    /// Moves the server's clock.
    pub(crate) fn ahead(&self, seconds: i64) {
        self.order(json!({ "ahead": seconds }));
    }

    /// Forgets faults and calls.
    pub(crate) fn clear(&self) {
        self.order(json!({ "clear": true }));
    }

    /// The keys of a user, the oldest first.
    pub(crate) fn keys(&self, user: &str) -> Vec<Held> {
        let state = self.order(json!({}));
        let keys = state["users"][user].as_array().expect("there is this user");
        let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
        keys.iter()
            .map(|key| Held {
                id: text(&key["id"]),
                secret: text(&key["secret"]),
                status: text(&key["status"]),
                created: key["created"].as_i64().expect("it is a time"),
                used: key["used"].as_i64(),
            })
            .collect()
    }

    /// Every call so far: the action and the access key id that signed it. S3 is `s3:GET`.
    pub(crate) fn calls(&self) -> Vec<(String, String)> {
        let state = self.order(json!({}));
        let calls = state["calls"].as_array().expect("it is a list");
        let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
        calls
            .iter()
            .map(|call| (text(&call["action"]), text(&call["key"])))
            .collect()
    }

    /// How often an action was called.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.calls()
            .iter()
            .filter(|(name, _)| name == action)
            .count()
    }

    /// Gives orders as `moto.py` lists them, and returns its answer.
    pub(crate) fn order(&self, orders: Value) -> Value {
        let body = orders.to_string();
        let length = body.len();
        let request = format!(
            "POST /_test HTTP/1.1\r\nHost: moto\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("moto listens");
        stream.write_all(request.as_bytes()).expect("moto reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("moto answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        assert!(head.starts_with("HTTP/1.1 200 "), "{orders}: {head}");
        serde_json::from_str(body).expect("it is JSON")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A policy that allows actions on everything.
pub(crate) fn allow(actions: &[&str]) -> Value {
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}
