//! A running controller against a small server that answers as planned.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;

use super::direct::Direct;
use super::{Live, Refusal};
use crate::env::http::Http;

const SHORT: &[Duration] = &[Duration::from_millis(1); 3];
const CERTIFICATE: &str = include_str!("../../../tests/vectors/kubeseal/keys/rsa2048.crt");

/// A server that answers one request after another with what is planned, the last answer for ever.
struct Server {
    url: String,
    /// Request line and body of every request.
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

/// What the server does with a request.
#[derive(Clone)]
enum Plan {
    Says(&'static str, &'static str),
    HangsUp,
    IsSilent,
}

impl Server {
    fn start(plans: &[Plan]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/below/", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (plans, noted) = (plans.to_vec(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for (index, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                noted.lock().unwrap().push(request(&stream));
                match &plans[index.min(plans.len() - 1)] {
                    Plan::Says(head, body) => answer(&mut stream, head, body),
                    Plan::HangsUp => drop(stream),
                    Plan::IsSilent => silent.push(stream),
                }
            }
        });
        Self { url, seen }
    }

    fn controller(&self) -> Live {
        self.of_version("0.36")
    }

    fn of_version(&self, version: &str) -> Live {
        let deadline = Duration::from_millis(500);
        let http = Http::with(Client::builder().no_proxy(), deadline).unwrap();
        let direct = Direct::with(http, &self.url).unwrap();
        Live::with_patience(Box::new(direct), version, SHORT)
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_ascii_lowercase());
    }
    let length = lines
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    (lines[0].clone(), String::from_utf8(body).unwrap())
}

fn answer(stream: &mut TcpStream, head: &str, body: &str) {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    // The client may be gone.
    let _ = stream.write_all(text.as_bytes());
}

const LIMITED: Plan = Plan::Says(
    "429 Too Many Requests\r\nRetry-After: 0",
    "limit exceeded\n",
);
const AWAY: Plan = Plan::Says("503 Service Unavailable", "");
const GOOD: Plan = Plan::Says("200 OK", "{}");

fn stopped(live: &Live) -> String {
    let failure = live.stopped().expect("nothing more can be asked");
    [failure.message(), &failure.causes().join("; ")].join(": ")
}

#[test]
fn a_request_is_a_post_below_the_url() {
    let server = Server::start(&[GOOD]);
    assert_eq!(server.controller().reencrypt("{\"a\": 1}").unwrap(), b"{}");
    assert!(server.controller().opens("{\"b\": 1}").unwrap());
    let seen = server.seen.lock().unwrap().clone();
    let expected = [
        ("post /below/v1/rotate http/1.1", "{\"a\": 1}"),
        ("post /below/v1/verify http/1.1", "{\"b\": 1}"),
    ];
    assert_eq!(
        seen,
        expected.map(|(line, body)| (line.into(), body.into()))
    );
}

#[test]
fn a_limit_is_waited_for() {
    let server = Server::start(&[LIMITED, GOOD]);
    let live = server.controller();
    live.reencrypt("{}").unwrap();
    assert_eq!(server.count(), 2);
    assert!(live.was_limited() && live.stopped().is_none());
}

#[test]
fn what_is_away_for_a_moment_is_asked_again() {
    for plan in [AWAY, Plan::HangsUp, Plan::Says("502 Bad Gateway", "<html>")] {
        let server = Server::start(&[plan.clone(), plan, GOOD]);
        assert!(server.controller().reencrypt("{}").is_ok());
        assert_eq!(server.count(), 3);
    }
}

#[test]
fn what_stays_away_ends_the_run_and_nothing_more_is_asked() {
    for (plan, why) in [
        (AWAY, "503 Service Unavailable"),
        (Plan::HangsUp, "error sending request"),
        (Plan::IsSilent, "timed out"),
    ] {
        let server = Server::start(&[plan]);
        let live = server.controller();
        assert!(matches!(live.reencrypt("{}"), Err(Refusal::Stopped)));
        assert_eq!(server.count(), 1 + SHORT.len());
        assert!(stopped(&live).contains(why), "{}", stopped(&live));
        assert!(matches!(live.opens("{}"), Err(Refusal::Stopped)));
        assert_eq!(server.count(), 1 + SHORT.len());
    }
}

#[test]
fn what_does_not_open_is_asked_once() {
    let server = Server::start(&[Plan::Says("500 Internal Server Error", "")]);
    let refusal = server.controller().reencrypt("{}").unwrap_err();
    assert!(matches!(refusal, Refusal::CannotOpen));
    assert_eq!(server.count(), 1);
    let server = Server::start(&[Plan::Says("409 Conflict", "")]);
    assert!(!server.controller().opens("{}").unwrap());
    assert_eq!(server.count(), 1);
}

#[test]
fn who_may_not_ask_is_told_at_once() {
    let body = r#"{"kind":"Status","message":"services \"http:x:\" is forbidden"}"#;
    let server = Server::start(&[Plan::Says("403 Forbidden", body)]);
    let live = server.controller();
    assert!(matches!(live.reencrypt("{}"), Err(Refusal::Stopped)));
    assert_eq!(server.count(), 1);
    assert!(stopped(&live).contains("is forbidden"));
}

#[test]
fn a_certificate_is_one_and_nothing_else() {
    let server = Server::start(&[Plan::Says("200 OK", CERTIFICATE)]);
    let served = server.controller().certificate().unwrap();
    let key = served.fingerprint();
    assert!(server.controller().still_serves(key).is_ok());
    for plan in [Plan::Says("200 OK", "<html>log in</html>"), AWAY] {
        let server = Server::start(&[plan]);
        assert!(server.controller().certificate().is_err());
        assert_eq!(server.count(), 1, "the start is not waited for");
    }
}

#[test]
fn a_key_that_changes_in_the_middle_ends_the_run() {
    let other = include_str!("../../../tests/vectors/kubeseal/keys/rsa3072.crt");
    let server = Server::start(&[Plan::Says("200 OK", other)]);
    let live = server.controller();
    let key = "SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI";
    assert!(live.still_serves(key.parse().unwrap()).is_err());
    assert!(stopped(&live).contains("took a new key into use"));
}

#[test]
fn a_controller_outside_of_clusters_keeps_its_keys() {
    let server = Server::start(&[GOOD]);
    let (ui, ..) = crate::ui::Ui::captured(crate::ui::Colour::Never);
    let failure = server.of_version("0.40.0").keys(&ui).err().unwrap();
    assert!(failure.message().ends_with("does not give out its keys"));
    assert_eq!(server.count(), 0);
}
