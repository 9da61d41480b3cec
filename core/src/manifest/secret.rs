//! Reads a Kubernetes Secret that is to be sealed, and says what other tools would read differently.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document::refuse_merge_key;
use super::resolve::loses_its_text;
use super::tree::{Error, Node, Position, Problem, Style};
use crate::name::DataKey;
use crate::secret::SecretBytes;

/// A Secret as it is to be sealed: server fields are gone, `stringData` is merged over `data`.
#[derive(Default)]
pub struct Secret {
    /// `metadata.name`.
    pub name: Option<String>,
    /// `metadata.generateName`.
    pub generate_name: Option<String>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.labels`, sorted.
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`, sorted, without what `kubectl apply` remembers.
    pub annotations: BTreeMap<String, String>,
    /// `metadata.finalizers`.
    pub finalizers: Vec<String>,
    /// `type`.
    pub kind: Option<String>,
    /// `immutable`.
    pub immutable: Option<bool>,
    /// The values.
    pub data: BTreeMap<String, SecretBytes>,
}

/// Something in the file that people may not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub position: Position,
    /// What it is.
    pub surprise: Surprise,
}

/// What other tools read differently, or what is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Surprise {
    /// An unquoted value that YAML 1.1 changes.
    #[error(
        "`{field}` is sealed as written; other tools read the unquoted text as another value, so quote it"
    )]
    Unquoted {
        /// The field, such as `stringData.port`.
        field: String,
    },
    /// A field name in other letters.
    #[error("`{found}` is read as `{field}`")]
    Spelling {
        /// As written.
        found: String,
        /// As the API spells it.
        field: &'static str,
    },
    /// A field that a Secret does not have.
    #[error("`{field}` is no field of a Secret and is left out")]
    Unknown {
        /// The field.
        field: String,
    },
}

/// Annotations in which tools keep a copy of the plaintext.
const LAST_APPLIED: [&str; 2] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
];
/// What a server adds, and what must not travel with a sealed value.
const SERVER_FIELDS: [&str; 9] = [
    "uid",
    "resourceVersion",
    "generation",
    "selfLink",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "ownerReferences",
    "managedFields",
];

/// Reads a Secret.
///
/// # Errors
/// [`Error`] at the first field that is not what the API says it is.
pub fn read(node: Node<'_>) -> Result<(Secret, Vec<Note>), Error> {
    let mut reader = Reader { notes: Vec::new() };
    let secret = reader.secret(node)?;
    Ok((secret, reader.notes))
}

struct Reader {
    notes: Vec<Note>,
}

/// The fields that a mapping has, by the names that the API gives them: a handful.
#[derive(Default)]
struct Fields<'a>(Vec<(&'static str, Node<'a>)>);

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&Node<'a>> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, node)| node)
    }
}

impl Reader {
    fn secret(&mut self, node: Node<'_>) -> Result<Secret, Error> {
        const FIELDS: [&str; 7] = [
            "apiVersion",
            "kind",
            "metadata",
            "data",
            "stringData",
            "type",
            "immutable",
        ];
        let fields = self.fields(node, "", &FIELDS, &["status"])?;
        let metadata = match fields.get("metadata") {
            Some(&metadata) => {
                const FIELDS: [&str; 6] = [
                    "name",
                    "generateName",
                    "namespace",
                    "labels",
                    "annotations",
                    "finalizers",
                ];
                self.fields(metadata, "metadata.", &FIELDS, &SERVER_FIELDS)?
            }
            None => Fields::default(),
        };
        let mut annotations = self.texts(metadata.get("annotations"), "metadata.annotations")?;
        annotations.retain(|name, _| !LAST_APPLIED.contains(&name.as_str()));
        Ok(Secret {
            name: self.text(metadata.get("name"), "metadata.name")?,
            generate_name: self.text(metadata.get("generateName"), "metadata.generateName")?,
            namespace: self.text(metadata.get("namespace"), "metadata.namespace")?,
            labels: self.texts(metadata.get("labels"), "metadata.labels")?,
            annotations,
            finalizers: self.list(metadata.get("finalizers"))?,
            kind: self.text(fields.get("type"), "type")?,
            immutable: immutable(fields.get("immutable"))?,
            data: self.data(&fields)?,
        })
    }

