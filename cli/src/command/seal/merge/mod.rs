//! `seal --merge-into FILE`: new values into an existing file, which keeps its scope and everything else.

mod claims;
mod identity;
mod template;

use std::path::Path;

use sealsmith_core::manifest::document::{Kind, objects};
use sealsmith_core::manifest::edit::{Change, add, apply};
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::secret::{Secret, read};
use sealsmith_core::manifest::tree::{Node, Position};
use sealsmith_core::scope::{Label, Scope};

use super::Args;
use super::input::{EXAMPLE, Input, read_inputs};
use super::target::{Target, warn_about_value};
use crate::env::{Env, random};
use crate::failure::Failure;
use crate::lock_file::LockFiles;
use crate::manifest_file::{ManifestFile, place, unreadable};
use crate::ui::{Ui, shown};

use claims::Claims;
use identity::Identity;
use template::{add_entries, drop_scope};

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
    let (mut changes, mut claims) = (Vec::new(), Claims::default());
    for input in read_inputs(&args.input_paths(), EXAMPLE, env)? {
        Merge {
            args,
            target,
            file: &file,
            input: &input,
            ui,
        }
        .collect(&mut changes, &mut claims)?;
    }
    let text = apply(file.stream(), &changes).map_err(|error| {
        Failure::could_not(format!("cannot edit {}", shown(file.path()))).because(error)
    })?;
    let mut locks = LockFiles::default();
    locks.take(
        file.path(),
        Some(file.stream()),
        &text,
        &target.recipient.fingerprint(),
    )?;
    file.write(&text)?;
    locks.write()
}

struct Merge<'a> {
    args: &'a Args,
    target: &'a Target,
    file: &'a ManifestFile,
    input: &'a Input,
    ui: &'a Ui,
}

/// One Secret of the input.
struct Incoming<'a> {
    secret: Secret,
    node: Node<'a>,
}

impl Merge<'_> {
    fn collect(&self, changes: &mut Vec<Change>, claims: &mut Claims) -> Result<(), Failure> {
        let known = sealed_secrets(self.file.stream())
            .map_err(|error| unreadable(self.file.path(), &error))?;
        for incoming in self.secrets()? {
            let identity = Identity::of(&incoming.secret, self.target, self.args)?;
            let into = identity.choose(&known, self.file)?;
            let label = self.label(into, &incoming.secret)?;
            self.question(into, &identity, &incoming)?;
            self.claim(into, &incoming, claims)?;
            self.values(into, &incoming.secret, &label, changes)?;
            add_entries(into, "labels", &incoming.secret.labels, changes);
            add_entries(into, "annotations", &incoming.secret.annotations, changes);
        }
        Ok(())
    }

    fn secrets(&self) -> Result<Vec<Incoming<'_>>, Failure> {
        let all =
            objects(&self.input.stream).map_err(|error| unreadable(&self.input.name, &error))?;
        let secrets = all
            .into_iter()
            .filter(|object| object.kind == Kind::Secret)
            .map(|object| self.secret(object.node))
            .collect::<Result<Vec<_>, _>>()?;
        if secrets.is_empty() {
            return Err(Failure::could_not(format!(
                "{} holds no Secret to merge",
                shown(&self.input.name)
            )));
        }
        Ok(secrets)
    }

    fn secret<'n>(&self, node: Node<'n>) -> Result<Incoming<'n>, Failure> {
        let (mut secret, notes) =
            read(node).map_err(|error| unreadable(&self.input.name, &error))?;
        for note in notes {
            self.ui
                .warning(format!("{}: {}", self.place(note.position), note.surprise));
        }
        drop_scope(&mut secret.annotations);
        Ok(Incoming { secret, node })
    }

    /// Doubts a Secret of another name or namespace: it may well be meant for another file.
    fn question(
        &self,
        into: SealedSecret<'_>,
        identity: &Identity,
        incoming: &Incoming<'_>,
    ) -> Result<(), Failure> {
        if identity.fits(into) {
            return Ok(());
        }
        let at = self.place(incoming.node.position());
        let (own, title) = (identity.title(), into.title());
        let items = into
            .items()
            .map_err(|error| unreadable(self.file.path(), &error))?;
        let replaced = items
            .iter()
            .find(|item| incoming.secret.data.contains_key(item.key));
        match replaced {
            Some(item) => Err(Failure::could_not(format!(
                "{at}: the Secret is {own}, and its key \"{}\" would replace that of {title}",
                item.key
            ))
            .hint(format!(
                "if it is meant, say so with {}",
                identity.flags(into)
            ))),
            None => {
                self.ui.warning(format!(
                    "{at}: the Secret is {own}, and its values become part of {title}"
                ));
                Ok(())
            }
        }
    }

    fn claim(
        &self,
        into: SealedSecret<'_>,
        incoming: &Incoming<'_>,
        claims: &mut Claims,
    ) -> Result<(), Failure> {
        let secret = &incoming.secret;
        for key in secret.data.keys() {
            let at = self.place(incoming.position(&["stringData", "data"], key));
            claims.add(into, "key", key, None, at)?;
        }
        let metadata = [
            ("label", "labels", &secret.labels),
            ("annotation", "annotations", &secret.annotations),
        ];
        for (what, field, entries) in metadata {
            for (name, text) in entries {
                let at = self.place(incoming.position(&[field], name));
                claims.add(into, what, name, Some(text), at)?;
            }
        }
        Ok(())
    }

    fn place(&self, position: Position) -> String {
        place(&self.input.name, position)
    }

    fn values(
        &self,
        into: SealedSecret<'_>,
        secret: &Secret,
        label: &Label,
        changes: &mut Vec<Change>,
    ) -> Result<(), Failure> {
        let mut random = random::system()?;
        for (key, value) in &secret.data {
            warn_about_value(
                &format!("{} key \"{key}\"", into.title()),
                key,
                value.expose(),
                self.ui,
            );
            let sealed = self
                .target
                .recipient
                .key
                .seal(&mut random, label, value.expose())
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

impl Incoming<'_> {
    /// Where an entry of one of these fields stands; the Secret itself, where it cannot be told.
    fn position(&self, fields: &[&str], key: &str) -> Position {
        let holders = [Some(self.node), self.node.get("metadata")];
        let mut found = holders.into_iter().flatten().flat_map(|holder| {
            fields
                .iter()
                .filter_map(move |field| holder.get(field)?.get(key))
        });
        found.next().unwrap_or(self.node).position()
    }
}

/// The change that gives a SealedSecret a value: in its place, or at the end.
pub(crate) fn value_change(
    file: &ManifestFile,
    into: SealedSecret<'_>,
    key: &str,
    sealed: &str,
) -> Result<Change, Failure> {
    into.value_change(key, sealed)
        .map_err(|error| unreadable(file.path(), &error))
}
