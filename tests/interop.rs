//! The real kubeseal judges: it opens what sealsmith seals, sealsmith opens what it seals, over all scopes, formats
//! and key sizes, on Secrets made up from fixed seeds. `./tests/run` builds kubeseal and runs all of this.

#[path = "interop/case.rs"]
mod case;
#[path = "interop/peer.rs"]
mod peer;
mod support;

use case::Case;
use peer::{kubeseal_unseal, merge, raw, sealsmith_seal, sealsmith_unseal};
use serde_json::json;
use std::path::Path;
use support::program::Program;
use support::secret::{Secret, without_ciphertext};

#[test]
#[ignore = "needs kubeseal"]
fn kubeseal_opens_what_sealsmith_seals() {
    for case in (0..100).map(Case::new) {
        let sealed = case.seal(sealsmith_seal());
        let opened = kubeseal_unseal(&sealed, &case.key);
        assert_eq!(opened, case.expected(), "seed {}\n{sealed}", case.seed);
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn sealsmith_opens_what_kubeseal_seals() {
    for case in (1000..1100).map(Case::new) {
        let sealed = case.seal(Program::kubeseal());
        let opened = sealsmith_unseal(&sealed, &case.key);
        assert_eq!(opened, case.expected(), "seed {}\n{sealed}", case.seed);
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn both_seal_to_the_same_bytes_but_for_the_ciphertext() {
    for case in (2000..2200).map(Case::new) {
        let ours = without_ciphertext(&case.seal(sealsmith_seal()));
        let theirs = without_ciphertext(&case.seal(Program::kubeseal()));
        assert_eq!(
            ours,
            theirs,
            "seed {}\n{}",
            case.seed,
            case.secret.manifest(case.input)
        );
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn several_documents_seal_to_the_same_bytes_but_for_the_ciphertext() {
    for seed in 3000..3010 {
        let cases = [
            Case::new(seed),
            Case::new(seed + 100),
            Case::new(seed + 200),
        ];
        let stream = cases
            .each_ref()
            .map(|case| case.secret.manifest("yaml"))
            .join("---\n");
        for format in ["json", "yaml"] {
            let seal = |program: Program| {
                let sealing = program
                    .arg("--cert")
                    .arg(&cases[0].key.certificate)
                    .args(["-o", format]);
                without_ciphertext(
                    &sealing
                        .args(["--scope", "cluster-wide"])
                        .stdin(stream.clone())
                        .text(),
                )
            };
            assert_eq!(
                seal(sealsmith_seal()),
                seal(Program::kubeseal()),
                "seed {seed}\n{stream}"
            );
        }
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn raw_values_open_on_the_other_side() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    for case in (4000..4060).map(Case::new) {
        let wanted = case
            .secret
            .data
            .values()
            .next()
            .expect("a random Secret has a key");
        let file = folder.path().join("value");
        std::fs::write(&file, wanted).expect("the temporary folder is writable");
        let ours = raw(sealsmith_seal(), &case, wanted, None);
        let theirs = raw(Program::kubeseal(), &case, wanted, Some(&file));
        assert_eq!(ours.len(), theirs.len(), "seed {}", case.seed);
        assert_eq!(
            only_value(&kubeseal_unseal(&around(&ours, &case), &case.key)),
            wanted,
            "seed {}",
            case.seed
        );
        assert_eq!(
            only_value(&sealsmith_unseal(&around(&theirs, &case), &case.key)),
            wanted,
            "seed {}",
            case.seed
        );
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn raw_takes_a_file_as_kubeseal_does() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let case = Case::new(5000);
    let wanted = b"from a file\n".to_vec();
    std::fs::write(folder.path().join("value"), &wanted).expect("the temporary folder is writable");
    for from in ["value", "some-key=value"] {
        let sealed = raw(
            sealsmith_seal().dir(folder.path()),
            &case,
            &[],
            Some(Path::new(from)),
        );
        assert_eq!(
            only_value(&kubeseal_unseal(&around(&sealed, &case), &case.key)),
            &wanted,
            "--from-file={from}"
        );
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn a_merged_file_opens_on_the_other_side() {
    for seed in 6000..6030 {
        let (case, more) = (Case::new(seed), Case::new(seed + 100));
        // kubeseal panics when the new Secret has metadata that the file lacks, and forgets the file's scope.
        let plain = Case {
            scope: "strict",
            output: "yaml",
            ..case.in_a_namespace()
        };
        let added = Secret {
            data: more.secret.data,
            ..bare(&plain.secret)
        };
        let mut expected = plain.expected();
        expected.data.extend(added.data.clone());

        let ours = merge(
            sealsmith_seal(),
            &plain.seal(Program::kubeseal()),
            &added,
            &plain.key,
        );
        assert_eq!(
            kubeseal_unseal(&ours, &plain.key),
            expected,
            "seed {seed}\n{ours}"
        );
        let theirs = merge(
            Program::kubeseal(),
            &plain.seal(sealsmith_seal()),
            &added,
            &plain.key,
        );
        assert_eq!(
            sealsmith_unseal(&theirs, &plain.key),
            expected,
            "seed {seed}\n{theirs}"
        );
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn files_named_by_flags_are_read_and_written_as_kubeseal_does() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    for (seed, name) in (7000..).zip(["sealed.yaml", "sealed.yml", "sealed.json"]) {
        let case = Case::new(seed);
        std::fs::write(folder.path().join("in"), case.secret.manifest(case.input))
            .expect("the folder is writable");
        let [ours, theirs] = [sealsmith_seal(), Program::kubeseal()].map(|program| {
            let sealing = program
                .dir(folder.path())
                .arg("--cert")
                .arg(&case.key.certificate)
                .args(["-f", "in", "-w", name]);
            assert_eq!(sealing.text(), "", "output goes to the file");
            let written =
                std::fs::read_to_string(folder.path().join(name)).expect("the file was written");
            std::fs::remove_file(folder.path().join(name)).expect("the file was written");
            without_ciphertext(&written)
        });
        assert_eq!(ours, theirs, "-w {name}");
    }
}

#[test]
#[ignore = "needs kubeseal"]
fn empty_data_is_sealed_on_request_as_kubeseal_does() {
    for output in ["json", "yaml"] {
        let case = Case {
            output,
            ..Case::new(8000)
        };
        let empty = Case {
            secret: Secret {
                data: Default::default(),
                ..case.secret
            },
            ..case
        };
        let [ours, theirs] = [sealsmith_seal(), Program::kubeseal()]
            .map(|p| empty.seal(p.arg("--allow-empty-data")));
        assert_eq!(ours, theirs);
    }
}

/// Puts a raw value into a SealedSecret, as a person would by hand.
fn around(value: &str, case: &Case) -> String {
    let metadata = json!({
        "name": case.secret.name,
        "namespace": case.secret.namespace,
        "annotations": { format!("sealedsecrets.bitnami.com/{}", case.scope): "true" },
    });
    let spec = json!({ "encryptedData": { "key": value } });
    let manifest = json!({ "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": metadata, "spec": spec });
    manifest.to_string()
}

fn only_value(secret: &Secret) -> &Vec<u8> {
    &secret.data["key"]
}

/// The Secret's identity without anything else.
fn bare(secret: &Secret) -> Secret {
    Secret {
        labels: Default::default(),
        annotations: Default::default(),
        kind: None,
        immutable: None,
        ..secret.clone()
    }
}