    /// The known fields of a mapping, whatever letters they are written in, as kubeseal reads them.
    fn fields<'a>(
        &mut self,
        node: Node<'a>,
        prefix: &str,
        known: &[&'static str],
        dropped: &[&str],
    ) -> Result<Fields<'a>, Error> {
        if !node.is_mapping() {
            return Err(shape(
                node,
                &format!(
                    "`{}` is not a mapping",
                    if prefix.is_empty() {
                        "Secret"
                    } else {
                        prefix.trim_end_matches('.')
                    }
                ),
            ));
        }
        refuse_merge_key(node)?;
        let mut found = Fields::default();
        for (key, value) in node.entries() {
            let name = key
                .scalar()
                .ok_or_else(|| shape(key, "a field name is not a text"))?;
            let exact = known.iter().find(|field| **field == name);
            let similar = || known.iter().find(|field| field.eq_ignore_ascii_case(name));
            match exact.or_else(similar) {
                Some(field) if found.get(field).is_some() => {
                    return Err(shape(
                        key,
                        &format!("`{name}` and `{field}` are the same field"),
                    ));
                }
                Some(field) => {
                    if exact.is_none() {
                        self.note(
                            key,
                            Surprise::Spelling {
                                found: name.to_owned(),
                                field,
                            },
                        );
                    }
                    if !value.is_null() {
                        found.0.push((field, value));
                    }
                }
                None if dropped.contains(&name) || value.is_null() => {}
                None => self.note(
                    key,
                    Surprise::Unknown {
                        field: format!("{prefix}{name}"),
                    },
                ),
            }
        }
        Ok(found)
    }

    fn data(&mut self, fields: &Fields<'_>) -> Result<BTreeMap<String, SecretBytes>, Error> {
        let mut values = BTreeMap::new();
        for (key, value) in self.entries(fields.get("data"), "data")? {
            values.insert(key, decoded(value)?);
        }
        for (key, value) in self.entries(fields.get("stringData"), "stringData")? {
            let text = self.value_text(value, &format!("stringData.{key}"))?;
            values.insert(key, SecretBytes::new(text.as_bytes().to_vec()));
        }
        Ok(values)
    }

    fn entries<'a>(
        &mut self,
        node: Option<&Node<'a>>,
        field: &str,
    ) -> Result<Vec<(String, Node<'a>)>, Error> {
        let Some(&node) = node else {
            return Ok(Vec::new());
        };
        if !node.is_mapping() {
            return Err(shape(node, &format!("`{field}` is not a mapping")));
        }
        refuse_merge_key(node)?;
        let mut found = Vec::new();
        for (key, value) in node.entries() {
            let name = self.value_text(key, &format!("{field} key"))?;
            DataKey::parse(name)
                .map_err(|error| shape(key, &format!("data key `{name}`: {error}")))?;
            found.push((name.to_owned(), value));
        }
        Ok(found)
    }

    fn texts(
        &mut self,
        node: Option<&Node<'_>>,
        field: &str,
    ) -> Result<BTreeMap<String, String>, Error> {
        let Some(&node) = node else {
            return Ok(BTreeMap::new());
        };
        if !node.is_mapping() {
            return Err(shape(node, &format!("`{field}` is not a mapping")));
        }
        refuse_merge_key(node)?;
        node.entries()
            .map(|(key, value)| {
                let name = self.value_text(key, field)?.to_owned();
                let text = self
                    .value_text(value, &format!("{field}.{name}"))?
                    .to_owned();
                Ok((name, text))
            })
            .collect()
    }

    fn text(&mut self, node: Option<&Node<'_>>, field: &str) -> Result<Option<String>, Error> {
        let Some(&node) = node else {
            return Ok(None);
        };
        let text = self.value_text(node, field)?;
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn list(&mut self, node: Option<&Node<'_>>) -> Result<Vec<String>, Error> {
        let items = node.into_iter().flat_map(|node| node.items());
        items
            .map(|item| Ok(self.value_text(item, "metadata.finalizers")?.to_owned()))
            .collect()
    }

    /// A scalar as written, with a note when other tools would read another value.
    fn value_text<'a>(&mut self, node: Node<'a>, field: &str) -> Result<&'a str, Error> {
        let text = node
            .scalar()
            .ok_or_else(|| shape(node, &format!("`{field}` is not a text")))?;
        if node.tag().is_some_and(|tag| !matches!(tag, "!" | "!!str")) {
            return Err(shape(
                node,
                &format!("`{field}` has a tag that is not supported, write the text in quotes"),
            ));
        }
        if node.style() != Some(Style::Plain) || node.tag().is_some() {
            return Ok(text);
        }
        if node.stream().format() == super::tree::Format::Json && text == "null" {
            return Ok("");
        }
        if loses_its_text(text) {
            self.note(
                node,
                Surprise::Unquoted {
                    field: field.to_owned(),
                },
            );
        }
        Ok(text)
    }

    fn note(&mut self, node: Node<'_>, surprise: Surprise) {
        self.notes.push(Note {
            position: node.position(),
            surprise,
        });
    }
}

