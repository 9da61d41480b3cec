//! The throw-away keys of `tests/vectors`, ready for every backend.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::key_file;
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

    /// Makes a ring of the keys with these names.
    pub(crate) fn ring(self, names: &[&str]) -> KeyRing {
        let keys = names.iter().map(|name| pair(name).private_key());
        let keys = keys.map(|key| self.unsealing(&key).unwrap());
        KeyRing::new(keys.collect())
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
        let mut file = key_file::parse(self.key.as_bytes()).unwrap();
        assert_eq!((file.keys.len(), file.notes.len()), (1, 0));
        file.keys.remove(0)
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
            certificate: include_str!(concat!("../vectors/", $path, ".crt")),
            key: include_str!(concat!("../vectors/", $path, ".key")),
        }),*];
    };
}

pairs! {
    "keyA" "kubeseal/keyA"
    "keyB" "kubeseal/keyB"
    "rsa2048" "kubeseal/keys/rsa2048"
    "rsa3072" "kubeseal/keys/rsa3072"
    "rsa4096" "kubeseal/keys/rsa4096"
    "rsa4096-old" "kubeseal/keys/rsa4096-old"
    "rsa1024" "keys/rsa1024"
    "rsa2049" "keys/rsa2049"
    "rsa4095" "keys/rsa4095"
}
