//! Sealing the new key into every application: byte-exact edits, all of them worked out before the first is written.

use std::path::Path;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::manifest::edit::apply;
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_lint::lock;
use sealsmith_lint::policy;

use super::Work;
use crate::aws::NewKey;
use crate::certificates::Recipient;
use crate::env::{Site, Workspace, files, random};
use crate::failpoint;
use crate::failure::Failure;
use crate::lock_file::{LockFile, Sealed};
use crate::manifest_file::{ManifestFile, unreadable};
use crate::operation::Desk;
use crate::operation::change::{ALL_DIGESTS, Now, Stage, digest};
use crate::operation::driver::Flow;
use crate::ui::{printable, shown};

/// The files that hold the key.
pub(super) struct Targets(Vec<Site>);

/// A file as it will be.
struct Edit {
    path: String,
    file: ManifestFile,
    text: String,
}

impl Targets {
    /// Finds the manifests of every application that gets the key; one that is missing is refused.
    pub(super) fn find(settings: &policy::Aws, desk: &Desk<'_>) -> Result<Self, Failure> {
        let workspace = desk.env.workspace()?;
        let sites = workspace.files_of(desk.environment)?;
        let mut found = Vec::new();
        for app in &settings.apps {
            let of_app = sites
                .iter()
                .filter(|site| site.place.app.as_ref() == Some(app));
            let mut holding = Vec::new();
            for site in of_app {
                if holds(site, settings, workspace)? {
                    holding.push(site.clone());
                }
            }
            if holding.is_empty() {
                return Err(Failure::refused(format!(
                    "{app} has no manifest of {} in {}",
                    *settings.secret, desk.environment
                ))
                .cause(format!(
                    "environments.{}.aws.apps names it",
                    desk.environment
                ))
                .hint(format!(
                    "seal one for it, with {} and {}; or take it off the list",
                    settings.keys.id, settings.keys.secret
                )));
            }
            found.extend(holding);
        }
        Ok(Self(found))
    }

    /// The files.
    pub(super) fn sites(&self) -> &[Site] {
        &self.0
    }

    /// Every path that may change, the lock file included.
    pub(super) fn paths(&self, desk: &Desk<'_>) -> Result<Vec<String>, Failure> {
        let lock = LockFile::of(desk.env.workspace()?)?;
        let lock = lock.map(|_| lock::FILE.to_owned());
        let paths = self.0.iter().map(|site| site.path.clone());
        Ok(paths.chain(lock).collect())
    }
}

/// Whether a file has a SealedSecret of the key; one without both parts is refused.
fn holds(site: &Site, settings: &policy::Aws, workspace: &Workspace) -> Result<bool, Failure> {
    let file = ManifestFile::read(&site.file)?;
    let mut holds = false;
    for sealed in secrets_in(&file)? {
        if is_meant(sealed, site, settings, workspace) {
            label(sealed, site, workspace)?;
            refuse_without_parts(&file, sealed, settings)?;
            holds = true;
        }
    }
    Ok(holds)
}

fn secrets_in(file: &ManifestFile) -> Result<Vec<SealedSecret<'_>>, Failure> {
    sealed_secrets(file.stream()).map_err(|error| unreadable(file.path(), &error))
}

fn is_meant(
    sealed: SealedSecret<'_>,
    site: &Site,
    settings: &policy::Aws,
    workspace: &Workspace,
) -> bool {
    let rule = workspace
        .policy()
        .and_then(|policy| policy.secret_rule(sealed.name(), site.place.app.as_deref()));
    rule.is_some_and(|rule| *rule.id == *settings.secret)
}

fn refuse_without_parts(
    file: &ManifestFile,
    sealed: SealedSecret<'_>,
    settings: &policy::Aws,
) -> Result<(), Failure> {
    let items = sealed
        .items()
        .map_err(|error| unreadable(file.path(), &error))?;
    let has = |part: &String| items.iter().any(|item| item.key == part);
    let parts = [&settings.keys.id, &settings.keys.secret];
    let missing: Vec<_> = parts.into_iter().filter(|part| !has(part)).collect();
    let Some(first) = missing.first() else {
        return Ok(());
    };
    let names: Vec<_> = items.iter().map(|item| printable(item.key)).collect();
    Err(Failure::refused(format!(
        "{}: {} has no data key {first}",
        file.place(sealed.position()),
        sealed.title()
    ))
    .cause(format!("it has {}", names.join(", ")))
    .hint("environments.<env>.aws.keys names the data keys, as `id` and `secret`"))
}

/// What a value of a SealedSecret is bound to.
fn label(sealed: SealedSecret<'_>, site: &Site, workspace: &Workspace) -> Result<Label, Failure> {
    let fallback = workspace.layout().namespace(&site.place);
    let namespace = match (sealed.namespace(), fallback) {
        ("", None) if sealed.scope() != Scope::ClusterWide => {
            return Err(Failure::refused(format!(
                "{}: {} names no namespace, and layout.namespace gives none",
                site.path,
                sealed.title()
            )));
        }
        ("", fallback) => fallback.unwrap_or_default(),
        (own, _) => own.to_owned(),
    };
    Ok(Label::new(sealed.scope(), &namespace, sealed.name()))
}

