//! The throw-away keys of `tests/vectors/kubeseal`, ready for every backend.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::private_key::PrivateKey;
use sealsmith_core::seal::{self, SealingKey};
use sealsmith_core::unseal::{self, KeyRing, UnsealingKey};

/// The two ways to compute; only the first exists without the `native` feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Portable,
    #[cfg(feature = "native")]
    Native,
}

/// Every backend of this build.
pub(crate) const BACKENDS: &[Backend] = &[
    Backend::Portable,
    #[cfg(feature = "native")]
    Backend::Native,
];

impl Backend {
    pub(crate) fn sealing(self, certificate: &Certificate) -> Result<SealingKey, seal::Error> {
        match self {
            Self::Portable => SealingKey::portable(certificate.public_key()),
            #[cfg(feature = "native")]
            Self::Native => SealingKey::native(certificate.public_key()),
        }
    }

    pub(crate) fn unsealing(self, key: &PrivateKey) -> Result<UnsealingKey, unseal::Error> {
        match self {
            Self::Portable => UnsealingKey::portable(key),
            #[cfg(feature = "native")]
            Self::Native => UnsealingKey::native(key),
        }
    }

    pub(crate) fn ring(self, pairs: &[&Pair]) -> KeyRing {
        let keys = pairs.iter().map(|pair| self.unsealing(&pair.private_key()));
        KeyRing::new(keys.map(Result::unwrap).collect())
    }
}

/// A certificate and its private key, as files.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) key: &'static str,
}

impl Pair {
    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::parse(self.certificate.as_bytes()).unwrap()
    }

    pub(crate) fn private_key(&self) -> PrivateKey {
        let body: String = self
            .key
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let der = sealsmith_core::envelope::decode_base64(&body).unwrap();
        match self.key.contains("RSA PRIVATE KEY") {
            true => PrivateKey::from_pkcs1_der(&der).unwrap(),
            false => PrivateKey::from_pkcs8_der(&der).unwrap(),
        }
    }
}

/// Returns one of [`PAIRS`] by name.
pub(crate) fn pair(name: &str) -> &'static Pair {
    PAIRS.iter().find(|pair| pair.name == name).unwrap()
}

macro_rules! pairs {
    ($($name:literal $path:literal)*) => {
        /// Every pair of the vectors.
        pub(crate) const PAIRS: &[Pair] = &[$(Pair {
            name: $name,
            certificate: include_str!(concat!("../vectors/kubeseal/", $path, ".crt")),
            key: include_str!(concat!("../vectors/kubeseal/", $path, ".key")),
        }),*];
    };
}

pairs! {
    "keyA" "keyA"
    "keyB" "keyB"
    "rsa2048" "keys/rsa2048"
    "rsa3072" "keys/rsa3072"
    "rsa4096" "keys/rsa4096"
    "rsa4096-old" "keys/rsa4096-old"
}
