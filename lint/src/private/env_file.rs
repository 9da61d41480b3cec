//! `.env` files: by convention what must not be committed.

use std::ops::Range;

use super::{Material, file_name};
use crate::policy::Severity;
use crate::readable::literal::{is_encrypted, is_literal};
use crate::secret_like::{is_filler, names_secret};
use crate::source::{Reading, Source};
use crate::text::listed;

/// Parts of the names of files that only show which variables there are.
const SHOWN: [&str; 8] = [
    "example", "sample", "template", "tpl", "tmpl", "dist", "defaults", "schema",
];

/// Endings that say less elsewhere than they do here.
const ENDINGS: [&str; 7] = [
    "PASS",
    "PWD",
    "SECRET_KEY",
    "ACCESS_KEY",
    "FERNET_KEY",
    "DSN",
    "CREDENTIALS",
];

/// A variable with a value of its own.
struct Variable<'t> {
    name: &'t str,
    at: Range<usize>,
}

/// Returns what an env file holds.
pub(super) fn find(source: &Source<'_>) -> Option<Material> {
    let name = file_name(source);
    let Reading::Text {
        text,
        problem: None,
    } = source.reading()
    else {
        return None;
    };
    if !is_env_file(&name) {
        return None;
    }
    let all = variables(text);
    let secrets: Vec<_> = all.iter().filter(|variable| variable.is_secret()).collect();
    match (secrets.first(), all.first()) {
        (Some(first), _) => {
            let names = listed(secrets.iter().map(|variable| variable.name));
            let what = format!("an env file with {names}");
            Some(material(what, first, Severity::Error))
        }
        (None, Some(first)) if name.starts_with(".env") => {
            Some(material("an env file".to_owned(), first, Severity::Warning))
        }
        _ => None,
    }
}

/// `.env`, `.env.prod`, `prod.env`
fn is_env_file(name: &str) -> bool {
    let mut parts = name.split(['.', '-', '_']);
    let named = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
    named && !parts.any(|part| SHOWN.contains(&part))
}

fn material(what: String, variable: &Variable<'_>, severity: Severity) -> Material {
    Material {
        what,
        note: "by convention it holds what must not be committed",
        object: String::new(),
        field: variable.name.to_owned(),
        at: Some(variable.at.clone()),
        severity,
    }
}

fn variables(text: &str) -> Vec<Variable<'_>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        found.extend(variable(line).map(|name| {
            let at = start + line.find(name).unwrap_or(0);
            let at = at..at + name.len();
            Variable { name, at }
        }));
        start += line.len();
    }
    found
}

/// The name of a variable that gets a value here: not nothing, no placeholder, nothing encrypted.
fn variable(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.trim().trim_matches(['"', '\'']));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let named = !name.is_empty() && name.bytes().all(is_name) && !name.starts_with("sops_");
    (named && is_literal(value) && !is_encrypted(value) && !is_filler(value)).then_some(name)
}

impl Variable<'_> {
    fn is_secret(&self) -> bool {
        let name = self.name.to_ascii_uppercase();
        names_secret(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_with_values_are_found() {
        let text = "# A=1\nexport A_TOKEN='x1'\nB=\nC=${D}\nE = \"f\"\nF=changeme\nG=ENC[AES256_GCM,x]\nsops_mac=1\n";
        let names: Vec<_> = variables(text)
            .iter()
            .map(|variable| &text[variable.at.clone()])
            .collect();
        assert_eq!(names, ["A_TOKEN", "E"]);
    }

    #[test]
    fn names_of_env_files_are_known() {
        assert!(
            [".env", ".env.prod", "prod.env"]
                .into_iter()
                .all(is_env_file)
        );
        assert!(
            ![".env.example", "sample.env", ".envrc", "env", "environment"]
                .into_iter()
                .any(is_env_file)
        );
    }
}
