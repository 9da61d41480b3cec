//! Certificates: where a sealing key comes from, and until when (FORMAT.md, F10).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::{Decode as _, ErrorKind};
use x509_cert::name::Name;

use crate::fingerprint::Fingerprint;
use crate::pem::{Block, Damage, blocks};
use crate::public_key::{self, PublicKey};
use crate::{text, x509};

/// A certificate with an RSA key, as the controller publishes it.
///
/// Like kubeseal it is taken at its word: no chain, name or usage is checked. Its dates are a question to
/// [`validity`](Self::validity) and never a reason not to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: PublicKey,
    not_before: i64,
    not_after: i64,
    subject: Vec<u8>,
    serial: String,
}

/// What a certificate's dates say at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// The certificate is valid.
    Valid {
        /// Whole days until it expires.
        days_left: i64,
    },
    /// The certificate has expired; kubeseal refuses to seal with it.
    Expired {
        /// When it expired, in seconds since 1970.
        not_after: i64,
    },
    /// The certificate is for the future; kubeseal seals with it all the same.
    NotYetValid {
        /// When it becomes valid, in seconds since 1970.
        not_before: i64,
    },
}

impl Certificate {
    /// Reads the first certificate of a PEM file, whatever else the file holds.
    ///
    /// Accepts UTF-8 with and without mark and UTF-16; skips text, keys and blocks with PEM headers.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        refuse_der(bytes)?;
        let decoded = text::decode(bytes)?;
        let blocks = blocks(&decoded.text);
        let first = blocks.iter().find(|block| is_certificate(block));
        first.map_or_else(|| Err(not_found(&blocks)), Self::from_block)
    }

    /// Reads every certificate of a PEM file, in order; there is at least one.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        refuse_der(bytes)?;
        let decoded = text::decode(bytes)?;
        let blocks = blocks(&decoded.text);
        let certificates = blocks.iter().filter(|block| is_certificate(block));
        match certificates.map(Self::from_block).collect() {
            Ok(none) if Vec::is_empty(&none) => Err(not_found(&blocks)),
            other => other,
        }
    }

    pub(crate) fn from_block(block: &Block<'_>) -> Result<Self, Error> {
        match &block.body {
            Ok(der) => Self::from_der(der),
            Err(Damage::NoEnd) => Err(Error::NoEnd),
            Err(Damage::Base64) => Err(Error::Base64),
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, Error> {
        let fields = x509::read(der).map_err(|error| malformed(error, der.len()))?;
        Ok(Self {
            der: der.to_vec(),
            public_key: PublicKey::from_spki_der(fields.public_key)?,
            not_before: fields.not_before,
            not_after: fields.not_after,
            subject: fields.subject.to_vec(),
            serial: upper_hex(fields.serial.as_bytes()),
        })
    }

    /// Returns the key that values are sealed with.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns the identity of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.public_key.fingerprint()
    }

    /// Returns the first second of validity, counted since 1970.
    #[must_use]
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Returns the last second of validity, counted since 1970.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// Returns what the dates say at `now`, in seconds since 1970.
    #[must_use]
    pub fn validity(&self, now: i64) -> Validity {
        let Self {
            not_before,
            not_after,
            ..
        } = *self;
        if now > not_after {
            Validity::Expired { not_after }
        } else if now < not_before {
            Validity::NotYetValid { not_before }
        } else {
            let days_left = (not_after - now) / SECONDS_PER_DAY;
            Validity::Valid { days_left }
        }
    }

    /// Returns the subject (RFC 4514); empty for the controller's own certificates.
    ///
    /// Written only when asked for: the names of all attributes are a third of the page's wasm.
    #[must_use]
    pub fn subject(&self) -> String {
        Name::from_der(&self.subject).map_or_else(
            // RFC 4514 section 2.4 has this form for values that are no text.
            |_| format!("#{}", upper_hex(&self.subject)),
            |name| name.to_string(),
        )
    }

    /// Returns the serial number in hexadecimal, as `openssl x509 -serial` prints it.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Returns the certificate as a PEM block, without anything that stood around it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let body = STANDARD.encode(&self.der);
        let (lines, rest) = body.as_bytes().as_chunks::<64>();
        let lines = lines.iter().map(|line| &line[..]).chain([rest]);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in lines.filter(|line| !line.is_empty()) {
            pem.extend(line.iter().map(|byte| char::from(*byte)));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }
}

