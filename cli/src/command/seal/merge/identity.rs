//! What a Secret says it is, and which SealedSecret of a file it goes into.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::secret::Secret;

use super::super::Args;
use super::super::target::Target;
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::ui::shown;

/// Name and namespace of a Secret, as far as they are said; flags win over its own metadata.
pub(super) struct Identity {
    name: Option<String>,
    namespace: Option<String>,
}

impl Identity {
    /// Takes what flags and metadata say.
    pub(super) fn of(secret: &Secret, target: &Target, args: &Args) -> Result<Self, Failure> {
        let name = target.name(args)?.map(|name| name.as_str().to_owned());
        let namespace = target.namespace(args)?;
        let namespace = namespace.map(|namespace| namespace.as_str().to_owned());
        Ok(Self {
            name: name.or_else(|| secret.name.clone()),
            namespace: namespace.or_else(|| secret.namespace.clone()),
        })
    }

    /// The SealedSecret to merge into: the only one of the file, or the one of this name.
    pub(super) fn choose<'s>(
        &self,
        known: &[SealedSecret<'s>],
        file: &ManifestFile,
    ) -> Result<SealedSecret<'s>, Failure> {
        let file = shown(file.path());
        match known {
            [] => Err(Failure::could_not(format!(
                "{file} holds no SealedSecret to merge into"
            ))),
            [one] => Ok(*one),
            many => {
                let named = |sealed: &&SealedSecret<'s>| self.name.is_some() && self.fits(**sealed);
                many.iter().find(named).copied().ok_or_else(|| {
                    let titles: Vec<_> = many.iter().map(|sealed| sealed.title()).collect();
                    Failure::could_not(format!(
                        "{file} holds several SealedSecrets, and none is named like the Secret"
                    ))
                    .hint(format!(
                        "name the Secret like one of: {}",
                        titles.join(", ")
                    ))
                })
            }
        }
    }

    /// Whether nothing that is said contradicts a SealedSecret.
    pub(super) fn fits(&self, sealed: SealedSecret<'_>) -> bool {
        !self.other_name(sealed) && !self.other_namespace(sealed)
    }

    /// `namespace/name` for people.
    pub(super) fn title(&self) -> String {
        let name = self.name.as_deref().unwrap_or("(no name)");
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        }
    }

    /// The flags that would make it fit.
    pub(super) fn flags(&self, sealed: SealedSecret<'_>) -> String {
        let name = (self.other_name(sealed)).then(|| format!("--name {}", sealed.name()));
        let namespace =
            (self.other_namespace(sealed)).then(|| format!("--namespace {}", sealed.namespace()));
        let flags: Vec<_> = name.into_iter().chain(namespace).collect();
        flags.join(" ")
    }

    fn other_name(&self, sealed: SealedSecret<'_>) -> bool {
        let differs = |name: &str| !sealed.name().is_empty() && name != sealed.name();
        self.name.as_deref().is_some_and(differs)
    }

    // A file without a namespace is applied to any.
    fn other_namespace(&self, sealed: SealedSecret<'_>) -> bool {
        let differs = |own: &str| !sealed.namespace().is_empty() && own != sealed.namespace();
        self.namespace.as_deref().is_some_and(differs)
    }
}
