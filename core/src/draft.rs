//! A Secret on its way to a SealedSecret, sealed one value at a time so that a caller can stay responsive.

use rand_core::CryptoRng;

use crate::manifest::build::{scope_of, sealed_secret, set_scope};
use crate::manifest::secret::Secret;
use crate::manifest::value::Value;
use crate::name::{self, DataKey, Namespace, SecretName};
use crate::scope::{Label, Scope};
use crate::seal::{self, SealingKey};
use crate::sealed::SealedValue;
use crate::secret::SecretBytes;

/// A Secret whose values are sealed one by one; each plaintext is wiped as soon as it is sealed.
///
/// ```
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
/// use sealsmith_core::{
///     certificate::Certificate, draft::Draft, scope::Scope, seal::SealingKey, secret::SecretBytes,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_bytes!("../../tests/vectors/kubeseal/keys/rsa2048.crt");
/// # let mut rng = ChaCha20Rng::from_seed([0; 32]);
/// let key = SealingKey::portable(Certificate::parse(pem)?.public_key())?;
/// let mut draft = Draft::default();
/// draft.identify(Scope::Strict, "mlops-dev", "db")?;
/// draft.set_value("password", SecretBytes::new(b"s3cret".to_vec()))?;
/// while draft.seal_next(&key, &mut rng)? {}
/// assert!(draft.manifest(None)?.to_yaml().contains("password: AQ"));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Draft {
    secret: Secret,
    sealed: Vec<(String, SealedValue)>,
}

/// Why a draft cannot be sealed or written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that Kubernetes does not take.
    #[error(transparent)]
    Name(#[from] name::Error),
    /// There is nothing to seal.
    #[error("the Secret has no data")]
    NoData,
    /// The scope binds the value to a namespace, and none is given.
    #[error("a {0} value needs a namespace")]
    NoNamespace(Scope),
    /// The scope binds the value to a name, or a manifest is wanted, and none is given.
    #[error("the Secret has no name")]
    NoName,
    /// The manifest was asked for before every value was sealed.
    #[error("{0} values are not sealed yet")]
    Unsealed(usize),
    /// The cryptography failed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
}

impl From<Secret> for Draft {
    fn from(secret: Secret) -> Self {
        Self {
            secret,
            sealed: Vec::new(),
        }
    }
}

impl Draft {
    /// What is still to be sealed, and everything else about the Secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The same, to be changed before sealing: type, labels, annotations.
    pub fn secret_mut(&mut self) -> &mut Secret {
        &mut self.secret
    }

    /// What is sealed so far, by key, in the order of the manifest.
    #[must_use]
    pub fn sealed(&self) -> &[(String, SealedValue)] {
        &self.sealed
    }

    /// Sets scope, namespace and name; an empty text is one that is not given.
    ///
    /// # Errors
    /// [`Error::Name`] for a text that Kubernetes does not take. Nothing changes then.
    pub fn identify(&mut self, scope: Scope, namespace: &str, name: &str) -> Result<(), Error> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if !namespace.is_empty() {
            Namespace::parse(namespace)?;
        }
        if !name.is_empty() {
            SecretName::parse(name)?;
        }
        set_scope(&mut self.secret, scope);
        self.secret.namespace = given(namespace);
        self.secret.name = given(name);
        Ok(())
    }

    /// Sets the plaintext of a key.
    ///
    /// # Errors
    /// [`Error::Name`] for a key that Kubernetes does not take.
    pub fn set_value(&mut self, key: &str, value: SecretBytes) -> Result<(), Error> {
        DataKey::parse(key)?;
        self.secret.data.insert(key.to_owned(), value);
        Ok(())
    }

    /// Seals one value and wipes it; `false` when none is left.
    ///
    /// # Errors
    /// [`Error`] when the Secret has no data, or lacks the name or namespace that its scope binds.
    pub fn seal_next<R: CryptoRng + ?Sized>(
        &mut self,
        key: &SealingKey,
        rng: &mut R,
    ) -> Result<bool, Error> {
        if self.secret.data.is_empty() && self.sealed.is_empty() {
            return Err(Error::NoData);
        }
        let label = self.label()?;
        let Some(next) = self.secret.data.first_entry() else {
            return Ok(false);
        };
        let sealed = key.seal(rng, &label, next.get().expose())?;
        let (key, _wiped) = next.remove_entry();
        self.sealed.push((key, sealed));
        Ok(!self.secret.data.is_empty())
    }

    /// The SealedSecret, in kubeseal's layout; with a wave, Argo CD applies it in that one.
    ///
    /// # Errors
    /// [`Error::Unsealed`] before every value is sealed, [`Error::NoName`] without a name.
    pub fn manifest(&self, sync_wave: Option<&str>) -> Result<Value, Error> {
        match (self.secret.data.len(), &self.secret.name) {
            (0, Some(_)) => Ok(sealed_secret(&self.secret, &self.sealed, sync_wave)),
            (0, None) => Err(Error::NoName),
            (left, _) => Err(Error::Unsealed(left)),
        }
    }

    /// The label of the scope, with the names that it binds.
    fn label(&self) -> Result<Label, Error> {
        let scope = scope_of(&self.secret);
        let name = self.secret.name.as_deref().unwrap_or_default();
        let namespace = self.secret.namespace.as_deref().unwrap_or_default();
        if scope != Scope::ClusterWide {
            Namespace::parse(some(namespace).ok_or(Error::NoNamespace(scope))?)?;
        }
        if scope == Scope::Strict {
            SecretName::parse(some(name).ok_or(Error::NoName)?)?;
        }
        Ok(Label::new(scope, namespace, name))
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