fn decoded(node: Node<'_>) -> Result<SecretBytes, Error> {
    let Some(text) = node.scalar() else {
        return Err(shape(node, "a value of `data` is not a text"));
    };
    if node.is_null() {
        return Ok(SecretBytes::new(Vec::new()));
    }
    let compact: zeroize::Zeroizing<String> = text
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n'))
        .collect::<String>()
        .into();
    let bytes = STANDARD.decode(compact.as_bytes()).map_err(|_| {
        shape(
            node,
            "a value of `data` is not standard base64; write text under `stringData` instead",
        )
    })?;
    Ok(SecretBytes::new(bytes))
}

fn immutable(node: Option<&Node<'_>>) -> Result<Option<bool>, Error> {
    let Some(node) = node else {
        return Ok(None);
    };
    match node.scalar() {
        Some("true") if node.style() == Some(Style::Plain) => Ok(Some(true)),
        Some("false") if node.style() == Some(Style::Plain) => Ok(Some(false)),
        _ => Err(shape(*node, "`immutable` is neither true nor false")),
    }
}

fn shape(node: Node<'_>, message: &str) -> Error {
    node.error(Problem::Shape {
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::Stream;
    use super::*;

    fn read_text(text: &str) -> Result<(Secret, Vec<String>), String> {
        let stream = Stream::parse(text).map_err(|error| error.to_string())?;
        let root = stream.documents().next().unwrap().root().unwrap();
        let (secret, notes) = read(root).map_err(|error| error.to_string())?;
        Ok((
            secret,
            notes
                .iter()
                .map(|note| format!("{} {}", note.position, note.surprise))
                .collect(),
        ))
    }

    #[test]
    fn string_data_wins_over_data() {
        let (secret, notes) =
            read_text("kind: Secret\nstringData: {a: text}\ndata: {a: b3Zlcg==, b: dg==}\n")
                .unwrap();
        let values: Vec<_> = secret
            .data
            .iter()
            .map(|(key, value)| (key.as_str(), value.expose()))
            .collect();
        assert_eq!(values, [("a", b"text".as_slice()), ("b", b"v")]);
        assert!(notes.is_empty());
    }

    #[test]
    fn surprises_of_yaml_1_1_are_sealed_as_written_with_a_note() {
        let (secret, notes) =
            read_text("stringData:\n  port: 0777\n  y: yes\n  five: 5\n  quoted: \"yes\"\n")
                .unwrap();
        assert_eq!(secret.data["port"].expose(), b"0777");
        assert_eq!(secret.data["y"].expose(), b"yes");
        assert_eq!(notes.len(), 3, "{notes:?}");
    }

    #[test]
    fn server_fields_and_remembered_plaintext_are_left_out() {
        let text = "metadata:\n  name: a\n  uid: 1\n  resourceVersion: '2'\n  managedFields: []\n  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}', keep: me}\nstringdata: {k: v}\ntyp: x\n";
        let (secret, notes) = read_text(text).unwrap();
        assert_eq!(secret.annotations.keys().collect::<Vec<_>>(), ["keep"]);
        assert_eq!(
            notes,
            [
                "7:1 `stringdata` is read as `stringData`",
                "8:1 `typ` is no field of a Secret and is left out"
            ]
        );
    }

    #[test]
    fn wrong_shapes_are_errors_with_a_place() {
        for (text, expected) in [
            (
                "data: {a: '!!'}",
                "1:11: a value of `data` is not standard base64",
            ),
            (
                "stringData:\n  a: {b: c}",
                "2:6: `stringData.a` is not a text",
            ),
            ("stringData: {'a b': c}", "1:14: data key `a b`"),
            ("data: [a]", "1:7: `data` is not a mapping"),
            ("immutable: maybe", "1:12: `immutable` is neither"),
        ] {
            let error = read_text(text).err().unwrap();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
