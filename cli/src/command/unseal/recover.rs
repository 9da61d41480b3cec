//! SealedSecrets back to the Secrets that the controller would make.

use std::collections::{BTreeMap, BTreeSet};

use sealsmith_core::manifest::build::{Recovered, secret};
use sealsmith_core::manifest::document::{Kind, objects};
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::secret::read;
use sealsmith_core::manifest::tree::{Node, Stream};
use sealsmith_core::manifest::value::Value;
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::template::render;
use sealsmith_core::text::decode;
use zeroize::Zeroizing;

use super::super::Ending;
use super::super::seal::{Format, Input, format_for};
use super::{Args, Version};
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::manifest_file::{place, unreadable};
use crate::opening::Opener;
use crate::ui::Ui;

/// From here on a decrypted item beats a template entry of the same name (sealed-secrets #1940).
const ENCRYPTED_WINS: Version = (0, 37);
/// From here on `template.data: {k: null}` removes `k` (sealed-secrets #1871).
const NULL_REMOVES: Version = (0, 40);

pub(super) fn run(
    args: &Args,
    inputs: &[Input],
    opener: Opener<'_>,
    env: &Env,
    ui: &Ui,
) -> Result<Ending, Failure> {
    let mut out = Zeroizing::new(Vec::new());
    let (mut failures, mut found) = (Vec::new(), 0);
    for input in inputs {
        say_left_out(input, ui)?;
        for sealed in
            sealed_secrets(&input.stream).map_err(|error| unreadable(&input.name, &error))?
        {
            found += 1;
            match (Recovery {
                args,
                input,
                opener,
            })
            .secret(sealed)
            {
                Ok(value) => append(&mut out, &written(&value, format(args))),
                Err(failure) => failures.push(failure),
            }
        }
    }
    if found == 0 {
        return Err(Failure::could_not("the input holds no SealedSecret"));
    }
    let count = failures.len();
    let write_anyway = args.keep_going && count < found;
    if count == 0 || write_anyway {
        deliver(args, &out, env, ui)?;
    }
    failures.iter().for_each(|failure| ui.failure(failure));
    Ok(if count == 0 { Ending::Done } else { Ending::No })
}

struct Recovery<'a> {
    args: &'a Args,
    input: &'a Input,
    opener: Opener<'a>,
}

