//! A stand-in for the controller: its three pages, with real keys.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::key_file;
use sealsmith_core::scope::{CLUSTER_WIDE, Label, NAMESPACE_WIDE, Scope};
use sealsmith_core::seal::SealingKey;
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Why nothing of the scene fails: keys, sockets and texts are the test's own.
const WORKS: &str = "what a test makes itself is well formed";

/// A change that somebody on the way makes to the answer of `/v1/rotate`.
pub(crate) type Mischief = fn(&mut Value);

/// A running stand-in; it ends with the test process.
pub(crate) struct StandIn {
    pub(crate) url: String,
    inside: Arc<Inside>,
}

struct Inside {
    certificate: String,
    seals: SealingKey,
    opens: KeyRing,
    mischief: Option<Mischief>,
    seed: AtomicU8,
    /// How many more questions to rotate are answered before it is silent.
    left: AtomicUsize,
    /// Page and body of every request.
    seen: Mutex<Vec<(String, String)>>,
}

impl StandIn {
    /// Starts one that seals with the first key and opens with all; each is a folder with `tls.crt` and `tls.key`.
    pub(crate) fn start(keys: &[&Path], mischief: Option<Mischief>) -> Self {
        let certificate = std::fs::read_to_string(keys[0].join("tls.crt")).expect(WORKS);
        let parsed = Certificate::parse(certificate.as_bytes()).expect(WORKS);
        let ready = |folder: &&Path| {
            let pem = std::fs::read(folder.join("tls.key")).expect(WORKS);
            UnsealingKey::native(&key_file::parse(&pem).expect(WORKS).keys[0]).expect(WORKS)
        };
        let inside = Arc::new(Inside {
            seals: SealingKey::native(parsed.public_key()).expect(WORKS),
            opens: KeyRing::new(keys.iter().map(ready).collect()),
            certificate,
            mischief,
            seed: AtomicU8::new(0),
            left: AtomicUsize::new(usize::MAX),
            seen: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect(WORKS);
        let url = format!("http://{}", listener.local_addr().expect(WORKS));
        let answering = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let answering = Arc::clone(&answering);
                std::thread::spawn(move || answering.serve(stream.expect(WORKS)));
            }
        });
        Self { url, inside }
    }

    /// The bodies that a page was asked with.
    pub(crate) fn asked(&self, page: &str) -> Vec<Value> {
        let seen = self.inside.seen.lock().expect(WORKS);
        let bodies = seen.iter().filter(|(asked, _)| asked == page);
        bodies
            .map(|(_, body)| serde_json::from_str(body).expect(WORKS))
            .collect()
    }

    /// Answers so many more questions to rotate; later ones are taken and never answered.
    pub(crate) fn falls_silent_after(&self, questions: usize) {
        self.inside.left.store(questions, Ordering::SeqCst);
    }

    pub(crate) fn speaks_again(&self) {
        self.inside.left.store(usize::MAX, Ordering::SeqCst);
    }
}

/// A SealedSecret that a key opens.
struct Opened {
    metadata: Value,
    label: Label,
    values: Vec<(String, Vec<u8>)>,
}

impl Inside {
    fn serve(&self, mut stream: TcpStream) {
        let (page, body) = request(&stream);
        self.seen
            .lock()
            .expect(WORKS)
            .push((page.clone(), body.clone()));
        let (status, answer) = match page.as_str() {
            "/v1/cert.pem" => (200, self.certificate.clone()),
            "/v1/rotate" if self.is_silent() => loop {
                std::thread::park();
            },
            "/v1/rotate" => self
                .rotate(&body)
                .map_or((500, String::new()), |text| (200, text)),
            "/v1/verify" => (self.open(&body).map_or(409, |_| 200), String::new()),
            _ => (404, String::new()),
        };
        let length = answer.len();
        let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nConnection: close");
        // A client that was killed takes no answer.
        let _ = write!(stream, "{head}\r\n\r\n{answer}");
    }

    fn is_silent(&self) -> bool {
        let less = |left: usize| {
            if left == usize::MAX {
                Some(left)
            } else {
                left.checked_sub(1)
            }
        };
        let order = Ordering::SeqCst;
        self.left.fetch_update(order, order, less).is_err()
    }

    /// As 0.36 answers: everything sealed anew, without a kind, in an object of its own making.
    fn rotate(&self, body: &str) -> Option<String> {
        let opened = self.open(body)?;
        let seal = |(key, plaintext): (String, Vec<u8>)| {
            let seed = self.seed.fetch_add(1, Ordering::SeqCst);
            let mut random = ChaCha20Rng::from_seed([seed; 32]);
            let new = self
                .seals
                .seal(&mut random, &opened.label, &plaintext)
                .expect(WORKS);
            (key, json!(new.as_str()))
        };
        let values: serde_json::Map<_, _> = opened.values.into_iter().map(seal).collect();
        let metadata = &opened.metadata;
        let mut answer = json!({
            "metadata": {"name": metadata["name"], "namespace": metadata["namespace"], "creationTimestamp": null},
            "spec": {"template": {"metadata": metadata}, "encryptedData": values},
        });
        if let Some(mischief) = self.mischief {
            mischief(&mut answer);
        }
        Some(answer.to_string())
    }

    fn open(&self, body: &str) -> Option<Opened> {
        let object: Value = serde_json::from_str(body).ok()?;
        let metadata = &object["metadata"];
        let annotation = |name: &str| metadata["annotations"][name].as_str();
        let scope = Scope::from_annotations(annotation(NAMESPACE_WIDE), annotation(CLUSTER_WIDE));
        let field = |name: &str| metadata[name].as_str().unwrap_or_default();
        let label = Label::new(scope, field("namespace"), field("name"));
        let values = object["spec"]["encryptedData"].as_object()?.iter();
        let open = |(key, text): (&String, &Value)| {
            let value = SealedValue::parse(text.as_str()?).ok()?;
            let opened = self.opens.unseal(&label, &value).ok()?;
            Some((key.clone(), opened.plaintext.expose().to_vec()))
        };
        let values = values.map(open).collect::<Option<_>>()?;
        Some(Opened {
            metadata: metadata.clone(),
            label,
            values,
        })
    }
}

fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut page, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect(WORKS);
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if page.is_empty() {
            page = line.split(' ').nth(1).expect(WORKS).to_owned();
        } else if let Some(text) = line.strip_prefix("content-length: ") {
            length = text.parse().expect(WORKS);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect(WORKS);
    (page, String::from_utf8(body).expect(WORKS))
}
