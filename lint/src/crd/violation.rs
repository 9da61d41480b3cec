//! One thing that is wrong, and the checks that every part of the object needs.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, Style};

use crate::policy::Severity;
use crate::policy::suggest::nearest;
use crate::text::shown;
use crate::value::is_string;

/// Something that the API server refuses or drops. It names fields, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// The field, as `spec.template.type`.
    pub(crate) field: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What that means.
    pub(crate) note: &'static str,
    /// What to do.
    pub(crate) help: String,
    /// How serious it is.
    pub(crate) severity: Severity,
}

impl Violation {
    pub(super) fn note(&mut self, note: &'static str) -> &mut Self {
        self.note = note;
        self
    }

    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = help.into();
        self
    }

    pub(super) fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Violations {
    found: Vec<Violation>,
}

impl Violations {
    pub(super) fn into_vec(self) -> Vec<Violation> {
        self.found
    }

    /// Adds one, at a node.
    pub(super) fn add(
        &mut self,
        node: Node<'_>,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Violation {
        self.found.push(Violation {
            at: place(node),
            field: field.into(),
            message: message.into(),
            note: "the API server refuses the object",
            help: String::new(),
            severity: Severity::Error,
        });
        self.found.last_mut().expect("it was just added")
    }

    /// Adds the entries that the API has no field for.
    pub(super) fn unknown(&mut self, mapping: Node<'_>, path: &str, known: &[&'static str]) {
        for (key, _) in mapping.entries() {
            let name = key.scalar().unwrap_or_default();
            // A merge key is for `ambiguous-yaml` to name.
            if known.contains(&name) || name == "<<" {
                continue;
            }
            let field = joined(path, name);
            let violation = self.add(
                key,
                field.clone(),
                format!("there is no field `{}`", shown(&field)),
            );
            violation.note("the API server refuses it, or drops it without a word");
            violation.help(match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known here are {}", known.join(", ")),
            });
        }
    }

    /// Whether a node is a mapping; says so when it is none.
    pub(super) fn is_mapping(&mut self, node: Node<'_>, path: &str) -> bool {
        if !node.is_mapping() {
            self.add(node, path, format!("`{path}` is not a mapping"));
        }
        node.is_mapping()
    }

    /// Adds a node that is no text.
    pub(super) fn text(&mut self, node: Node<'_>, path: &str) {
        if node.is_null() || is_string(node) {
            return;
        }
        self.add(node, path, format!("`{}` is not a text", shown(path)))
            .help(match node.is_scalar() {
                true => "write it in quotes",
                false => "write a text",
            });
    }

    /// Adds the values of a mapping that are no texts.
    pub(super) fn texts(&mut self, mapping: Node<'_>, path: &str) {
        if mapping.is_null() || !self.is_mapping(mapping, path) {
            return;
        }
        for (key, value) in mapping.entries() {
            let name = key.scalar().unwrap_or_default();
            if name != "<<" {
                self.text(value, &joined(path, name));
            }
        }
    }
}

/// The field of an entry.
pub(super) fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// The bytes that a code frame shows: all of a short scalar, else where the node starts.
fn place(node: Node<'_>) -> Range<usize> {
    let range = node.range();
    let in_line = matches!(
        node.style(),
        Some(Style::Plain | Style::SingleQuoted | Style::DoubleQuoted)
    );
    match node.is_alias() || in_line {
        true => range,
        false => range.start..range.start,
    }
}
