//! Errors as the page gets them: a code to translate, and the whole message in English.

use std::error::Error;

use sealsmith_core::certificate::{self, Found};
use sealsmith_core::manifest::tree::{self, Position};
use sealsmith_core::manifest::value::Value;
use sealsmith_core::manifest::{amendment, edit};
use sealsmith_core::{draft, name, public_key, scope, seal, text};
use wasm_bindgen::JsValue;

use crate::code::Code;
use crate::json;

/// Why something could not be done.
///
/// Thrown as a text that holds JSON: `code`, `message`, and where they are known `hint`, `line`, `column`.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    message: String,
    hint: Option<&'static str>,
    position: Option<Position>,
}

impl Problem {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            position: None,
        }
    }

    fn of(code: Code, error: &dyn Error) -> Self {
        Self::new(code, chain(error))
    }

    pub(crate) fn hint(self, hint: Option<&'static str>) -> Self {
        Self { hint, ..self }
    }

    fn at(self, position: Position) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }

    /// The JSON text that is thrown.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut fields = vec![
            ("code".to_owned(), Value::text(self.code.as_str())),
            ("message".to_owned(), Value::text(&*self.message)),
        ];
        if let Some(hint) = self.hint {
            fields.push(("hint".to_owned(), Value::text(hint)));
        }
        if let Some(position) = self.position {
            fields.push(("line".to_owned(), json::number(position.line)));
            fields.push(("column".to_owned(), json::number(position.column)));
        }
        json::text(&Value::Map(fields))
    }
}

impl From<Problem> for JsValue {
    fn from(problem: Problem) -> Self {
        Self::from_str(&problem.to_json())
    }
}

/// The messages of an error and of what caused it, in one line.
fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    message
}

impl From<certificate::Error> for Problem {
    fn from(error: certificate::Error) -> Self {
        use certificate::Error as E;
        let code = match &error {
            E::NotText(_) => Code::NotText,
            E::Der => Code::Der,
            E::FoundOther(Found::PrivateKey) => Code::PrivateKey,
            E::FoundOther(Found::PublicKey) => Code::PublicKey,
            E::NotFound | E::FoundOther(_) => Code::NoCertificate,
            E::NoEnd | E::Truncated { .. } => Code::Truncated,
            E::Key(error) => key_code(error),
            _ => Code::MalformedCertificate,
        };
        Self::of(code, &error).hint(error.hint())
    }
}

fn key_code(error: &public_key::Error) -> Code {
    match error {
        public_key::Error::NotRsa(_) => Code::NotRsa,
        public_key::Error::TooSmall { .. } => Code::KeyTooSmall,
        public_key::Error::TooLarge { .. } => Code::KeyTooLarge,
        _ => Code::MalformedKey,
    }
}

impl From<name::Error> for Problem {
    fn from(error: name::Error) -> Self {
        let code = match &error {
            name::Error::Empty { .. } => Code::NameEmpty,
            name::Error::TooLong { .. } => Code::NameTooLong,
            name::Error::Dns { .. } => Code::NameDns,
            _ => Code::NameKey,
        };
        Self::of(code, &error)
    }
}

impl From<tree::Error> for Problem {
    fn from(error: tree::Error) -> Self {
        let code = match &error.problem {
            tree::Problem::Syntax { .. } => Code::Syntax,
            tree::Problem::DuplicateKey { .. } => Code::DuplicateKey,
            tree::Problem::ContentAfterMarker | tree::Problem::ContentAfterEnd => {
                Code::LostDocument
            }
            tree::Problem::TooManyNodes | tree::Problem::TooDeep => Code::TooLarge,
            tree::Problem::MergeKey => Code::MergeKey,
            _ => Code::Shape,
        };
        Self::of(code, &error.problem).at(error.position)
    }
}

impl From<text::Error> for Problem {
    fn from(error: text::Error) -> Self {
        Self::of(Code::NotText, &error)
    }
}

impl From<scope::Error> for Problem {
    fn from(error: scope::Error) -> Self {
        Self::of(Code::Scope, &error)
    }
}

impl From<seal::Error> for Problem {
    fn from(error: seal::Error) -> Self {
        Self::of(Code::CannotSeal, &error)
    }
}

impl From<draft::Error> for Problem {
    fn from(error: draft::Error) -> Self {
        match error {
            draft::Error::Name(error) => error.into(),
            draft::Error::Seal(error) => error.into(),
            draft::Error::NoData => Self::of(Code::NoData, &error),
            draft::Error::NoNamespace(_) => Self::of(Code::NoNamespace, &error),
            draft::Error::NoName => Self::of(Code::NoName, &error),
            other => Self::of(Code::CannotSeal, &other),
        }
    }
}

impl From<amendment::Error> for Problem {
    fn from(error: amendment::Error) -> Self {
        use amendment::Error as E;
        match error {
            E::Read(error) => error.into(),
            E::Name(error) => error.into(),
            E::NotFound => Self::of(Code::NoSealedSecret, &error),
            E::NoNamespace(_) => Self::of(Code::NoNamespace, &error),
            E::OtherNamespace(_) => Self::of(Code::OtherNamespace, &error),
            E::Edit(edit::Error::NotInPlace { position, .. }) => {
                Self::of(Code::CannotEdit, &error).at(position)
            }
            other => Self::of(Code::CannotEdit, &other),
        }
    }
}
