//! As much of HTTP/1.1 as the program speaks: one request for each connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::WORKS;
use super::faults::Trouble;
use super::world::World;

/// A request, without its headers.
pub(super) struct Request {
    pub(super) method: String,
    /// The path without its query.
    pub(super) path: String,
    pub(super) body: String,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        let text = value.to_string();
        Self { status, text }
    }
}

/// Answers until it is over.
pub(super) fn serve(listener: &TcpListener, world: &Arc<Mutex<World>>, over: &AtomicBool) {
    for stream in listener.incoming().flatten() {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let world = Arc::clone(world);
        std::thread::spawn(move || converse(stream, &world));
    }
}

fn converse(mut stream: TcpStream, world: &Mutex<World>) {
    // Who was killed asks nothing more.
    let Some(request) = read(&stream) else {
        return;
    };
    let name = format!("{} {}", request.method, request.path);
    let trouble = world.lock().expect(WORKS).faults.strike(&name);
    let answer = match trouble {
        None => world.lock().expect(WORKS).answer(&request),
        Some(Trouble::Status(code)) => world.lock().expect(WORKS).refuse(&request, code),
        Some(Trouble::Lost) => {
            world.lock().expect(WORKS).answer(&request);
            return;
        }
        Some(Trouble::Closed) => return,
        Some(Trouble::Hangs) => {
            // The client's patience ends some time; then it hangs up.
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let head = format!(
        "HTTP/1.1 {} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.status,
        answer.text.len()
    );
    let _ = stream.write_all((head + &answer.text).as_bytes());
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let path = target.split('?').next()?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Request { method, path, body })
}
