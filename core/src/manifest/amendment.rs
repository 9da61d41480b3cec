//! New values for an existing SealedSecret: everything else of its text stays, byte for byte.

use zeroize::Zeroizing;

use super::document::{Kind, objects};
use super::edit;
use super::sealed_secret::SealedSecret;
use super::tree::{self, Stream};
use crate::name::{self, DataKey, Namespace, SecretName};
use crate::scope::{Label, Scope};
use crate::sealed::SealedValue;

/// A text with a SealedSecret in it, and the new values that it is to get.
pub struct Amendment {
    stream: Stream,
    object: usize,
    namespace: Option<Namespace>,
    values: Vec<(DataKey, SealedValue)>,
}

/// Why a SealedSecret cannot take new values.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no manifest.
    #[error("{}", .0.problem)]
    Read(tree::Error),
    /// There is no such SealedSecret in it.
    #[error("there is no SealedSecret in this place of the text")]
    NotFound,
    /// Neither the text nor the caller names the namespace that the scope binds.
    #[error("the SealedSecret has no namespace, and {0} values are bound to one")]
    NoNamespace(Scope),
    /// The text names another namespace.
    #[error("the SealedSecret is in namespace {0:?} already")]
    OtherNamespace(String),
    /// A name that no cluster takes; a value sealed for it would never open.
    #[error(transparent)]
    Name(#[from] name::Error),
    /// The text cannot be edited in place.
    #[error(transparent)]
    Edit(#[from] edit::Error),
}

impl From<tree::Error> for Error {
    fn from(error: tree::Error) -> Self {
        Self::Read(error)
    }
}

impl Amendment {
    /// Takes the SealedSecret at a place among the [`objects`] of a text, counted from 0.
    ///
    /// # Errors
    /// [`Error::NotFound`] where another kind of object stands, [`Error::Read`] for an unreadable one.
    pub fn new(stream: Stream, object: usize) -> Result<Self, Error> {
        let amendment = Self {
            stream,
            object,
            namespace: None,
            values: Vec::new(),
        };
        amendment.sealed_secret()?.items()?;
        Ok(amendment)
    }

    /// The SealedSecret as it stands in the text.
    ///
    /// # Errors
    /// As for [`Amendment::new`].
    pub fn sealed_secret(&self) -> Result<SealedSecret<'_>, Error> {
        let object = objects(&self.stream)?.into_iter().nth(self.object);
        object
            .filter(|object| object.kind == Kind::SealedSecret)
            .and_then(SealedSecret::of)
            .ok_or(Error::NotFound)
    }

    /// Says which namespace a SealedSecret is applied to that does not say it itself.
    ///
    /// # Errors
    /// [`Error::OtherNamespace`] where it does say another one, [`Error::Name`] for no valid name.
    pub fn use_namespace(&mut self, namespace: &str) -> Result<(), Error> {
        let own = self.sealed_secret()?.namespace();
        if !own.is_empty() && own != namespace {
            return Err(Error::OtherNamespace(own.to_owned()));
        }
        self.namespace = Some(Namespace::parse(namespace)?);
        Ok(())
    }

    /// Whether [`Amendment::use_namespace`] has to be called before [`Amendment::label`].
    ///
    /// # Errors
    /// As for [`Amendment::new`].
    pub fn needs_namespace(&self) -> Result<bool, Error> {
        let sealed = self.sealed_secret()?;
        let said = !sealed.namespace().is_empty() || self.namespace.is_some();
        Ok(!said && sealed.scope() != Scope::ClusterWide)
    }

    /// The label that new values have to be sealed for: that of the file's own name, namespace and scope.
    ///
    /// # Errors
    /// [`Error::NoNamespace`] and [`Error::Name`].
    pub fn label(&self) -> Result<Label, Error> {
        let sealed = self.sealed_secret()?;
        let scope = sealed.scope();
        if self.needs_namespace()? {
            return Err(Error::NoNamespace(scope));
        }
        let namespace = match (sealed.namespace(), &self.namespace) {
            ("", said) => said.as_ref().map_or("", Namespace::as_str),
            (own, _) => own,
        };
        SecretName::parse(sealed.name())?;
        if !namespace.is_empty() {
            Namespace::parse(namespace)?;
        }
        Ok(Label::new(scope, namespace, sealed.name()))
    }

    /// Notes a new value, which replaces that of its key or is added at the end.
    pub fn set(&mut self, key: DataKey, value: SealedValue) {
        self.values.retain(|(known, _)| *known != key);
        self.values.push((key, value));
    }

    /// The text with the new values in it.
    ///
    /// # Errors
    /// [`Error::Read`] where the object has no place for values, [`Error::Edit`] where it cannot be edited in place.
    pub fn text(&self) -> Result<Zeroizing<String>, Error> {
        let sealed = self.sealed_secret()?;
        let mut changes = Vec::new();
        for (key, value) in &self.values {
            edit::add(
                &mut changes,
                sealed.value_change(key.as_str(), value.as_str())?,
            );
        }
        Ok(edit::apply(&self.stream, &changes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# kept\nkind: ConfigMap\n---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db  # kept too\n  namespace: app\nspec:\n  encryptedData:\n    password: AgA=\n";

    fn sealed(byte: u8) -> SealedValue {
        SealedValue::from_bytes([&[0, 1, byte], &[0; 16][..]].concat()).unwrap()
    }

    fn amendment(text: &str, object: usize) -> Result<Amendment, Error> {
        Amendment::new(Stream::parse(text).unwrap(), object)
    }

    #[test]
    fn only_the_new_values_change() {
        let mut file = amendment(FILE, 1).unwrap();
        let key = |text: &str| DataKey::parse(text).unwrap();
        file.set(key("password"), sealed(1));
        file.set(key("user"), sealed(2));
        file.set(key("user"), sealed(3));
        let expected = FILE.replace(
            "AgA=\n",
            &format!("{}\n    user: {}\n", sealed(1).as_str(), sealed(3).as_str()),
        );
        assert_eq!(*file.text().unwrap(), expected);
    }

    #[test]
    fn values_for_a_file_without_any_make_one_mapping() {
        let head = FILE.split("  encryptedData").next().unwrap();
        let mut file = amendment(&format!("{head}  template: {{}}\n"), 1).unwrap();
        for text in ["a", "b"] {
            file.set(DataKey::parse(text).unwrap(), sealed(1));
        }
        let one = sealed(1);
        let expected = format!(
            "{head}  template: {{}}\n  encryptedData:\n    a: {0}\n    b: {0}\n",
            one.as_str()
        );
        assert_eq!(*file.text().unwrap(), expected);
    }

    #[test]
    fn a_namespace_is_asked_for_where_the_file_has_none_and_never_replaced() {
        let without = FILE.replace("  namespace: app\n", "");
        let mut file = amendment(&without, 1).unwrap();
        assert!(matches!(
            file.label(),
            Err(Error::NoNamespace(Scope::Strict))
        ));
        file.use_namespace("other").unwrap();
        assert_eq!(file.label().unwrap().as_bytes(), b"other/db");
        let mut file = amendment(FILE, 1).unwrap();
        assert!(matches!(
            file.use_namespace("other"),
            Err(Error::OtherNamespace(_))
        ));
        assert_eq!(file.label().unwrap().as_bytes(), b"app/db");
    }

    #[test]
    fn another_object_in_its_place_is_said() {
        assert!(matches!(amendment(FILE, 0), Err(Error::NotFound)));
        assert!(matches!(amendment(FILE, 2), Err(Error::NotFound)));
    }
}
