//! Validators and hook runners from PyPI, which `./tests/run` installs.

use std::path::PathBuf;

use super::program::{Outcome, Program};

/// Checks a text against one of the schemas that `./tests/run` took out of packages.
pub(crate) fn json(schema: &str, text: &str) -> Outcome {
    let schema = schemas().join(schema);
    let option = format!("--schemafile={}", schema.display());
    check_jsonschema(&option, "report.json", text)
}

/// Checks a text against a schema that check-jsonschema brings.
pub(crate) fn builtin(schema: &str, name: &str, text: &str) -> Outcome {
    check_jsonschema(&format!("--builtin-schema={schema}"), name, text)
}

/// Checks a text against Jenkins' schema of JUnit reports.
pub(crate) fn junit(text: &str) -> Outcome {
    const CHECK: &str = "import sys, xmlschema; xmlschema.validate(sys.argv[1], sys.argv[2])";
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("report.xml");
    std::fs::write(&file, text).expect("the temporary folder is writable");
    python()
        .args(["-c", CHECK])
        .arg(&file)
        .arg(schemas().join("junit-10.xsd"))
        .run()
}

/// Python with the packages of `tests/tools/python`.
pub(crate) fn python() -> Program {
    Program::new(of_variable("SEALSMITH_PYTHON"))
}

/// The program prek.
pub(crate) fn prek() -> PathBuf {
    of_variable("SEALSMITH_PREK")
}

fn check_jsonschema(option: &str, name: &str, text: &str) -> Outcome {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("the temporary folder is writable");
    python()
        .args(["-m", "check_jsonschema", "--no-cache", option])
        .arg(&file)
        .run()
}

fn schemas() -> PathBuf {
    of_variable("SEALSMITH_SCHEMAS")
}

fn of_variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    let missing = || panic!("{name} is not set: run this test through ./tests/run, which sets it");
    PathBuf::from(value.unwrap_or_else(missing))
}
