//! `seal --merge-into FILE`: new values into an existing file, which keeps its scope and everything else.

use std::path::Path;

use sealsmith_core::manifest::document::{Kind, objects};
use sealsmith_core::manifest::edit::{Change, apply};
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::secret::{Secret, read};
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::scope::{CLUSTER_WIDE, Label, NAMESPACE_WIDE, Scope};

use super::Args;
use super::changes::add;
use super::input::{EXAMPLE, Input, read_inputs};
use super::target::{Target, warn_about_value};
use crate::env::{Env, random};
use crate::failure::Failure;
use crate::manifest_file::{ManifestFile, place, unreadable};
use crate::ui::{Ui, shown};

pub(super) fn run(
    args: &Args,
    file: &Path,
    targets: &[Target],
    env: &Env,
    ui: &Ui,
) -> Result<(), Failure> {
    let [target] = targets else {
        return Err(Failure::could_not("--merge-into takes one certificate"));
    };
    let file = ManifestFile::read(file)?;
    let mut changes = Vec::new();
    for input in read_inputs(&args.input_paths(), EXAMPLE, env)? {
        Merge {
            args,
            target,
            file: &file,
            input: &input,
            ui,
        }
        .collect(&mut changes)?;
    }
    let text = apply(file.stream(), &changes).map_err(|error| {
        Failure::could_not(format!("cannot edit {}", shown(file.path()))).because(error)
    })?;
    file.write(&text)
}

struct Merge<'a> {
    args: &'a Args,
    target: &'a Target,
    file: &'a ManifestFile,
    input: &'a Input,
    ui: &'a Ui,
}

impl Merge<'_> {
    fn collect(&self, changes: &mut Vec<Change>) -> Result<(), Failure> {
        let known = sealed_secrets(self.file.stream())
            .map_err(|error| unreadable(self.file.path(), &error))?;
        let all =
            objects(&self.input.stream).map_err(|error| unreadable(&self.input.name, &error))?;
        let secrets: Vec<_> = all
            .into_iter()
            .filter(|object| object.kind == Kind::Secret)
            .collect();
        if secrets.is_empty() {
            return Err(Failure::could_not(format!(
                "{} holds no Secret to merge",
                shown(&self.input.name)
            )));
        }
        for object in secrets {
            let (secret, notes) =
                read(object.node).map_err(|error| unreadable(&self.input.name, &error))?;
            for note in notes {
                self.ui.warning(format!(
                    "{}: {}",
                    place(&self.input.name, note.position),
                    note.surprise
                ));
            }
            let into = self.choose(&known, &secret)?;
            self.values(into, &secret, changes)?;
            template_entries(into, "labels", &secret.labels, changes);
            template_entries(
                into,
                "annotations",
                &without_scope(&secret.annotations),
                changes,
            );
        }
        Ok(())
    }

    /// The SealedSecret of the file that the Secret belongs to: the only one, or the one of its name.
    fn choose<'s>(
        &self,
        known: &[SealedSecret<'s>],
        secret: &Secret,
    ) -> Result<SealedSecret<'s>, Failure> {
        let same = |sealed: &&SealedSecret<'s>| {
            secret.name.as_deref() == Some(sealed.name())
                && secret
                    .namespace
                    .as_deref()
                    .is_none_or(|own| own == sealed.namespace())
        };
        match known {
            [] => Err(Failure::could_not(format!(
                "{} holds no SealedSecret to merge into",
                shown(self.file.path())
            ))),
            [one] => Ok(*one),
            many => many.iter().find(same).copied().ok_or_else(|| {
                let titles: Vec<_> = many.iter().map(|sealed| sealed.title()).collect();
                Failure::could_not(format!(
                    "{} holds several SealedSecrets, and none is named like the Secret",
                    shown(self.file.path())
                ))
                .hint(format!(
                    "name the Secret like one of: {}",
                    titles.join(", ")
                ))
            }),
        }
    }

    fn values(
        &self,
        into: SealedSecret<'_>,
        secret: &Secret,
        changes: &mut Vec<Change>,
    ) -> Result<(), Failure> {
        let label = self.label(into, secret)?;
        let mut random = random::system()?;
        for (key, value) in &secret.data {
            warn_about_value(
                &format!("{} key \"{key}\"", into.title()),
                value.expose(),
                self.ui,
            );
            let sealed = self
                .target
                .recipient
                .key
                .seal(&mut random, &label, value.expose())
                .map_err(|error| {
                    Failure::could_not(format!("cannot seal key \"{key}\" of {}", into.title()))
                        .because(error)
                })?;
            add(
                changes,
                value_change(self.file, into, key, sealed.as_str())?,
            );
        }
        Ok(())
    }

    /// The label under which the file's own values open.
    fn label(&self, into: SealedSecret<'_>, secret: &Secret) -> Result<Label, Failure> {
        if let Some(asked) = self.args.scope.filter(|&asked| asked != into.scope()) {
            return Err(Failure::could_not(format!(
                "{} is {}, and --scope {asked} would make the new value unreadable there",
                into.title(),
                into.scope()
            ))
            .hint("leave --scope out: the file's own scope is used"));
        }
        let asked = self.target.namespace(self.args)?;
        if let Some(asked) = asked
            .as_ref()
            .filter(|asked| !["", asked.as_str()].contains(&into.namespace()))
        {
            return Err(Failure::could_not(format!(
                "{} is not in namespace {asked}",
                into.title()
            ))
            .hint("leave --namespace out: the file's own namespace is used"));
        }
        if !into.namespace().is_empty() || into.scope() == Scope::ClusterWide {
            return Ok(into.label());
        }
        let asked = asked
            .map(|namespace| namespace.as_str().to_owned())
            .or_else(|| secret.namespace.clone());
        let namespace = asked.ok_or_else(|| {
            Failure::could_not(format!("{} has no namespace", shown(self.file.path())))
                .hint("pass --namespace with the one it is applied to")
        })?;
        self.ui.warning(format!(
            "{} has no namespace: the new values open only where it is applied to {namespace}",
            shown(self.file.path())
        ));
        Ok(Label::new(into.scope(), &namespace, into.name()))
    }
}

