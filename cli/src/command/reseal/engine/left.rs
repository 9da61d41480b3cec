//! What stays as it was, and why.

use std::path::Path;

use sealsmith_core::reseal::Problem;

use crate::failure::Failure;
use crate::ui::shown;

/// Something that stayed as it was although it should not.
pub(crate) struct Left {
    /// `file:line:column`, or the file.
    pub(crate) place: String,
    /// `namespace/name`, when it is a SealedSecret or a value of one.
    pub(crate) secret: Option<String>,
    /// The data key, when it is a value.
    pub(crate) key: Option<String>,
    pub(crate) reason: String,
    pub(crate) hint: Option<String>,
}

impl Left {
    /// A value that could not be re-sealed; `title` names its SealedSecret.
    pub(crate) fn of(place: String, title: String, key: String, problem: &Problem) -> Self {
        Self {
            place,
            hint: hint(problem, &title),
            reason: reason(problem),
            secret: Some(title),
            key: Some(key),
        }
    }
}

/// Parts a failure about a file into place and reason; a file that does not parse says its line itself.
pub(crate) fn placed(path: &str, file: &Path, failure: &Failure) -> (String, String) {
    let text = sentence(failure);
    let position = text
        .strip_prefix(&shown(file))
        .filter(|rest| rest.starts_with(':'))
        .and_then(|rest| rest.split_once(": "));
    match position {
        Some((position, reason)) => (format!("{path}{position}"), reason.to_owned()),
        None => (path.to_owned(), text),
    }
}

/// A failure and its causes in one line.
pub(crate) fn sentence(failure: &Failure) -> String {
    [
        std::slice::from_ref(&failure.message().to_owned()),
        failure.causes(),
    ]
    .concat()
    .join(": ")
}

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::NotOpened {
            explanation,
            sealed_for: Some(place),
            ..
        } if explanation.intact => {
            format!(
                "it was sealed for {}, not for where its file says it is",
                crate::explain::place(place)
            )
        }
        Problem::NotOpened {
            explanation,
            sealed_for: None,
            ..
        } if explanation.intact && explanation.label_hash.is_some() => {
            "the key fits, but it was sealed for another name, namespace or scope".to_owned()
        }
        other => other.to_string(),
    }
}

fn hint(problem: &Problem, title: &str) -> Option<String> {
    match problem {
        Problem::NotOpened { explanation, .. } if explanation.label_hash.is_some() => {
            Some(format!(
                "restore the name, namespace and scope it was sealed for, or seal it anew for {title}"
            ))
        }
        Problem::NotOpened { .. } => {
            Some("pass the key it was sealed for with --recovery-private-key; the target's own, if an earlier run re-sealed it".to_owned())
        }
        _ => None,
    }
}
