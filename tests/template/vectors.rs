//! `tests/vectors/template`: what the controller's own template engine makes of many templates.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "core does no I/O, but this test asks Go and may rewrite its vectors"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::template::{Problem, render};
use serde_json::{Value, json};

use super::problem;

const CASES: &str = include_str!("../vectors/template/cases.json");
const FUNCTIONS: &str = include_str!("../vectors/template/functions.txt");

#[test]
fn every_template_renders_as_in_the_controller() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let data = data(&cases);
    let wrong: Vec<_> = list(&cases)
        .iter()
        .filter_map(|case| {
            let source = case["source"].as_str().unwrap();
            let got = match render("key", source, &data) {
                Ok(text) => STANDARD.encode(text.expose()),
                Err(_) => "error".to_owned(),
            };
            let expected = case["expect"].as_str().unwrap();
            (got != expected).then(|| format!("{source}\n  expected {expected}\n  got      {got}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of them differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(list(&cases).len() > 1000);
}

#[test]
fn every_function_of_the_controller_is_rendered_or_named_as_unsupported() {
    for name in FUNCTIONS.lines() {
        let found = problem(&format!(
            "{{{{ if false }}}}{{{{ {name} }}}}{{{{ end }}}}{{{{ template `x` }}}}"
        ));
        assert!(matches!(found, Problem::Execution(_)), "{name}: {found:?}");
    }
}

/// Asks the real thing for every expectation again. With `SEALSMITH_WRITE_VECTORS` set, the file is rewritten.
#[test]
#[ignore = "needs Go"]
fn the_controllers_template_engine_gives_these_vectors() {
    assert_eq!(
        String::from_utf8(ask("", &["-functions"])).unwrap(),
        FUNCTIONS
    );
    let mut cases: Value = serde_json::from_str(CASES).unwrap();
    let questions = list(&cases).iter().map(|case| {
        let question = json!({ "name": "key", "source": case["source"], "data": cases["data"] });
        format!("{question}\n")
    });
    let answers = String::from_utf8(ask(&questions.collect::<String>(), &[])).unwrap();
    let answers: Vec<Value> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), list(&cases).len());
    let expected: Vec<Value> = list(&cases)
        .iter()
        .map(|case| case["expect"].clone())
        .collect();
    let given = |answer: &Value| answer.get("ok").cloned().unwrap_or_else(|| "error".into());
    let given: Vec<Value> = answers.iter().map(given).collect();
    if std::env::var_os("SEALSMITH_WRITE_VECTORS").is_some() {
        for (case, given) in cases["cases"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .zip(&given)
        {
            case["expect"] = given.clone();
        }
        write(&cases);
    } else {
        assert_eq!(
            given, expected,
            "SEALSMITH_WRITE_VECTORS=1 takes over what Go says now"
        );
    }
}

/// Runs `tests/interop/gotemplate`, built by `tests/run` or now.
fn ask(questions: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = match std::env::var_os("SEALSMITH_GOTEMPLATE") {
        Some(program) => Command::new(program),
        None => {
            let mut go = Command::new("go");
            go.args(["run", "."])
                .current_dir(tests().join("interop/gotemplate"));
            go
        }
    };
    let command = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("Go or SEALSMITH_GOTEMPLATE runs");
    let mut input = child.stdin.take().unwrap();
    let questions = questions.to_owned();
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output().unwrap();
    drop(writer.join().unwrap());
    assert!(output.status.success());
    output.stdout
}

fn write(cases: &Value) {
    let lines = |values: Vec<String>| values.join(",\n");
    let data = cases["data"].as_object().unwrap().iter();
    let data = lines(
        data.map(|(key, value)| format!("{}: {value}", json!(key)))
            .collect(),
    );
    let fields = ["topic", "source", "expect"];
    let case = |case: &Value| {
        fields
            .map(|field| format!("{}: {}", json!(field), case[field]))
            .join(", ")
    };
    let list = lines(
        list(cases)
            .iter()
            .map(|one| format!("{{{}}}", case(one)))
            .collect(),
    );
    let comment = &cases["comment"];
    let text = format!(
        "{{\n\"comment\": {comment},\n\"data\": {{\n{data}\n}},\n\"cases\": [\n{list}\n]\n}}\n"
    );
    std::fs::write(tests().join("vectors/template/cases.json"), text).unwrap();
}

fn tests() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

fn list(cases: &Value) -> &Vec<Value> {
    cases["cases"].as_array().unwrap()
}

fn data(cases: &Value) -> BTreeMap<String, SecretBytes> {
    let items = cases["data"].as_object().unwrap().iter();
    let decoded =
        |value: &Value| SecretBytes::new(STANDARD.decode(value.as_str().unwrap()).unwrap());
    items
        .map(|(key, value)| (key.clone(), decoded(value)))
        .collect()
}