impl Recovery<'_> {
    fn secret(&self, sealed: SealedSecret<'_>) -> Result<Value, Failure> {
        let failed = || Failure::refused(format!("cannot unseal {}", sealed.title()));
        if let Some(legacy) = sealed.legacy_data() {
            return self
                .legacy(sealed, legacy)
                .map_err(|failure| failure.within(failed().message()));
        }
        let openings = self
            .opener
            .open(sealed)
            .map_err(|error| unreadable(&self.input.name, &error))?;
        let (mut values, mut failure, mut any) = (BTreeMap::new(), failed(), false);
        let mut hints = BTreeSet::new();
        for opening in openings {
            match opening.result {
                Ok((plaintext, _)) => drop(values.insert(opening.key, plaintext)),
                Err(closed) => {
                    any = true;
                    hints.extend(closed.hint);
                    failure = failure.cause(format!(
                        "{}: key {:?}: {}",
                        place(&self.input.name, opening.position),
                        opening.key,
                        closed.reason
                    ));
                }
            }
        }
        if any {
            hints.insert(
                "`sealsmith unseal --explain` says which key and which name each value needs"
                    .to_owned(),
            );
            return Err(hints.into_iter().rev().fold(failure, Failure::hint));
        }
        let values = self
            .rendered(sealed, values)
            .map_err(|failure| failure.within(failed().message()))?;
        let recovered = Recovered {
            name: sealed.name(),
            namespace: self.opener.namespace_of(sealed),
            template: sealed.template(),
        };
        Ok(secret(&recovered, &values.into_iter().collect::<Vec<_>>()))
    }

    /// Adds the entries of `spec.template.data`, rendered over the decrypted items.
    fn rendered(
        &self,
        sealed: SealedSecret<'_>,
        values: BTreeMap<String, SecretBytes>,
    ) -> Result<BTreeMap<String, SecretBytes>, Failure> {
        let Some(data) = sealed.template().and_then(|template| template.get("data")) else {
            return Ok(values);
        };
        let entries: Vec<_> = data
            .entries()
            .filter_map(|(key, value)| Some((key.scalar()?, value)))
            .collect();
        let context = self.context(&values, &entries);
        let mut rendered = Vec::new();
        for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
            let source = value.scalar().unwrap_or_default();
            let text = render(key, source, &context).map_err(|error| {
                Failure::refused(format!(
                    "{}: template of key \"{key}\"",
                    place(&self.input.name, value.position())
                ))
                .because(error)
            })?;
            rendered.push(((*key).to_owned(), text));
        }
        Ok(self.merged(values, rendered, &entries))
    }

    /// What a template sees: the decrypted items; since 0.37 the sources of its siblings too.
    fn context(
        &self,
        values: &BTreeMap<String, SecretBytes>,
        entries: &[(&str, Node<'_>)],
    ) -> BTreeMap<String, SecretBytes> {
        let mut context = BTreeMap::new();
        if self.args.controller_version >= ENCRYPTED_WINS {
            let sources = entries.iter().filter_map(|(key, value)| {
                Some(((*key).to_owned(), copy(value.as_str()?.as_bytes())))
            });
            context.extend(sources);
        }
        context.extend(
            values
                .iter()
                .map(|(key, value)| (key.clone(), copy(value.expose()))),
        );
        context
    }

    fn merged(
        &self,
        mut values: BTreeMap<String, SecretBytes>,
        rendered: Vec<(String, SecretBytes)>,
        entries: &[(&str, Node<'_>)],
    ) -> BTreeMap<String, SecretBytes> {
        let version = self.args.controller_version;
        for (key, text) in rendered {
            if version < ENCRYPTED_WINS || !values.contains_key(&key) {
                values.insert(key, text);
            }
        }
        let removed = entries
            .iter()
            .filter(|(_, value)| version >= NULL_REMOVES && value.is_null());
        removed.for_each(|(key, _)| drop(values.remove(*key)));
        values
    }

    /// The deprecated format: one blob that holds a whole Secret as JSON.
    fn legacy(&self, sealed: SealedSecret<'_>, node: Node<'_>) -> Result<Value, Failure> {
        let at = place(&self.input.name, node.position());
        if !self.args.accept_deprecated_v1_data {
            return Err(Failure::refused(format!(
                "{at}: using deprecated 'data' field, where 'encryptedData' is expected"
            ))
            .hint(
                "pass --accept-deprecated-v1-data to open it as the controller does by default",
            ));
        }
        let broken =
            || Failure::refused(format!("{at}: the deprecated 'data' field does not open"));
        let value = SealedValue::parse(node.scalar().unwrap_or_default())
            .map_err(|error| broken().because(error))?;
        let opened = self
            .opener
            .ring
            .unseal(&self.opener.label(sealed), &value)
            .map_err(|error| broken().because(error))?;
        let decoded = decode(opened.plaintext.expose()).map_err(|error| broken().because(error))?;
        let stream =
            Stream::parse(&decoded.text).map_err(|_| broken().cause("it holds no Secret"))?;
        let root = stream
            .documents()
            .find_map(|document| document.root())
            .ok_or_else(|| broken().cause("it is empty"))?;
        let (inner, _) = read(root).map_err(|_| broken().cause("it holds no Secret"))?;
        let recovered = Recovered {
            name: sealed.name(),
            namespace: self.opener.namespace_of(sealed),
            template: None,
        };
        Ok(secret(
            &recovered,
            &inner.data.into_iter().collect::<Vec<_>>(),
        ))
    }
}

fn copy(bytes: &[u8]) -> SecretBytes {
    SecretBytes::new(bytes.to_vec())
}

fn format(args: &Args) -> Format {
    let path = args.output_file.as_ref().and_then(|path| path.to_str());
    format_for(path, args.format.unwrap_or(Format::Json))
}

fn written(value: &Value, format: Format) -> Zeroizing<Vec<u8>> {
    let (marker, text) = match format {
        Format::Json => ("", value.to_json()),
        Format::Yaml => ("---\n", value.to_yaml()),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(marker.len() + text.len()));
    bytes.extend_from_slice(marker.as_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Appends without leaving an unwiped copy behind when the buffer has to move.
fn append(out: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let mut joined = Zeroizing::new(Vec::with_capacity(out.len() + bytes.len()));
    joined.extend_from_slice(out);
    joined.extend_from_slice(bytes);
    *out = joined;
}

fn deliver(args: &Args, out: &[u8], env: &Env, ui: &Ui) -> Result<(), Failure> {
    match args
        .output_file
        .as_ref()
        .filter(|path| path.as_os_str() != "-")
    {
        Some(path) => files::replace(&env.cwd().join(path), out, files::Access::Private),
        None => ui.bytes(out),
    }
}

fn say_left_out(input: &Input, ui: &Ui) -> Result<(), Failure> {
    let objects = objects(&input.stream).map_err(|error| unreadable(&input.name, &error))?;
    for object in objects
        .iter()
        .filter(|object| object.kind != Kind::SealedSecret)
    {
        let kind = match object.kind {
            Kind::Other(kind) => kind,
            Kind::Secret => "Secret",
            Kind::SealedSecret | Kind::Unknown => "a document without kind",
        };
        ui.note(format!(
            "{}: left out, because it is no SealedSecret: {kind}",
            place(&input.name, object.node.position())
        ));
    }
    Ok(())
}
