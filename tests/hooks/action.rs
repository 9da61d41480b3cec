//! `action.yml`: its steps, taken out of the file and run by the shell that GitHub runs them with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sealsmith_core::manifest::tree::{Node, Stream};

use crate::support::judge;
use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;
use crate::world::{HARMLESS, PLAINTEXT, binaries, path_with, repository, write_script};

/// A workflow that uses the action.
struct Workflow<'a> {
    repository: &'a Repository,
    runner: tempfile::TempDir,
    /// What `${{ … }}` stands for; what is not here is empty, as on GitHub.
    context: BTreeMap<String, String>,
}

#[test]
fn a_pull_request_is_judged_from_its_base() {
    let repository = repository();
    let base = head(&repository);
    let workflow = Workflow::new(&repository).with("github.event.pull_request.base.sha", &base);
    repository.write("settings.yaml", HARMLESS);
    repository.commit("harmless");
    let outcome = workflow.run();
    assert_eq!(outcome.code, Some(0), "{}", told(&outcome));
    assert!(!told(&outcome).contains("::error"), "{}", told(&outcome));
    repository.write("secret.yaml", PLAINTEXT);
    repository.commit("plaintext");
    let outcome = workflow.run();
    assert_eq!(outcome.code, Some(1), "{}", told(&outcome));
    assert!(
        told(&outcome).contains("::error file=secret.yaml,line="),
        "{}",
        told(&outcome)
    );
}

