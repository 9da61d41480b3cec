//! A Slack on loopback: it plays the parts it is given, and without one it is as strict as the real one.
//!
//! Limits and error words are those of Slack's incoming webhooks.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

// Addresses, sockets and messages are the test's own.
const WORKS: &str = "what a test makes itself is well formed";

/// The secret part of every stand-in's address.
const SECRET: &str = "s3cretWebhookToken";

/// What it does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Answers with a status and a body.
    Answer(u16, &'static str),
    /// Answers that there are too many messages, and for how many seconds.
    Limit(u64),
    /// Sends it on to another stand-in.
    Redirect(SocketAddr),
    /// Hangs up.
    Drop,
    /// Takes it and never answers.
    Hang,
}

/// A message that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// A running stand-in; it ends with the test program.
pub(crate) struct Slack {
    pub(crate) at: SocketAddr,
    seen: Arc<Mutex<Vec<Message>>>,
}

impl Slack {
    /// Starts one that acts so, message by message.
    pub(crate) fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect(WORKS);
        let at = listener.local_addr().expect(WORKS);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut acts = acts.into_iter();
            let mut hanging = Vec::new();
            let mut last = None;
            for stream in listener.incoming().flatten() {
                let Some(message) = read(&stream) else {
                    continue;
                };
                let act = acts.next().unwrap_or_else(|| judge(&message, &mut last));
                noted.lock().expect(WORKS).push(message);
                if act == Act::Hang {
                    hanging.push(stream);
                } else {
                    play(stream, act);
                }
            }
        });
        Self { at, seen }
    }

    /// The webhook's address, which no output may have.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/services/T00/B00/{SECRET}", self.at)
    }

    /// Every message so far, refused ones too.
    pub(crate) fn seen(&self) -> Vec<Message> {
        self.seen.lock().expect(WORKS).clone()
    }

    /// The short texts of the messages so far.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |message: &Message| {
            let body: Value = serde_json::from_str(&message.body).expect("a message is JSON");
            body["text"]
                .as_str()
                .expect("a message has a text")
                .to_owned()
        };
        self.seen().iter().map(text).collect()
    }
}

/// Fails when a text has any part of a stand-in's address that is secret.
pub(crate) fn assert_address_kept(text: &str) {
    for part in [SECRET, "/T00", "/services", "http://"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
}

/// What the real one answers: one message a second, each a text and at most 50 blocks of at most 3000 characters.
fn judge(message: &Message, last: &mut Option<Instant>) -> Act {
    let Ok(body) = serde_json::from_str::<Value>(&message.body) else {
        return Act::Answer(400, "invalid_payload");
    };
    if body["text"].as_str().is_none_or(str::is_empty) {
        return Act::Answer(400, "no_text");
    }
    let blocks = body["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let fits = |block: &Value| {
        let limit = if block["type"] == "header" { 150 } else { 3000 };
        let text = block["text"]["text"].as_str();
        text.is_some_and(|text| (1..=limit).contains(&text.chars().count()))
    };
    if blocks.len() > 50 || !blocks.iter().all(fits) {
        return Act::Answer(400, "invalid_blocks");
    }
    // The messages come a second apart as they are sent, so a little less as they arrive.
    let interval = Duration::from_millis(900);
    if last.is_some_and(|last| last.elapsed() < interval) {
        return Act::Limit(1);
    }
    *last = Some(Instant::now());
    Act::Answer(200, "ok")
}

fn play(mut stream: TcpStream, act: Act) {
    let (status, headers, body) = match act {
        Act::Answer(status, body) => (status, String::new(), body),
        Act::Limit(seconds) => (429, format!("Retry-After: {seconds}\r\n"), "rate_limited"),
        Act::Redirect(to) => (307, format!("Location: http://{to}/\r\n"), ""),
        Act::Drop | Act::Hang => {
            // The client may have hung up before.
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    };
    let length = body.len();
    // A client that gave up hangs up.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Test\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

/// Reads a request; nothing when there is none, as when somebody only tries the port.
fn read(stream: &TcpStream) -> Option<Message> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut content_type) = (0, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "content-type" => content_type = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Message {
        content_type,
        body: String::from_utf8(body).ok()?,
    })
}
