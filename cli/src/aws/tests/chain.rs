//! Where credentials, endpoint and proxy come from: the environment of a process, so each case is a process of its own.

use std::path::Path;
use std::process::Command;

use aws_credential_types::provider::future;

use super::super::problem::Kind;
use super::stand_in::{StandIn, is_user};
use super::*;
use crate::env::Env;

/// In this variable a child finds its profile, and that it is one.
const CHILD: &str = "SEALSMITH_TEST_CHILD";
const USER: &str = "arn:aws:iam::111122223333:user/deployer";

const CONFIG: &str = "\
[profile dev]
region = eu-central-1
[profile program]
credential_process = /bin/cat PROCESS
[profile broken]
credential_process = /bin/sh BROKEN
[profile sso]
sso_start_url = https://127.0.0.1:1/start
sso_region = eu-central-1
sso_account_id = 111122223333
sso_role_name = admin
";
const CREDENTIALS: &str = "\
[dev]
aws_access_key_id = AKIADEV0000000000001
aws_secret_access_key = secret-of-dev
";
const PROCESS: &str =
    r#"{"Version":1,"AccessKeyId":"AKIAPROCESS000000001","SecretAccessKey":"secret-of-process"}"#;
const BROKEN: &str = "echo it-was-secret >&2; exit 3";

/// Says in a child process what AWS said to the chain's credentials; as a test, that the child did.
#[test]
fn the_chain_finds_credentials_where_every_aws_tool_does() {
    if let Ok(profile) = std::env::var(CHILD) {
        let profile = Some(profile.as_str()).filter(|name| !name.is_empty());
        let env = Env::for_test(Path::new("/"), b"");
        let account = Account::connect(profile, None, &env).unwrap();
        let caller = account.caller().map_err(|problem| rendered(&problem));
        println!("ENDPOINTS {:?}", account.endpoints);
        println!("CALLER {caller:?}");
        return;
    }
    let server = StandIn::start(&[is_user(USER)]);
    let url = server.url.as_str();
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIAVARIABLES0000001"),
        ("AWS_SECRET_ACCESS_KEY", "secret-of-variables"),
    ];
    let endpoint = ("AWS_ENDPOINT_URL", url);
    let of_sts = ("AWS_ENDPOINT_URL_STS", url);
    let by_name = ("AWS_PROFILE", "dev");
    for (profile, set, id) in [
        (
            "",
            [variables[0], variables[1], endpoint].as_slice(),
            "AKIAVARIABLES0000001/",
        ),
        (
            "",
            &[variables[0], variables[1], of_sts],
            "AKIAVARIABLES0000001/",
        ),
        ("dev", &[endpoint], "AKIADEV0000000000001/"),
        ("", &[by_name, endpoint], "AKIADEV0000000000001/"),
        ("program", &[endpoint], "AKIAPROCESS000000001/"),
    ] {
        let before = server.seen().len();
        let said = child(profile, set);
        assert!(said.contains(USER), "{profile} {set:?}: {said}");
        let asked = &server.seen()[before..];
        assert_eq!(asked.len(), 1);
        assert!(asked[0].head.contains(id), "{}", asked[0].head);
    }
    assert_eq!(
        server.count("/eu-central-1/sts/aws4_request"),
        2,
        "the profile's region"
    );
    assert_eq!(server.count("secret-of"), 0);
}

#[test]
fn the_endpoints_of_probes_come_from_the_variables_that_the_sdk_knows() {
    let server = StandIn::start(&[is_user(USER)]);
    let general = ("AWS_ENDPOINT_URL", server.url.as_str());
    let special = ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:2");
    let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let nowhere = ("HTTPS_PROXY", "http://127.0.0.1:1");
    let both = |s3: &str, ecr: &str| format!("ENDPOINTS Endpoints {{ s3: {s3}, ecr: {ecr} }}");
    let url = format!("Some({:?})", server.url);
    for (set, expected) in [
        ([general, nowhere].as_slice(), both(&url, &url)),
        (
            &[general, special],
            both("Some(\"http://127.0.0.1:2\")", &url),
        ),
        (&[general, special, ignored, nowhere], both("None", "None")),
    ] {
        let said = child("dev", set);
        assert!(said.contains(&expected), "{expected}: {said}");
    }
}

#[test]
fn without_credentials_the_profile_is_named_and_nothing_is_sent() {
    let server = StandIn::start(&[is_user(USER)]);
    let endpoint = ("AWS_ENDPOINT_URL", server.url.as_str());
    for (profile, why, hint) in [
        (
            "",
            "no credentials found in chain",
            "aws.profile in sealsmith.yaml",
        ),
        (
            "nobody",
            "`nobody` was not defined",
            "aws sso login --profile nobody",
        ),
        (
            "broken",
            "exited with code exit status: 3",
            "aws sso login --profile broken",
        ),
        ("sso", "sso/cache", "aws sso login --profile sso"),
    ] {
        let said = child(profile, &[endpoint]);
        for words in ["no AWS credentials were found", why, hint] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains("it-was-secret"), "{said}");
    }
    assert!(server.seen().is_empty());
}

/// A program of the profile that waits for a person who is not there.
#[derive(Debug)]
struct Hangs;

impl ProvideCredentials for Hangs {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(std::future::pending())
    }
}

#[test]
fn a_chain_that_hangs_is_given_up_once() {
    let server = StandIn::start(&[is_user(USER)]);
    let deadlines = Deadlines {
        log_in: Duration::from_millis(100),
        ..deadlines(GUARD)
    };
    let account = account_of(&server.url, Hangs, deadlines);
    let problem = account.caller().unwrap_err();
    assert_eq!(
        problem.kind(),
        Kind::NoCredentials,
        "{}",
        rendered(&problem)
    );
    assert!(server.seen().is_empty());
}

#[test]
fn a_proxy_of_the_usual_variables_is_used() {
    let proxy = StandIn::start(&[is_user(USER)]);
    let said = child(
        "dev",
        &[
            ("HTTP_PROXY", &proxy.url),
            ("http_proxy", &proxy.url),
            ("AWS_ENDPOINT_URL", "http://aws.invalid"),
        ],
    );
    assert!(said.contains(USER), "{said}");
    let head = &proxy.seen()[0].head;
    assert!(
        head.starts_with("POST http://aws.invalid/ HTTP/1.1\n"),
        "{head}"
    );
}

#[test]
fn an_endpoint_is_a_url_of_the_web() {
    let env = Env::for_test(Path::new("/"), b"");
    for wrong in ["127.0.0.1:5000", "ftp://127.0.0.1", "file:///tmp/x"] {
        let failure = Account::connect(None, Some(wrong), &env).err().unwrap();
        assert_eq!(failure.exit_code(), 2, "{wrong}");
    }
}

/// Runs the first test of this file as a child whose environment holds these variables and a home with configuration.
fn child(profile: &str, variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let process = write("process.json", PROCESS);
    let broken = write("broken.sh", BROKEN);
    let config = CONFIG
        .replace("PROCESS", &process)
        .replace("BROKEN", &broken);
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "aws::tests::chain::the_chain_finds_credentials_where_every_aws_tool_does",
        ])
        .env_clear()
        .env(CHILD, profile)
        .env("AWS_CONFIG_FILE", write("config", &config))
        .env(
            "AWS_SHARED_CREDENTIALS_FILE",
            write("credentials", CREDENTIALS),
        )
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", home.path())
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("CALLER "),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}
