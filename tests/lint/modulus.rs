//! A number that is not below the modulus was made by another key: a proof, and never a false one.

use proptest::prelude::*;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::public_key::PublicKey;
use sha2::{Digest as _, Sha256};

use crate::dev::{PATH, found, manifest, names, sealed};
use crate::example::Example;

const OLD: &str = include_str!("../vectors/kubeseal/keys/rsa4096-old.crt");
const NEW: &str = include_str!("../vectors/kubeseal/keys/rsa4096.crt");

const POLICY: &str = "-- sealsmith.yaml --\nenvironments: {dev: {certificate: certs/dev.pem}, prod: {certificate: certs/prod.pem}}\nsecrets:\n- {id: all, match: {name: '*'}, rotation: automated, reason: these are made-up secrets of a test}\n";

/// The certificates and their keys, the smaller modulus first.
fn by_size() -> [(&'static str, PublicKey); 2] {
    let mut keys = [OLD, NEW].map(|pem| {
        let certificate = Certificate::parse(pem.as_bytes()).expect("a certificate of the tests");
        (pem, certificate.public_key().clone())
    });
    keys.sort_by(|one, other| one.1.modulus().cmp(other.1.modulus()));
    keys
}

/// Whether values with these numbers are foreign to a `dev` that has these certificates.
fn foreign(numbers: &[Vec<u8>], pem: &str) -> usize {
    let values: Vec<_> = numbers
        .iter()
        .enumerate()
        .map(|(at, number)| format!("k{at}: {}", sealed(number, 12)))
        .collect();
    let text = format!("{POLICY}-- {PATH} --\n{}", manifest(&values.join("\n")));
    let report = Example::parse(&text).certified("dev", pem).check();
    let others: Vec<_> = names(&report)
        .into_iter()
        .filter(|name| name != "foreign-ciphertext")
        .collect();
    assert!(others.is_empty(), "{others:?}");
    found(&report, "foreign-ciphertext").len()
}

fn plus(number: &[u8], one: i8) -> Vec<u8> {
    let mut bytes = number.to_vec();
    let last = bytes.last_mut().expect("it has bytes");
    *last = last
        .checked_add_signed(one)
        .expect("a modulus is odd, and these do not end in 255");
    bytes
}

#[test]
fn the_modulus_itself_is_foreign_and_one_less_is_not() {
    let [(pem, key), _] = by_size();
    let modulus = key.modulus();
    assert_eq!(foreign(&[modulus.to_vec()], pem), 1);
    assert_eq!(foreign(&[vec![0xff; 512]], pem), 1);
    assert_eq!(foreign(&[plus(modulus, -1)], pem), 0);
    let mut small = modulus.to_vec();
    small[..40].fill(0);
    assert_eq!(
        foreign(&[small, vec![0; 512]], pem),
        0,
        "leading zero bytes are part of the number"
    );
}

#[test]
fn during_a_renewal_only_what_neither_key_made_is_foreign() {
    let [(small_pem, small), (large_pem, large)] = by_size();
    let both = format!("{small_pem}{large_pem}");
    let between = small.modulus().to_vec();
    assert_eq!(foreign(std::slice::from_ref(&between), &both), 0);
    assert_eq!(foreign(&[large.modulus().to_vec()], &both), 1);
    assert_eq!(foreign(&[between], small_pem), 1);
}

#[test]
fn a_pasted_value_is_proven_foreign_in_one_direction_only() {
    let [(small_pem, small), (large_pem, _)] = by_size();
    // Made by the larger key: too large for the smaller one.
    let of_large = small.modulus().to_vec();
    assert_eq!(foreign(std::slice::from_ref(&of_large), small_pem), 1);
    // Made by the smaller key: the larger one may have made it as well.
    let of_small = plus(small.modulus(), -1);
    assert_eq!(foreign(&[of_small], large_pem), 0);
}

#[test]
fn a_pasted_value_is_found_in_either_direction_while_the_original_is_there() {
    let value = sealed(&[1; 512], 12);
    let dev = manifest(&format!("password: {value}"));
    let prod = dev.replace("airflow-dev", "airflow-prod");
    let text = format!(
        "{POLICY}-- {PATH} --\n{dev}-- {} --\n{prod}",
        PATH.replace("dev", "prod")
    );
    let report = Example::parse(&text).check();
    assert_eq!(names(&report), ["repeated-ciphertext"]);
    assert_eq!(found(&report, "repeated-ciphertext").len(), 2);
}

#[test]
fn a_file_that_moves_to_another_environment_takes_its_values_where_they_do_not_open() {
    let dev = manifest(&format!("password: {}", sealed(&[1; 512], 12)));
    let prod = dev.replace("airflow-dev", "airflow-prod");
    let to = PATH.replace("dev", "prod");
    let report = Example::parse(&format!(
        "{POLICY}-- HEAD:{PATH} --\n{dev}-- {to} --\n{prod}"
    ))
    .check();
    let found = found(&report, "repeated-ciphertext");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].path.to_string() == to && found[0].message.contains(PATH),
        "{}",
        found[0].message
    );
}

#[test]
fn a_new_scope_without_a_new_value_is_doubted() {
    let dev = manifest(&format!("password: {}", sealed(&[1; 512], 12)));
    let wide = "sealedsecrets.bitnami.com/namespace-wide: \"true\"";
    let wide = crate::dev::annotated(wide, wide, &format!("password: {}", sealed(&[1; 512], 12)));
    let changed = |after: &str| {
        let example = Example::parse(&format!(
            "{POLICY}-- HEAD:{PATH} --\n{dev}-- {PATH} --\n{after}"
        ));
        names(&example.check())
    };
    assert_eq!(changed(&wide), ["repeated-ciphertext"]);
    assert_eq!(changed(&dev.replace("-1", "-2")), ["sync-wave"]);
}

/// 100 numbers below a modulus, spread evenly.
fn below(modulus: &[u8], seed: u64) -> Vec<Vec<u8>> {
    let number = |at: u32| -> Vec<u8> {
        let block = |part: u32| Sha256::digest(format!("{seed} {at} {part}")).to_vec();
        (0..).flat_map(block).take(modulus.len()).collect()
    };
    (0..)
        .map(number)
        .filter(|number| number.as_slice() < modulus)
        .take(100)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// 100 times 100 values.
    #[test]
    fn no_value_of_the_own_key_is_ever_foreign(seed in any::<u64>()) {
        for (pem, key) in by_size() {
            prop_assert_eq!(foreign(&below(key.modulus(), seed), pem), 0);
        }
    }
}
