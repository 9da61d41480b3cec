//! A Secret on its way to a SealedSecret.

use sealsmith_core::draft;
use sealsmith_core::manifest::document::{Kind, Object, objects};
use sealsmith_core::manifest::secret;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::text::decode;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::inspect::read;
use crate::json::{list, object, text};
use crate::problem::Problem;
use crate::sealer::{Sealer, random};

/// A Secret to be sealed. Its plaintext stays in here, and is wiped when it is sealed or the draft freed.
#[wasm_bindgen]
pub struct Draft {
    inner: draft::Draft,
}

#[wasm_bindgen]
impl Draft {
    /// Starts an empty one, filled in by `setValue`.
    ///
    /// # Errors
    /// When scope, namespace or name cannot be used.
    pub fn form(scope: &str, namespace: &str, name: &str) -> Result<Self, Problem> {
        let inner = draft::Draft::default();
        let mut draft = Self { inner };
        draft.identify(scope, namespace, name)?;
        Ok(draft)
    }

    /// Takes every Secret of a manifest, in the order in which `inspect` lists them.
    ///
    /// # Errors
    /// When the text is no manifest.
    pub fn secrets(manifest: Vec<u8>) -> Result<Vec<Self>, Problem> {
        let bytes = SecretBytes::new(manifest);
        let stream = read(&decode(bytes.expose())?)?;
        let found = objects(&stream)?.into_iter();
        let secrets = found.filter(|object| object.kind == Kind::Secret);
        secrets.map(Self::of).collect()
    }

    /// How many values are still to be sealed.
    #[wasm_bindgen(getter)]
    pub fn unsealed(&self) -> usize {
        self.inner.secret().data.len()
    }

    /// Sets scope, namespace and name.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub fn identify(&mut self, scope: &str, namespace: &str, name: &str) -> Result<(), Problem> {
        Ok(self.inner.identify(scope.parse()?, namespace, name)?)
    }

    /// Sets the Secret's `type`; an empty text leaves it out.
    #[wasm_bindgen(js_name = setType)]
    pub fn set_type(&mut self, kind: &str) {
        self.inner.secret_mut().kind = (!kind.is_empty()).then(|| kind.to_owned());
    }

    /// Sets a label of the Secret.
    #[wasm_bindgen(js_name = setLabel)]
    pub fn set_label(&mut self, key: String, value: String) {
        self.inner.secret_mut().labels.insert(key, value);
    }

    /// Sets an annotation of the Secret.
    #[wasm_bindgen(js_name = setAnnotation)]
    pub fn set_annotation(&mut self, key: String, value: String) {
        self.inner.secret_mut().annotations.insert(key, value);
    }

    /// Sets a plaintext.
    ///
    /// # Errors
    /// When Kubernetes does not take the key.
    #[wasm_bindgen(js_name = setValue)]
    pub fn set_value(&mut self, key: &str, value: Vec<u8>) -> Result<(), Problem> {
        Ok(self.inner.set_value(key, SecretBytes::new(value))?)
    }

    /// Seals one value and wipes it; returns `false` when none is left.
    ///
    /// # Errors
    /// When the Secret has no data, or lacks the name or namespace that its scope binds.
    #[wasm_bindgen(js_name = sealNext)]
    pub fn seal_next(&mut self, sealer: &Sealer) -> Result<bool, Problem> {
        Ok(self.inner.seal_next(&sealer.key, &mut random())?)
    }

    /// Writes the SealedSecret as `yaml` or `json`, in a sync wave unless that is empty.
    ///
    /// # Errors
    /// Before every value is sealed, or without a name.
    pub fn manifest(&self, format: &str, sync_wave: &str) -> Result<String, Problem> {
        let wave = (!sync_wave.is_empty()).then_some(sync_wave);
        let value = self.inner.manifest(wave)?;
        Ok(match format {
            "json" => value.to_json().to_string(),
            _ => format!("---\n{}", *value.to_yaml()),
        })
    }

    /// Returns a JSON array of `{key, sealed}`.
    #[wasm_bindgen(js_name = sealedValues)]
    pub fn sealed_values(&self) -> String {
        let sealed = self.inner.sealed().iter().map(|(key, value)| {
            object([
                ("key", Value::text(&**key)),
                ("sealed", Value::text(value.as_str())),
            ])
        });
        text(&list(sealed))
    }
}

impl Draft {
    fn of(object: Object<'_>) -> Result<Self, Problem> {
        let (secret, _) = secret::read(object.node)?;
        let inner = secret.into();
        Ok(Self { inner })
    }
}