impl Work<'_> {
    /// Writes the new key into every file, and makes sure of what was written.
    pub(super) fn edit(&mut self) -> Result<Flow, Failure> {
        self.courier.refuse_moved()?;
        self.courier.refuse_foreign(ALL_DIGESTS)?;
        self.start_over()?;
        let recipient = self.recipient()?;
        self.fetch_key()?;
        let edits = edits(self.settings, self.courier.desk, &recipient, self.key()?)?;
        let (files, lock) = self.outcome(&edits, &recipient)?;
        for file in &mut self.courier.change_mut().files {
            let after = files.iter().find(|(path, _)| *path == file.path);
            file.after = after.map(|(_, digest)| digest.clone());
        }
        self.courier.enter(Stage::Editing)?;
        for Edit { file, text, .. } in &edits {
            file.write(text)?;
            failpoint::reach("file-written");
        }
        failpoint::reach("files-written");
        lock.iter().try_for_each(LockFile::write)?;
        failpoint::reach("lock-written");
        if self.courier.settle(ALL_DIGESTS)? {
            return Ok(Flow::On);
        }
        Err(Failure::could_not("nothing was written"))
    }

    /// Brings back what a killed process had written: its new values are not known any more.
    fn start_over(&self) -> Result<(), Failure> {
        let change = self.courier.change();
        let now = change.now(ALL_DIGESTS)?.into_iter();
        if now.into_iter().any(|(_, now)| now == Now::Ours) {
            self.courier.restore_all()?;
        }
        Ok(())
    }

    /// The certificate of the plan, which must not have changed since.
    fn recipient(&self) -> Result<Recipient, Failure> {
        let (plan, desk) = (self.plan(), self.courier.desk);
        let certificate = Certificate::parse(plan.certificate.as_bytes()).map_err(|error| {
            Failure::refused("the journal holds no certificate that can be read").because(error)
        })?;
        Recipient::of(
            certificate,
            "the certificate of the plan",
            desk.env,
            desk.ui,
        )
    }

    /// The digest of each file once it is written, and the lock file that belongs to them.
    #[expect(
        clippy::type_complexity,
        reason = "two results of one look at the edits"
    )]
    fn outcome(
        &self,
        edits: &[Edit],
        recipient: &Recipient,
    ) -> Result<(Vec<(String, String)>, Option<LockFile>), Failure> {
        let mut digests: Vec<_> = edits
            .iter()
            .map(|edit| (edit.path.clone(), digest(&edit.file.bytes(&edit.text))))
            .collect();
        let mut lock = LockFile::of(self.courier.desk.env.workspace()?)?;
        if let Some(lock) = &mut lock {
            for edit in edits {
                let after = Stream::parse(&edit.text)
                    .map_err(|error| unreadable(edit.file.path(), &error))?;
                let sealed = Sealed::edited(Some(edit.file.stream()), &after);
                lock.take(&sealed, &recipient.fingerprint());
            }
            let text = lock.changed();
            digests.extend(text.map(|text| (lock::FILE.to_owned(), digest(text.as_bytes()))));
        }
        Ok((digests, lock))
    }
}

/// Works out every file as it will be.
fn edits(
    settings: &policy::Aws,
    desk: &Desk<'_>,
    recipient: &Recipient,
    key: &NewKey,
) -> Result<Vec<Edit>, Failure> {
    let workspace = desk.env.workspace()?;
    let targets = Targets::find(settings, desk)?;
    let parts = [
        (settings.keys.id.as_str(), key.id().as_str()),
        (settings.keys.secret.as_str(), key.expose()),
    ];
    let mut edits = Vec::new();
    for site in targets.sites() {
        let file = ManifestFile::read(&site.file)?;
        let mut changes = Vec::new();
        for sealed in secrets_in(&file)? {
            if !is_meant(sealed, site, settings, workspace) {
                continue;
            }
            let label = label(sealed, site, workspace)?;
            for (name, value) in parts {
                let mut random = random::system()?;
                let value = recipient.key.seal(&mut random, &label, value.as_bytes());
                let value = value.map_err(|error| {
                    Failure::could_not(format!("cannot seal {name} of {}", sealed.title()))
                        .because(error)
                })?;
                let change = sealed.value_change(name, value.as_str());
                changes.push(change.map_err(|error| unreadable(file.path(), &error))?);
            }
        }
        let text = apply(file.stream(), &changes).map_err(|error| {
            Failure::could_not(format!("cannot edit {}", shown(file.path()))).because(error)
        })?;
        edits.push(Edit {
            path: site.path.clone(),
            text: text.to_string(),
            file,
        });
    }
    Ok(edits)
}

/// What a file of a commit holds.
pub(super) fn of_commit(desk: &Desk<'_>, commit: &str, path: &str) -> Result<Vec<u8>, Failure> {
    desk.publisher
        .file_of(commit, path)?
        .ok_or_else(|| Failure::refused(format!("commit {commit} has no file {}", printable(path))))
}

/// Puts content into a file of the work tree.
pub(super) fn put(root: &str, path: &str, content: &[u8]) -> Result<(), Failure> {
    files::replace(&Path::new(root).join(path), content, files::Access::Public)
}
