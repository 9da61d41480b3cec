//! Every message a person can see: one case file each in `cmd/<command>/`.
//!
//! A case runs in its own copy of `cmd/repository.in`, or of the `.in` folder of its name, and has no
//! environment variable but the ones it names. After a change of wording `TRYCMD=overwrite` rewrites the
//! files; `[..]` stands for what differs each time, such as ciphertext.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[test]
fn every_message_is_as_recorded() {
    trycmd::TestCases::new()
        .register_bin("sealsmith", Path::new(env!("CARGO_BIN_EXE_sealsmith")))
        .timeout(Duration::from_secs(20))
        .case("../tests/cmd/*/*.toml")
        .run();
}

#[test]
fn every_command_has_cases() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cmd");
    for command in commands() {
        let first = std::fs::read_dir(cases.join(&command)).map(Iterator::count);
        assert!(
            first.is_ok_and(|count| count > 0),
            "no case in cmd/{command}"
        );
        let help = cases.join(format!("help/{command}.toml"));
        assert!(
            command == "help" || help.exists(),
            "no case for the help of {command}"
        );
    }
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_sealsmith"))
        .arg("--help")
        .output()
        .expect("the binary starts");
    let help = String::from_utf8(help.stdout).expect("the help is text");
    let commands: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(commands.len() > 8, "{commands:?}");
    commands
}
