//! A server that answers one request after another with what is planned, the last answer for ever.

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Plan {
    /// Answers with a status line's end, such as `200 OK`, more headers, and a body.
    Says(&'static str, String),
    /// Closes the connection without a word.
    HangsUp,
    /// Sends so much of a good answer and closes the connection.
    BreaksOff(String),
    /// Says nothing, and keeps the connection.
    IsSilent,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The request line, headers in lower case, each on a line.
    pub(super) head: String,
    pub(super) body: String,
    /// Which connection it came over.
    pub(super) connection: usize,
}

pub(super) struct StandIn {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Asked>>>,
}

impl StandIn {
    pub(super) fn start(plans: &[Plan]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (plans, noted) = (plans.to_vec(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (plans, noted) = (plans.clone(), Arc::clone(&noted));
                std::thread::spawn(move || serve(&stream, connection, &plans, &noted));
            }
        });
        Self { url, seen }
    }

    pub(super) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests hold a text.
    pub(super) fn count(&self, text: &str) -> usize {
        let holds = |asked: &&Asked| asked.head.contains(text) || asked.body.contains(text);
        self.seen().iter().filter(holds).count()
    }
}

fn serve(stream: &TcpStream, connection: usize, plans: &[Plan], noted: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream);
    while let Some((head, body)) = request(&mut reader) {
        let index = {
            let mut noted = noted.lock().unwrap();
            noted.push(Asked {
                head,
                body,
                connection,
            });
            noted.len() - 1
        };
        match &plans[index.min(plans.len() - 1)] {
            Plan::Says(head, body) => {
                let length = body.len();
                let text = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}");
                // The client may be gone.
                let _ = (&*stream).write_all(text.as_bytes());
            }
            Plan::BreaksOff(body) => {
                let length = body.len() * 2;
                let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
                let _ = (&*stream).write_all(text.as_bytes());
                return;
            }
            Plan::HangsUp => return,
            Plan::IsSilent => {}
        }
    }
}

/// Reads one request; nothing when the client has closed the connection.
fn request(reader: &mut impl std::io::BufRead) -> Option<(String, String)> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if head.is_empty() {
            head = line.trim().to_owned();
        } else {
            head += "\n";
            let (name, value) = line.split_once(':')?;
            head += &format!("{}:{}", name.to_ascii_lowercase(), value.trim_end());
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).unwrap()))
}

/// A refusal of IAM and STS.
pub(super) fn refuses(status: &'static str, code: &str, message: &str) -> Plan {
    let error = format!(
        "<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Plan::Says(
        status,
        format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>"),
    )
}

pub(super) fn fails() -> Plan {
    refuses(
        "500 Internal Server Error",
        "ServiceFailure",
        "an internal failure",
    )
}

pub(super) fn unknown_key() -> Plan {
    let message = "The security token included in the request is invalid.";
    refuses("403 Forbidden", "InvalidClientTokenId", message)
}

/// STS names a user.
pub(super) fn is_user(arn: &str) -> Plan {
    let result = format!("<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>111122223333</Account>");
    answers("GetCallerIdentity", &result)
}

/// The answer of an action of IAM and STS.
pub(super) fn answers(action: &str, result: &str) -> Plan {
    let body = format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <{action}Result>{result}</{action}Result></{action}Response>"
    );
    Plan::Says("200 OK", body)
}