/// The change that gives a SealedSecret a value: in its place, or at the end.
pub(crate) fn value_change(
    file: &ManifestFile,
    into: SealedSecret<'_>,
    key: &str,
    sealed: &str,
) -> Result<Change, Failure> {
    let items = into
        .items()
        .map_err(|error| unreadable(file.path(), &error))?;
    if let Some(item) = items.iter().find(|item| item.key == key) {
        return Ok(Change::Replace {
            scalar: item.scalar,
            text: sealed.to_owned(),
        });
    }
    let value = Value::text(sealed);
    match (into.encrypted_data(), into.node().get("spec")) {
        (Some(mapping), _) => Ok(Change::Insert {
            mapping: mapping.resolved().id(),
            key: key.to_owned(),
            value,
        }),
        (None, Some(spec)) => Ok(Change::Insert {
            mapping: spec.resolved().id(),
            key: "encryptedData".to_owned(),
            value: Value::Map(vec![(key.to_owned(), value)]),
        }),
        (None, None) => Err(Failure::could_not(format!(
            "{}: the SealedSecret has no spec",
            file.place(into.position())
        ))),
    }
}

/// Labels or annotations into `spec.template.metadata`, whatever part of that path is there already.
fn template_entries(
    into: SealedSecret<'_>,
    field: &str,
    texts: &std::collections::BTreeMap<String, String>,
    changes: &mut Vec<Change>,
) {
    if texts.is_empty() {
        return;
    }
    let Some(spec) = into.node().get("spec") else {
        return;
    };
    let template = spec.get("template");
    let metadata = template.and_then(|template| template.get("metadata"));
    match metadata.and_then(|metadata| metadata.get(field)) {
        Some(existing) => changes.extend(
            texts
                .iter()
                .filter_map(|(name, text)| entry_change(existing, name, text)),
        ),
        None => {
            let texts = Value::texts(texts.clone());
            add(
                changes,
                missing_path(spec, template, metadata, field, texts),
            );
        }
    }
}

fn entry_change(existing: Node<'_>, name: &str, text: &str) -> Option<Change> {
    match existing.get(name) {
        Some(old) if old.as_str() == Some(text) => None,
        Some(old) => Some(Change::Replace {
            scalar: old.resolved().id(),
            text: text.to_owned(),
        }),
        None => Some(Change::Insert {
            mapping: existing.resolved().id(),
            key: name.to_owned(),
            value: Value::text(text),
        }),
    }
}

fn missing_path(
    spec: Node<'_>,
    template: Option<Node<'_>>,
    metadata: Option<Node<'_>>,
    field: &str,
    texts: Value,
) -> Change {
    let insert = |node: Node<'_>, key: &str, value: Value| Change::Insert {
        mapping: node.resolved().id(),
        key: key.to_owned(),
        value,
    };
    let wrap = |key: &str, value: Value| Value::Map(vec![(key.to_owned(), value)]);
    match (template, metadata) {
        (_, Some(metadata)) => insert(metadata, field, texts),
        (Some(template), None) => insert(template, "metadata", wrap(field, texts)),
        (None, None) => insert(spec, "template", wrap("metadata", wrap(field, texts))),
    }
}

/// The file's scope stays, so the input's scope annotations are not for its template.
fn without_scope(
    annotations: &std::collections::BTreeMap<String, String>,
) -> std::collections::BTreeMap<String, String> {
    let mut kept = annotations.clone();
    kept.retain(|name, _| name != NAMESPACE_WIDE && name != CLUSTER_WIDE);
    kept
}
