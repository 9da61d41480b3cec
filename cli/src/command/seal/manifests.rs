//! Sealing manifests: Secrets become SealedSecrets, everything else passes through unchanged.

use std::path::PathBuf;

use sealsmith_core::manifest::build::{copy, scope_of, sealed_secret, set_scope};
use sealsmith_core::manifest::document::{Kind, Object, objects};
use sealsmith_core::manifest::secret::{Note, Secret, read};
use sealsmith_core::manifest::tree::{self, Document, Node};
use sealsmith_core::manifest::value::Value;
use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::sealed::SealedValue;

use super::Args;
use super::destination::{Format, Outputs, fill, format_for};
use super::input::{EXAMPLE, Input, read_inputs};
use super::target::{Target, warn_about_value};
use crate::env::{Env, random};
use crate::failure::Failure;
use crate::manifest_file::{place, unreadable};
use crate::ui::{Ui, shown};

pub(super) fn run(args: &Args, targets: &[Target], env: &Env, ui: &Ui) -> Result<(), Failure> {
    refuse_one_place_for_all(args, targets)?;
    let inputs = read_inputs(&args.input_paths(), EXAMPLE, env)?;
    let mut outputs = Outputs::default();
    for (index, target) in targets.iter().enumerate() {
        for input in &inputs {
            // What is surprising about an input is the same for every target.
            let quiet = index > 0;
            Sealing {
                args,
                target,
                ui,
                input,
                quiet,
            }
            .run(&mut outputs)?;
        }
    }
    outputs.write(env, ui)
}

/// One input for one target.
struct Sealing<'a> {
    args: &'a Args,
    target: &'a Target,
    ui: &'a Ui,
    input: &'a Input,
    quiet: bool,
}

