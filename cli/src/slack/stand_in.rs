//! A Slack on loopback for tests, which acts as it is told; without a part left to play it takes messages.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::address::Address;

/// The secret part of every stand-in's address.
const SECRET: &str = "s3cretWebhookToken";

/// What it does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Answers with a status and a body.
    Answer(u16, &'static str),
    /// Answers that there are too many messages, and for how many seconds.
    Limit(u64),
    /// Sends it on.
    Redirect(SocketAddr),
    /// Hangs up.
    Drop,
    /// Takes it and never answers.
    Hang,
}

/// A message that arrived.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) content_type: String,
    pub(super) body: String,
}

/// A running stand-in; it ends with the test program.
pub(super) struct StandIn {
    at: SocketAddr,
    seen: Arc<Mutex<Vec<Message>>>,
}

impl StandIn {
    pub(super) fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut acts = acts.into_iter();
            let mut hanging = Vec::new();
            for stream in listener.incoming().flatten() {
                let Some(message) = read(&stream) else {
                    continue;
                };
                noted.lock().unwrap().push(message);
                let act = acts.next().unwrap_or(Act::Answer(200, "ok"));
                if act == Act::Hang {
                    hanging.push(stream);
                } else {
                    play(stream, act);
                }
            }
        });
        Self { at, seen }
    }

    pub(super) fn redirecting_to(other: &Self) -> Self {
        Self::start(vec![Act::Redirect(other.at)])
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/services/T00/B00/{SECRET}", self.at)
    }

    pub(super) fn address(&self) -> Address {
        Address::parse(self.url().as_bytes(), "the test").unwrap()
    }

    pub(super) fn seen(&self) -> Vec<Message> {
        self.seen.lock().unwrap().clone()
    }

    /// Fails when a text has any part of the address that is secret.
    pub(super) fn assert_secret_kept(&self, text: &str) {
        for part in [SECRET, "T00", "/services", "http://"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
}

fn play(mut stream: TcpStream, act: Act) {
    let (status, headers, body) = match act {
        Act::Answer(status, body) => (status, String::new(), body),
        Act::Limit(seconds) => (429, format!("Retry-After: {seconds}\r\n"), "rate_limited"),
        Act::Redirect(to) => (307, format!("Location: http://{to}/\r\n"), ""),
        Act::Drop | Act::Hang => {
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

fn read(stream: &TcpStream) -> Option<Message> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut content_type) = (0, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
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