/// Why a file offers no key to seal with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is no text.
    #[error("certificate is not readable as text")]
    NotText(#[from] text::Error),

    /// The file is a certificate, but in binary form.
    #[error("certificate is in binary DER form, PEM is expected")]
    Der,

    /// The text holds nothing that could be a certificate.
    #[error("no certificate found")]
    NotFound,

    /// The text holds something else.
    #[error("no certificate found, but {0}")]
    FoundOther(Found),

    /// The text is cut off inside the certificate.
    #[error("certificate has no END CERTIFICATE line, so it is truncated")]
    NoEnd,

    /// The text between the dashes is no base64.
    #[error("certificate is not valid base64")]
    Base64,

    /// The certificate is shorter than it says.
    #[error("certificate is truncated: {got} bytes, but its header needs {need}")]
    Truncated {
        /// How many bytes there are.
        got: u32,
        /// How many there must be.
        need: u32,
    },

    /// The bytes are no certificate.
    #[error("certificate is not valid DER")]
    Malformed(#[source] der::Error),

    /// The key in the certificate cannot seal.
    #[error(transparent)]
    Key(#[from] public_key::Error),
}

/// What a file holds in place of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// A bare public key.
    PublicKey,
    /// A private key.
    PrivateKey,
    /// A request for a certificate.
    Request,
    /// A certificate that kubeseal skips, because its block has PEM headers.
    WithHeaders,
    /// A PEM block of another kind.
    Other(String),
}

impl Error {
    /// Returns what to try next, where there is something to try.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Der => Some("convert it with: openssl x509 -inform der -in FILE -out cert.pem"),
            Self::FoundOther(Found::PublicKey | Found::Request) => {
                Some("pass the certificate that the controller publishes, not its bare key")
            }
            Self::FoundOther(Found::PrivateKey) => {
                Some("sealing needs the certificate only, keep the private key where it is")
            }
            Self::FoundOther(Found::WithHeaders) => {
                Some("remove the header lines below BEGIN CERTIFICATE")
            }
            Self::NoEnd | Self::Truncated { .. } => Some("copy or fetch the certificate again"),
            _ => None,
        }
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PublicKey => f.write_str("a public key (PUBLIC KEY)"),
            Self::PrivateKey => f.write_str("a private key (PRIVATE KEY)"),
            Self::Request => f.write_str("a certificate request (CERTIFICATE REQUEST)"),
            Self::WithHeaders => f.write_str("a CERTIFICATE block with PEM headers"),
            Self::Other(label) => write!(f, "a PEM block called {label:?}"),
        }
    }
}

const SECONDS_PER_DAY: i64 = 86_400;

/// Binary input would only be reported as "not text"; people are better served with its name.
fn refuse_der(bytes: &[u8]) -> Result<(), Error> {
    match x509::read(bytes) {
        Ok(_) => Err(Error::Der),
        Err(_) => Ok(()),
    }
}

fn is_certificate(block: &Block<'_>) -> bool {
    block.label == "CERTIFICATE" && block.headers.is_empty()
}

fn not_found(blocks: &[Block<'_>]) -> Error {
    let Some(block) = blocks.first() else {
        return Error::NotFound;
    };
    Error::FoundOther(match block.label {
        "CERTIFICATE" => Found::WithHeaders,
        "CERTIFICATE REQUEST" => Found::Request,
        label if label.ends_with("PUBLIC KEY") => Found::PublicKey,
        label if label.ends_with("PRIVATE KEY") => Found::PrivateKey,
        label => Found::Other(label.chars().take(40).collect()),
    })
}

/// Only when the whole is shorter than it says, it was cut; a part that does not fit into it is damage.
fn malformed(error: der::Error, got: usize) -> Error {
    match error.kind() {
        ErrorKind::Incomplete {
            expected_len,
            actual_len,
        } if usize::try_from(actual_len) == Ok(got) => Error::Truncated {
            got: actual_len.into(),
            need: expected_len.into(),
        },
        _ => Error::Malformed(error),
    }
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").expect("writing to a string does not fail");
        text
    })
}