impl Sealing<'_> {
    fn run(&self, outputs: &mut Outputs) -> Result<(), Failure> {
        let stream = &self.input.stream;
        let all = objects(stream).map_err(|error| unreadable(&self.input.name, &error))?;
        let passes = |kind: &Kind| matches!(kind, Kind::SealedSecret | Kind::Other(_));
        if all.iter().all(|object| passes(&object.kind)) && !self.quiet {
            self.ui.warning(format!(
                "{} holds no Secret, so everything passes through as it is",
                shown(&self.input.name)
            ));
        }
        let documents: Vec<Document<'_>> = stream.documents().collect();
        let mut neighbour = None;
        for object in all {
            match object.kind {
                Kind::Secret => {
                    let (destination, bytes) = self.sealed(object)?;
                    neighbour = Some(destination.clone());
                    outputs.add(destination, &bytes, &self.target.recipient.fingerprint());
                }
                Kind::Unknown => return Err(self.unknown(object.node)),
                Kind::SealedSecret | Kind::Other(_) => {
                    // Without a Secret before it, a document goes where its input's first one goes.
                    let destination = neighbour
                        .clone()
                        .unwrap_or_else(|| self.destination("", ""));
                    outputs.add(
                        destination,
                        &self.passed_through(object, documents[object.document])?,
                        &self.target.recipient.fingerprint(),
                    );
                }
            }
        }
        Ok(())
    }

    fn sealed(&self, object: Object<'_>) -> Result<(Option<PathBuf>, Vec<u8>), Failure> {
        let (mut secret, notes) =
            read(object.node).map_err(|error| unreadable(&self.input.name, &error))?;
        self.say(&notes);
        self.identify(&mut secret, object.node)?;
        let items = self.seal_values(&secret)?;
        let value = sealed_secret(&secret, &items, None);
        let destination = self.destination(
            secret.name.as_deref().unwrap_or_default(),
            secret.namespace.as_deref().unwrap_or_default(),
        );
        Ok((destination, self.written(&value)))
    }

    /// Settles name, namespace and scope: what decides who can open the values.
    fn identify(&self, secret: &mut Secret, node: Node<'_>) -> Result<(), Failure> {
        if secret.data.is_empty() && !self.args.allow_empty_data {
            return Err(self
                .at(node, "the Secret has no data")
                .hint("pass --allow-empty-data if that is meant"));
        }
        if let Some(name) = self.target.name(self.args)? {
            secret.name = Some(name.as_str().to_owned());
        }
        if let Some(scope) = self.args.scope {
            set_scope(secret, scope);
        }
        let name = secret.name.clone().ok_or_else(|| {
            self.at(node, "the Secret has no metadata.name")
                .hint("add it, or pass --name")
        })?;
        SecretName::parse(&name)
            .map_err(|error| self.at(node, "metadata.name cannot be used").because(error))?;
        if scope_of(secret) != Scope::ClusterWide {
            secret.namespace = Some(self.namespace(secret, node)?);
        }
        Ok(())
    }

    fn namespace(&self, secret: &Secret, node: Node<'_>) -> Result<String, Failure> {
        let asked = self.target.namespace(self.args)?;
        let namespace = match (&secret.namespace, asked) {
            (Some(own), Some(asked)) if own != asked.as_str() => {
                return Err(self.at(
                    node,
                    &format!(
                        "namespace mismatch: the Secret is in {own:?} but --namespace says {:?}",
                        asked.as_str()
                    ),
                ));
            }
            (Some(own), _) => own.clone(),
            (None, Some(asked)) => asked.as_str().to_owned(),
            (None, None) => {
                return Err(self.at(node, "the Secret has no metadata.namespace").hint(
                    "add it, or pass --namespace; a sealed value opens in that namespace only",
                ));
            }
        };
        Namespace::parse(&namespace).map_err(|error| {
            self.at(node, "metadata.namespace cannot be used")
                .because(error)
        })?;
        Ok(namespace)
    }

    fn seal_values(&self, secret: &Secret) -> Result<Vec<(String, SealedValue)>, Failure> {
        let (name, namespace) = (
            secret.name.as_deref().unwrap_or_default(),
            secret.namespace.as_deref().unwrap_or_default(),
        );
        let label = Label::new(scope_of(secret), namespace, name);
        let mut random = random::system()?;
        let seal_one = |(key, value): (&String, &sealsmith_core::secret::SecretBytes)| {
            if !self.quiet {
                let what = format!("{name} key \"{key}\"");
                warn_about_value(&what, key, value.expose(), self.ui);
            }
            let sealed = self
                .target
                .recipient
                .key
                .seal(&mut random, &label, value.expose());
            let sealed = sealed.map_err(|error| {
                Failure::could_not(format!("cannot seal key \"{key}\" of {namespace}/{name}"))
                    .because(error)
            })?;
            Ok((key.clone(), sealed))
        };
        secret.data.iter().map(seal_one).collect()
    }

    fn passed_through(
        &self,
        object: Object<'_>,
        document: Document<'_>,
    ) -> Result<Vec<u8>, Failure> {
        let same_format = match (self.format(), self.input.stream.format()) {
            (Format::Yaml, tree::Format::Yaml) | (Format::Json, tree::Format::Json) => true,
            (Format::Yaml, tree::Format::Json) | (Format::Json, tree::Format::Yaml) => false,
        };
        if same_format && !object.in_list {
            return Ok(as_document(document.text(), self.format()));
        }
        let value = copy(object).ok_or_else(|| {
            self.at(
                object.node,
                "the aliases of this object expand to more than 16 MiB",
            )
        })?;
        Ok(self.written(&value))
    }

    fn written(&self, value: &Value) -> Vec<u8> {
        match self.format() {
            Format::Json => value.to_json().as_bytes().to_vec(),
            Format::Yaml => [b"---\n", value.to_yaml().as_bytes()].concat(),
        }
    }

    fn format(&self) -> Format {
        format_for(self.args.sealed_secret_file.as_deref(), self.args.format)
    }

    fn destination(&self, name: &str, namespace: &str) -> Option<PathBuf> {
        let pattern = self.args.sealed_secret_file.as_ref()?;
        Some(PathBuf::from(fill(
            &self.target.fill(pattern),
            &[("name", name), ("namespace", namespace)],
        )))
    }

    fn say(&self, notes: &[Note]) {
        for note in notes.iter().filter(|_| !self.quiet) {
            self.ui.warning(format!(
                "{}: {}",
                place(&self.input.name, note.position),
                note.surprise
            ));
        }
    }

    fn unknown(&self, node: Node<'_>) -> Failure {
        self.at(
            node,
            "the document has no kind, so it is no Kubernetes object",
        )
        .hint("a Secret starts with `apiVersion: v1` and `kind: Secret`")
    }

    fn at(&self, node: Node<'_>, message: &str) -> Failure {
        Failure::could_not(format!(
            "{}: {message}",
            place(&self.input.name, node.position())
        ))
    }
}

/// A document's own bytes, with the marker and line break that a neighbour needs.
fn as_document(text: &str, format: Format) -> Vec<u8> {
    let marked = text
        .lines()
        .any(|line| line == "---" || line.starts_with("--- "));
    let start = if format == Format::Yaml && !marked {
        "---\n"
    } else {
        ""
    };
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{start}{text}{end}").into_bytes()
}

fn refuse_one_place_for_all(args: &Args, targets: &[Target]) -> Result<(), Failure> {
    let separate = args.sealed_secret_file.as_deref().is_some_and(|pattern| {
        let places: std::collections::BTreeSet<_> =
            targets.iter().map(|target| target.fill(pattern)).collect();
        places.len() == targets.len()
    });
    if targets.len() < 2 || separate {
        return Ok(());
    }
    Err(
        Failure::could_not("several certificates need several output files")
            .hint("pass -w with {env} or {cert} in its name, such as -w 'sealed-{cert}.yaml'"),
    )
}
