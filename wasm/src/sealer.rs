//! A certificate's key, made ready once for many values.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sealsmith_core::certificate::{Certificate, Validity};
use sealsmith_core::scope::Label;
use sealsmith_core::seal::SealingKey;
use sealsmith_core::secret::SecretBytes;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::code::Code;
use crate::problem::Problem;

/// Seals for one certificate.
#[wasm_bindgen]
pub struct Sealer {
    pub(crate) key: SealingKey,
}

#[wasm_bindgen]
impl Sealer {
    /// Takes the first certificate of a PEM file. `now` counts seconds since 1970.
    ///
    /// # Errors
    /// When there is none with an RSA key, or it has expired: the controller renewed its key long ago.
    #[wasm_bindgen(constructor)]
    pub fn new(pem: &[u8], now: f64) -> Result<Self, Problem> {
        let certificate = Certificate::parse(pem)?;
        // Whole seconds of any date fit.
        #[allow(clippy::cast_possible_truncation, reason = "a clock's seconds")]
        if let Validity::Expired { .. } = certificate.validity(now as i64) {
            return Err(Problem::new(Code::Expired, "the certificate has expired"));
        }
        let key = SealingKey::portable(certificate.public_key())?;
        Ok(Self { key })
    }

    /// Seals one value and returns it as `kubeseal --raw` prints it.
    ///
    /// # Errors
    /// When the scope is unknown.
    pub fn seal(
        &self,
        scope: &str,
        namespace: &str,
        name: &str,
        value: Vec<u8>,
    ) -> Result<String, Problem> {
        let value = SecretBytes::new(value);
        let label = Label::new(scope.parse()?, namespace, name);
        let sealed = self.key.seal(&mut random(), &label, value.expose())?;
        Ok(sealed.as_str().to_owned())
    }
}

/// The browser's randomness, which does not fail once the page has started.
pub(crate) fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
