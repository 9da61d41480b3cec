//! What one backend seals, each backend opens: any bytes, any label, any key size.

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::envelope::Envelope;
use sealsmith_core::public_key::PublicKey;
use sealsmith_core::scope::{Label, Scope};
#[cfg(feature = "native")]
use sealsmith_core::seal::Error;
use sealsmith_core::seal::SealingKey;
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::unseal::KeyRing;

use crate::keys::{BACKENDS, Backend, pair};

fn scope() -> impl Strategy<Value = Scope> {
    let scopes = [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide];
    prop::sample::select(scopes.to_vec())
}

/// Labels of real names and of whatever a file may say instead.
fn label() -> impl Strategy<Value = Label> {
    (
        scope(),
        "[a-z0-9-]{0,63}|\\PC{0,40}",
        "[a-z0-9.-]{0,253}|\\PC{0,40}",
    )
        .prop_map(|(scope, namespace, name)| Label::new(scope, &namespace, &name))
}

fn plaintext() -> impl Strategy<Value = Vec<u8>> {
    let bytes = |sizes| prop::collection::vec(any::<u8>(), sizes);
    prop_oneof![bytes(0..=80), bytes(0..=65536)]
}

/// Every backend's sealing key and ring for one pair.
fn ready(name: &str) -> Vec<(SealingKey, KeyRing)> {
    let certificate = pair(name).certificate();
    let ready = |backend: &Backend| {
        let sealing = backend.sealing(&certificate).unwrap();
        (sealing, backend.ring(&[name]))
    };
    BACKENDS.iter().map(ready).collect()
}

#[test]
fn any_value_opens_under_its_label_on_every_backend() {
    let backends = ready("rsa2048");
    let case = (label(), plaintext(), any::<u64>());
    let outcome = runner(96).run(&case, |(label, plaintext, seed)| {
        for (sealing, _) in &backends {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let value = sealing.seal(&mut rng, &label, &plaintext).unwrap();
            prop_assert_eq!(value.plaintext_len(), plaintext.len());
            for (_, ring) in &backends {
                let opened = ring.unseal(&label, &value).unwrap();
                prop_assert!(opened.plaintext.expose() == plaintext);
            }
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn another_label_never_opens_a_value_and_is_never_mistaken() {
    let backends = ready("rsa2048");
    let case = (label(), label());
    let outcome = runner(48).run(&case, |(label, other)| {
        prop_assume!(label != other);
        for (sealing, ring) in &backends {
            let value = sealing
                .seal(&mut ChaCha20Rng::seed_from_u64(1), &label, b"x")
                .unwrap();
            prop_assert!(ring.unseal(&other, &value).is_err());
            let hash = ring.explain(&value).label_hash.unwrap();
            prop_assert!(hash.matches(&label) && !hash.matches(&other));
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn every_key_size_works_where_its_backend_takes_it() {
    let label = Label::new(Scope::Strict, "ns1", "mysecret");
    for name in [
        "rsa1024", "rsa2048", "rsa2049", "rsa3072", "rsa4095", "rsa4096",
    ] {
        for backend in BACKENDS {
            let certificate = pair(name).certificate();
            let Ok(sealing) = backend.sealing(&certificate) else {
                assert!(name == "rsa1024" && *backend != Backend::Portable);
                continue;
            };
            let mut rng = ChaCha20Rng::seed_from_u64(2);
            let value = sealing.seal(&mut rng, &label, b"bar").unwrap();
            assert_eq!(
                value.wrapped_key_len(),
                certificate.public_key().size_bytes()
            );
            for opening in BACKENDS
                .iter()
                .filter(|b| name != "rsa1024" || **b == Backend::Portable)
            {
                let opened = opening.ring(&[name]).unseal(&label, &value).unwrap();
                assert_eq!(opened.plaintext.expose(), b"bar");
            }
        }
    }
}

#[test]
fn the_largest_key_seals_on_the_portable_backend() {
    let key = PublicKey::from_numbers(&[0xff; 2048], &[1, 0, 1]).unwrap();
    let label = Label::new(Scope::ClusterWide, "", "");
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let sealing = SealingKey::portable(&key).unwrap();
    let value = sealing.seal(&mut rng, &label, b"bar").unwrap();
    assert_eq!(value.wrapped_key_len(), 2048);
}

#[cfg(feature = "native")]
#[test]
fn the_native_backend_names_the_size_it_refuses() {
    let refused = |bytes: &[u8]| {
        let key = PublicKey::from_numbers(bytes, &[1, 0, 1]).unwrap();
        SealingKey::native(&key).err().unwrap()
    };
    assert_eq!(refused(&[0xff; 255]), Error::KeyRefused { bits: 2040 });
    assert_eq!(refused(&[0xff; 1025]), Error::KeyRefused { bits: 8200 });
}

/// Case 1 of the thirty hard ones.
#[test]
fn three_bytes_under_a_4096_bit_key_are_712_characters() {
    let label = Label::new(Scope::Strict, "ns1", "mysecret");
    for (sealing, _) in ready("rsa4096") {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let value = sealing.seal(&mut rng, &label, b"bar").unwrap();
        assert_eq!((value.as_bytes().len(), value.as_str().len()), (533, 712));
        assert!(matches!(
            value.as_str().as_bytes(),
            [b'A', b'g', b'A'..=b'D', ..]
        ));
    }
}

#[test]
fn no_two_sealings_of_a_value_are_alike() {
    let label = Label::new(Scope::ClusterWide, "", "");
    for (sealing, _) in ready("rsa2048") {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let mut seal = || sealing.seal(&mut rng, &label, b"same").unwrap();
        let (one, two) = (seal(), seal());
        assert_ne!(one.envelope().wrapped_key(), two.envelope().wrapped_key());
        assert_ne!(one.envelope().ciphertext(), two.envelope().ciphertext());
    }
}

#[test]
fn threads_share_keys_and_rings() {
    fn shared<T: Send + Sync>() {}
    shared::<SealingKey>();
    shared::<KeyRing>();
}

proptest! {
    #[test]
    fn an_envelope_survives_taking_apart_and_putting_together(bytes: Vec<u8>) {
        if let Ok(envelope) = Envelope::parse(&bytes) {
            prop_assert_eq!(envelope.encode(), bytes);
        }
    }

    #[test]
    fn a_value_reads_back_from_its_text(
        wrapped in prop::collection::vec(any::<u8>(), 1..600),
        content in prop::collection::vec(any::<u8>(), 16..600),
    ) {
        let length = u16::try_from(wrapped.len()).unwrap().to_be_bytes();
        let bytes = [&length[..], &wrapped, &content].concat();
        let value = SealedValue::from_bytes(bytes).unwrap();
        prop_assert_eq!(value.envelope().wrapped_key(), wrapped);
        prop_assert_eq!(value.envelope().ciphertext(), content);
        prop_assert_eq!(SealedValue::parse(value.as_str()).unwrap(), value);
    }
}

fn runner(cases: u32) -> proptest::test_runner::TestRunner {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest::test_runner::TestRunner::new(config)
}
