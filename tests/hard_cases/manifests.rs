//! Manifests that kubeseal sealed: the same bytes around every ciphertext, the same data inside.

use super::desk::{Data, certificate, kubeseal, private, secrets, texts};
use crate::support::program::Program;
use crate::support::secret::without_ciphertext;

/// Every input that kubeseal seals, with the data of its Secrets.
type Case = (
    &'static str,
    &'static [&'static [(&'static str, &'static str)]],
);

const CASES: [Case; 11] = [
    ("clusterwide", &[&[("k", "v")]]),
    ("dockercfg", &[&[(".dockerconfigjson", "{}")]]),
    ("immutable", &[&[("k", "v")]]),
    ("json", &[&[("k", "v")]]),
    ("managed", &[&[("k", "v")]]),
    ("multidoc", &[&[("k", "v1")], &[("k", "v2")]]),
    ("nswide", &[&[("k", "v")]]),
    ("owner", &[&[("k", "v")]]),
    ("plain", &[&[("pass", "s3cr3t"), ("user", "admin")]]),
    ("stringdata", &[&[("a", "text"), ("b", "multi\nline\n")]]),
    ("tls", &[&[("tls.crt", "crt"), ("tls.key", "key")]]),
];
const FORMATS: [&str; 2] = ["yaml", "json"];

#[test]
fn no_vector_is_left_out() {
    let folder = std::fs::read_dir(kubeseal("manifests")).expect("the vectors are here");
    let names = folder.map(|entry| entry.expect("the folder can be listed").file_name());
    let names: Vec<_> = names
        .map(|name| name.into_string().expect("it is text"))
        .collect();
    let count = |part: &str| names.iter().filter(|name| name.contains(part)).count();
    // kubeseal seals no List, and nothing of one, so one input has no result.
    assert_eq!(count(".in."), CASES.len() + 1);
    assert_eq!(count(".sealed."), CASES.len() * FORMATS.len());
}

#[test]
fn sealing_writes_what_kubeseal_writes_around_the_ciphertext() {
    for (name, format) in all() {
        let sealed = Program::sealsmith()
            .args(["seal", "-o", format, "--cert"])
            .arg(certificate("rsa4096"))
            .arg("-f")
            .arg(kubeseal(&format!("manifests/{name}.in.yaml")))
            .text();
        let expected = std::fs::read_to_string(result(name, format)).expect("it is text");
        assert_eq!(
            without_ciphertext(&sealed),
            without_ciphertext(&expected),
            "{name}.{format}"
        );
    }
}

#[test]
fn what_kubeseal_sealed_opens_to_the_data_of_its_input() {
    for (name, format) in all() {
        let output = Program::sealsmith()
            .args(["unseal", "-o", "json", "--recovery-private-key"])
            .arg(private("rsa4096"))
            .arg("--recovery-private-key")
            .arg(private("rsa4096-old"))
            .arg("-f")
            .arg(result(name, format))
            .output();
        let data: Vec<Data> = secrets(&output).into_iter().map(|(_, data)| data).collect();
        assert_eq!(data, expected(name), "{name}.{format}");
    }
}

#[test]
fn the_same_key_in_pkcs1_opens_as_well() {
    let output = Program::sealsmith()
        .args(["unseal", "-o", "json", "--recovery-private-key"])
        .arg(kubeseal("keys/rsa4096.pkcs1.key"))
        .arg("-f")
        .arg(result("plain", "yaml"))
        .output();
    assert_eq!(secrets(&output)[0].1, expected("plain")[0]);
}

#[test]
fn a_list_of_secrets_is_sealed_which_kubeseal_refuses() {
    let sealed = Program::sealsmith()
        .args(["seal", "-o", "yaml", "--cert"])
        .arg(certificate("rsa4096"))
        .arg("-f")
        .arg(kubeseal("manifests/list.in.yaml"))
        .output();
    let output = super::desk::unseal(&["rsa4096"], sealed).output();
    let data: Vec<Data> = secrets(&output).into_iter().map(|(_, data)| data).collect();
    assert_eq!(data, [texts(&[("k", "v1")]), texts(&[("k", "v2")])]);
}

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    CASES
        .iter()
        .flat_map(|(name, _)| FORMATS.map(|format| (*name, format)))
}

fn expected(name: &str) -> Vec<Data> {
    let case = CASES.iter().find(|case| case.0 == name);
    let secrets = case.expect("every case is in the table").1;
    secrets.iter().map(|items| texts(items)).collect()
}

fn result(name: &str, format: &str) -> std::path::PathBuf {
    kubeseal(&format!("manifests/{name}.sealed.{format}"))
}
