//! New values in an existing SealedSecret.

use sealsmith_core::manifest::amendment::Amendment;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::name::DataKey;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::text::{Encoding, decode};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::code::Code;
use crate::inspect::read;
use crate::json::{list, object, text};
use crate::problem::Problem;
use crate::sealer::{Sealer, random};

/// The text of a SealedSecret, to which new values are given; everything else stays byte for byte.
#[wasm_bindgen]
pub struct Edit {
    inner: Amendment,
    has_mark: bool,
}

#[wasm_bindgen]
impl Edit {
    /// Takes the object at a place of what `inspect` lists.
    ///
    /// # Errors
    /// When the text is no manifest, another object stands there, or the text is UTF-16.
    #[wasm_bindgen(constructor)]
    pub fn new(manifest: &[u8], index: usize) -> Result<Self, Problem> {
        let decoded = decode(manifest)?;
        if matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            let message = "the text is UTF-16, which Kubernetes and Argo CD cannot read";
            return Err(Problem::new(Code::Utf16, message));
        }
        Ok(Self {
            inner: Amendment::new(read(&decoded)?, index)?,
            has_mark: decoded.encoding == Encoding::Utf8Bom,
        })
    }

    /// Returns `{name, namespace, scope, keys, missingNamespace}` as JSON.
    ///
    /// # Errors
    /// When the values cannot be read.
    pub fn describe(&self) -> Result<String, Problem> {
        let sealed = self.inner.sealed_secret()?;
        let items = sealed.items().map_err(Problem::from)?;
        let keys = items.iter().map(|item| Value::text(item.key));
        Ok(text(&object([
            ("name", Value::text(sealed.name())),
            ("namespace", Value::text(sealed.namespace())),
            ("scope", Value::text(sealed.scope().as_str())),
            ("keys", list(keys)),
            (
                "missingNamespace",
                Value::Bool(self.inner.needs_namespace()?),
            ),
        ])))
    }

    /// Says which namespace a SealedSecret is applied to that does not say it itself.
    ///
    /// # Errors
    /// When the text names another one, or it is no valid name.
    #[wasm_bindgen(js_name = useNamespace)]
    pub fn use_namespace(&mut self, namespace: &str) -> Result<(), Problem> {
        Ok(self.inner.use_namespace(namespace)?)
    }

    /// Seals a value for the text's own name, namespace and scope, and puts it in its place or at the end.
    ///
    /// # Errors
    /// When the namespace is not known, or a name or key cannot be used.
    pub fn seal(&mut self, sealer: &Sealer, key: &str, value: Vec<u8>) -> Result<(), Problem> {
        let value = SecretBytes::new(value);
        let key = DataKey::parse(key)?;
        let label = self.inner.label()?;
        let sealed = sealer.key.seal(&mut random(), &label, value.expose())?;
        self.inner.set(key, sealed);
        Ok(())
    }

    /// Returns the text with the new values.
    ///
    /// # Errors
    /// When the text cannot be edited in place.
    pub fn text(&self) -> Result<String, Problem> {
        let text = self.inner.text()?;
        let mark = if self.has_mark { "\u{feff}" } else { "" };
        Ok(format!("{mark}{}", *text))
    }
}
