//! Private keys in Secrets, as `kubectl get secret -o yaml` backs them up.

use zeroize::Zeroizing;

use super::{Error, Found, Problem};
use crate::certificate::Certificate;
use crate::go_base64;
use crate::manifest::document::{Kind, Object, objects};
use crate::manifest::tree::{Node, Stream};
use crate::private_key::PrivateKey;
use crate::text;

/// Says whether a file that reads as YAML is one: to YAML any prose is a scalar.
pub(super) fn holds_objects(stream: &Stream) -> bool {
    let mut roots = stream.documents().filter_map(|document| document.root());
    roots.any(Node::is_mapping)
}

impl Found {
    /// Collects the keys of every Secret of a file, in lists too.
    pub(super) fn manifest(&mut self, stream: &Stream) -> Result<(), Error> {
        for object in objects(stream)? {
            match object.kind {
                // Backups edited by hand lose their `apiVersion` or `kind`.
                Kind::Secret | Kind::Other("Secret") | Kind::Unknown => self.secret(object.node),
                Kind::SealedSecret | Kind::Other(_) => {
                    self.note(place(&object), Problem::NotASecret);
                }
            }
        }
        Ok(())
    }

    fn secret(&mut self, node: Node<'_>) {
        let name = name("Secret", node);
        let first = self.keys.len();
        match entry(node, "tls.key") {
            None => self.note(name, Problem::NoKey),
            Some(Err(problem)) => self.note(format!("{name}, tls.key"), problem),
            Some(Ok(bytes)) => {
                self.tls_key(&bytes, &name);
                self.compare(node, &name, first);
            }
        }
    }

    fn tls_key(&mut self, bytes: &[u8], name: &str) {
        let (keys, notes) = (self.keys.len(), self.notes.len());
        match text::decode(bytes) {
            Ok(decoded) => self.pem(&decoded.text, &format!("{name}, tls.key, ")),
            Err(error) => self.note(format!("{name}, tls.key"), error),
        }
        if (self.keys.len(), self.notes.len()) == (keys, notes) {
            self.note(name, Problem::NoKey);
        }
    }

    /// Compares the first certificate, which the controller seals with, with the first key (FORMAT.md, F12).
    fn compare(&mut self, node: Node<'_>, name: &str, first: usize) {
        let place = format!("{name}, tls.crt");
        let Some(key) = self.keys.get(first).map(PrivateKey::fingerprint) else {
            return;
        };
        match entry(node, "tls.crt") {
            None => {}
            Some(Err(problem)) => self.note(place, problem),
            Some(Ok(bytes)) => match Certificate::parse(&bytes) {
                Ok(certificate) if certificate.fingerprint() == key => {}
                Ok(certificate) => {
                    let certificate = certificate.fingerprint();
                    self.note(place, Problem::Mismatch { certificate, key });
                }
                Err(error) => self.note(place, Problem::Certificate(error)),
            },
        }
    }
}

/// Returns the bytes of an entry; `stringData` wins over `data`, as in the cluster.
fn entry(secret: Node<'_>, key: &str) -> Option<Result<Zeroizing<Vec<u8>>, Problem>> {
    let text = |map: &str| secret.get(map)?.get(key)?.as_str();
    if let Some(text) = text("stringData") {
        return Some(Ok(Zeroizing::new(text.as_bytes().to_vec())));
    }
    let decoded = go_base64::decode(text("data")?);
    Some(decoded.map(Zeroizing::new).map_err(|_| Problem::Base64))
}

fn place(object: &Object<'_>) -> String {
    let kind = match object.kind {
        Kind::SealedSecret => "SealedSecret",
        Kind::Other(kind) => kind,
        Kind::Secret | Kind::Unknown => "Secret",
    };
    name(kind, object.node)
}

/// Returns what to call an object: its kind, namespace and name, or where it stands.
fn name(kind: &str, node: Node<'_>) -> String {
    let field = |name: &str| node.get("metadata")?.get(name)?.as_str();
    let name = match (field("namespace"), field("name")) {
        (Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
        (None, Some(name)) => format!("{kind} {name}"),
        (_, None) => format!("{kind} at line {}", node.position().line),
    };
    name.chars()
        .take(200)
        .flat_map(char::escape_debug)
        .collect()
}