#[test]
fn a_pull_request_does_not_write_its_own_exceptions() {
    let repository = repository();
    let base = head(&repository);
    let workflow = Workflow::new(&repository).with("github.event.pull_request.base.sha", &base);
    let exception = "environments:\n  dev: {}\nexceptions:\n- rule: plaintext-secret\n  path: secret.yaml\n  \
                     reason: it is only mine, and nobody sees it\n  expires: 2099-12-31\n";
    repository.write("sealsmith.yaml", exception);
    repository.write("secret.yaml", PLAINTEXT);
    repository.commit("plaintext, allowed by itself");
    let outcome = workflow.run();
    assert_eq!(outcome.code, Some(1), "{}", told(&outcome));
    let refused = "title=sealsmith plaintext-secret::";
    assert!(told(&outcome).contains(refused), "{}", told(&outcome));
    // Once the base has the exception, because others agreed to it, it counts.
    let base = head(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.commit("harmless");
    let later = Workflow::new(&repository).with("github.event.pull_request.base.sha", &base);
    let outcome = later.run();
    assert_eq!(outcome.code, Some(0), "{}", told(&outcome));
}

#[test]
fn a_push_is_judged_from_what_was_there_before() {
    let repository = repository();
    let before = head(&repository);
    repository.write("secret.yaml", PLAINTEXT);
    repository.commit("plaintext");
    let pushed = |from: &str| {
        Workflow::new(&repository)
            .with("github.event.before", from)
            .run()
    };
    // A new branch, and one whose old end is gone after a forced push: the files of the last commit count.
    let gone = "1".repeat(40);
    for from in [before.as_str(), &"0".repeat(40), &gone, ""] {
        let outcome = pushed(from);
        assert_eq!(outcome.code, Some(1), "{from}: {}", told(&outcome));
        assert!(
            told(&outcome).contains("file=secret.yaml"),
            "{from}: {}",
            told(&outcome)
        );
    }
}

#[test]
fn a_shallow_checkout_without_the_base_is_an_error_that_says_what_to_do() {
    let repository = repository();
    let base = head(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.commit("harmless");
    let shallow = Repository::new();
    let url = format!("file://{}", repository.path().display());
    shallow.git(["fetch", "--quiet", "--depth=1", &url, "main"]);
    shallow.git(["checkout", "--quiet", "FETCH_HEAD"]);
    for event in ["github.event.pull_request.base.sha", "github.event.before"] {
        let outcome = Workflow::new(&shallow).with(event, &base).run();
        assert_eq!(outcome.code, Some(2), "{event}: {}", told(&outcome));
        assert!(
            told(&outcome).contains("fetch-depth: 0"),
            "{event}: {}",
            told(&outcome)
        );
    }
}

#[test]
fn a_sarif_report_is_written_whether_or_not_the_check_fails() {
    let repository = repository();
    let workflow = Workflow::new(&repository).with("inputs.sarif-file", "report.sarif");
    repository.write("secret.yaml", PLAINTEXT);
    repository.commit("plaintext");
    assert_eq!(workflow.run().code, Some(1));
    let log: serde_json::Value = serde_json::from_slice(&repository.read("report.sarif")).unwrap();
    let mut results = log["runs"][0]["results"].as_array().unwrap().iter();
    assert!(
        results.any(|result| result["ruleId"] == "plaintext-secret"),
        "{log:#}"
    );
}

#[test]
fn an_input_is_never_run() {
    let repository = repository();
    for input in ["range", "policy-from", "format", "fail-on", "sarif-file"] {
        let workflow = Workflow::new(&repository);
        let value = "x$(touch pwned)`touch pwned`\"; touch pwned; \"";
        let outcome = workflow.with(&format!("inputs.{input}"), value).run();
        assert!(
            !repository.file("pwned").exists(),
            "{input}: {}",
            told(&outcome)
        );
        if input != "sarif-file" {
            assert_eq!(outcome.code, Some(2), "{input}: {}", told(&outcome));
        }
    }
}

#[test]
fn without_a_binary_the_checked_out_action_is_built() {
    let repository = repository();
    let mut workflow = Workflow::new(&repository);
    workflow.context.remove("inputs.binary");
    let tools = workflow.runner.path().join("tools");
    // A stand-in: building takes minutes, and which command builds is what counts here.
    let cargo = format!(
        "#!/bin/sh\necho \"cargo $*\"\nmkdir -p \"$RUNNER_TEMP/sealsmith/bin\"\ncp '{}' \"$RUNNER_TEMP/sealsmith/bin\"\n",
        binaries().join("sealsmith").display()
    );
    write_script(&tools.join("cargo"), &cargo);
    let outcome = workflow.run();
    assert_eq!(outcome.code, Some(0), "{}", told(&outcome));
    let root = workflow.runner.path().join("temp/sealsmith");
    let command = format!(
        "cargo install --quiet --locked --path /action/cli --root {}\n",
        root.display()
    );
    assert!(told(&outcome).contains(&command), "{}", told(&outcome));
}

#[test]
#[ignore = "needs the schema of GitHub actions and a validator from PyPI"]
fn the_schema_of_github_accepts_the_file() {
    let text = std::fs::read_to_string(file()).unwrap();
    let verdict = judge::builtin("vendor.github-actions", "action.yml", &text);
    assert_eq!(verdict.code, Some(0), "{}", told(&verdict));
    let wrong = text.replace("composite", "composed");
    let verdict = judge::builtin("vendor.github-actions", "action.yml", &wrong);
    assert_eq!(verdict.code, Some(1), "{}", told(&verdict));
}

impl<'a> Workflow<'a> {
    fn new(repository: &'a Repository) -> Self {
        let runner = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(runner.path().join("temp")).unwrap();
        let binary = binaries().join("sealsmith");
        let context = BTreeMap::from([("github.action_path".to_owned(), "/action".to_owned())]);
        let workflow = Self {
            repository,
            runner,
            context,
        };
        workflow.with("inputs.binary", binary.to_str().unwrap())
    }

    fn with(mut self, expression: &str, value: &str) -> Self {
        self.context.insert(expression.to_owned(), value.to_owned());
        self
    }

    /// Runs the steps until one fails.
    fn run(&self) -> Outcome {
        let text = std::fs::read_to_string(file()).unwrap();
        let action = sealsmith_core::manifest::yaml::parse(&text).unwrap();
        let root = root_of(&action);
        let mut context = defaults(root);
        context.extend(self.context.clone());
        let mut all = Outcome {
            code: Some(0),
            stdout: Vec::new(),
            stderr: String::new(),
        };
        for step in root.get("runs").unwrap().get("steps").unwrap().items() {
            let outcome = self.step(step, &mut context);
            all.stdout.extend(outcome.stdout);
            all.stderr += &outcome.stderr;
            all.code = outcome.code;
            if all.code != Some(0) {
                break;
            }
        }
        all
    }

    fn step(&self, step: Node<'_>, context: &mut BTreeMap<String, String>) -> Outcome {
        assert_eq!(word(step, "shell"), Some("bash"));
        let output = self.runner.path().join("output");
        std::fs::write(&output, "").unwrap();
        let script = self.runner.path().join("step.sh");
        let run = word(step, "run").unwrap();
        assert!(!run.contains("${{"), "text of others would be run: {run}");
        std::fs::write(&script, run).unwrap();
        let folder =
            word(step, "working-directory").map_or(".".to_owned(), |text| resolved(text, context));
        let mut program = Program::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&script)
            .dir(self.repository.path().join(folder))
            .env("PATH", path_with(&[self.runner.path().join("tools")]))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", self.repository.path())
            .env("GITHUB_OUTPUT", &output)
            .env("RUNNER_TEMP", self.runner.path().join("temp"));
        for (name, value) in step.get("env").into_iter().flat_map(Node::entries) {
            let value = resolved(value.scalar().unwrap(), context);
            program = program.env(name.scalar().unwrap(), value);
        }
        let outcome = program.run();
        if let Some(id) = word(step, "id") {
            for line in std::fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                context.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
        outcome
    }
}

fn defaults(root: Node<'_>) -> BTreeMap<String, String> {
    let inputs = root.get("inputs").unwrap().entries();
    inputs
        .map(|(name, input)| {
            let name = format!("inputs.{}", name.scalar().unwrap());
            (name, word(input, "default").unwrap().to_owned())
        })
        .collect()
}

/// A value that is one expression as a whole, or none.
fn resolved(text: &str, context: &BTreeMap<String, String>) -> String {
    let inner = text
        .strip_prefix("${{ ")
        .and_then(|text| text.strip_suffix(" }}"));
    let Some(expression) = inner else {
        assert!(!text.contains("${{"), "{text}");
        return text.to_owned();
    };
    let known = ["inputs.", "steps.", "github.event.", "github.action_path"];
    assert!(
        known.iter().any(|start| expression.starts_with(start)),
        "{expression}"
    );
    context.get(expression).cloned().unwrap_or_default()
}

fn root_of(action: &Stream) -> Node<'_> {
    action.documents().next().unwrap().root().unwrap()
}

fn word<'a>(node: Node<'a>, key: &str) -> Option<&'a str> {
    node.get(key)?.scalar()
}

fn head(repository: &Repository) -> String {
    repository.git(["rev-parse", "HEAD"]).trim().to_owned()
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../action.yml")
}

fn told(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr
}
