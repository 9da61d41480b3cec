//! The webhook's address: where it is found, and a type that keeps it out of everything that is printed.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use reqwest::Url;
use sealsmith_core::secret::SecretBytes;
use sealsmith_lint::policy::{Slack, Webhook};
use zeroize::Zeroizing;

use crate::env::{Env, child, files, http, inside};
use crate::failure::Failure;
use crate::ui::{Ui, printable, shown};

/// No address is longer: 4 KiB.
const LIMIT: u64 = 4 << 10;
/// A password store may ask for a touch or a password.
const DEADLINE: Duration = Duration::from_secs(60);

/// The address of an incoming webhook; who knows it can post to the channel.
///
/// It has no `Debug`, `Display` or `Serialize` on purpose, and is wiped when it is dropped.
pub(super) struct Address {
    text: Zeroizing<String>,
    place: String,
}

impl Address {
    /// Finds the address where the policy says that it is.
    pub(super) fn find(slack: &Slack, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        match &slack.webhook {
            Webhook::Env(name) => Self::of_variable(name, env),
            Webhook::File(path) => {
                let root = env.workspace()?.root();
                Self::of_file(&path.below(root), env, ui)
            }
            Webhook::Command(words) => Self::of_command(words, env),
        }
    }

    /// Takes an address, without the line break at its end.
    pub(super) fn parse(text: &[u8], place: &str) -> Result<Self, Failure> {
        // None of these repeats the text, not even a part of it.
        let wrong = |why: &str| {
            Failure::could_not(format!("{place} holds no webhook address"))
                .cause(why)
                .hint("a webhook's address begins with https://")
        };
        let text = std::str::from_utf8(text).map_err(|_| wrong("it is no text"))?;
        let text = text.trim();
        if text.is_empty() {
            return Err(wrong("it is empty"));
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(wrong("it has spaces or several lines"));
        }
        let url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if http::is_loopback(&url) => {}
            "http" => return Err(wrong("it is not encrypted: http is for this machine only")),
            _ => return Err(wrong("it is no https URL")),
        }
        Ok(Self {
            text: Zeroizing::new(text.to_owned()),
            place: place.to_owned(),
        })
    }

    /// The address, for the one who sends; the name marks every place that looks at it.
    ///
    /// The HTTP client keeps copies of its own while it sends, which nobody can wipe.
    pub(super) fn expose(&self) -> Url {
        Url::parse(&self.text).expect("it was a URL when it was taken")
    }

    /// Where it was found, as messages say it.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    fn of_variable(name: &str, env: &Env) -> Result<Self, Failure> {
        let place = format!("the environment variable {}", printable(name));
        let text = env.variable(name).map(Zeroizing::new).ok_or_else(|| {
            Failure::could_not(format!("{place} is not set")).hint(
                "sealsmith.yaml has the webhook's address there: set it, or change slack.webhook",
            )
        })?;
        Self::parse(text.as_bytes(), &place)
    }

    fn of_file(path: &Path, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        refuse_in_git(path, env)?;
        let text = files::read_input(path, LIMIT)?;
        let mode = path.metadata().map(|found| found.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o044 != 0) {
            ui.warning(format!(
                "{} holds the webhook's address and can be read by others: chmod 600 {}",
                shown(path),
                shown(path)
            ));
        }
        Self::parse(text.expose(), &format!("the file {}", shown(path)))
    }

    fn of_command(words: &[String], env: &Env) -> Result<Self, Failure> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(Failure::could_not("the webhook's command is empty"));
        };
        let root = env.workspace()?.root();
        let mut command = match program.contains('/') {
            // A path starts at the repository root, as every path of the policy.
            true => Command::new(root.join(program)),
            false => Command::new(program),
        };
        command.args(arguments).current_dir(root);
        let name = printable(program);
        let nothing = SecretBytes::new(Vec::new());
        let output = child::run(&mut command, &name, nothing, DEADLINE)?;
        if !output.succeeded {
            let failure = Failure::could_not(format!("{name} did not give the webhook's address"));
            return Err(output.explain(failure));
        }
        Self::parse(output.stdout.expose(), &format!("the output of {name}"))
    }
}

/// Refuses a file of the work tree that git does not ignore: its content is shared, or soon will be.
fn refuse_in_git(path: &Path, env: &Env) -> Result<(), Failure> {
    let Some(git) = env.git()? else { return Ok(()) };
    let Some(root) = git.root() else {
        return Ok(());
    };
    let Ok(below) = inside::path(path, env.cwd(), root) else {
        return Ok(());
    };
    if git.store().ignores(&String::from_utf8_lossy(&below))? {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "the webhook's address cannot be in {}, which git does not ignore",
        shown(path)
    ))
    .cause("who knows the address can post to the channel, and everyone who reads the repository would know it")
    .hint("keep it outside of the repository, and make a new webhook if it was ever committed"))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;
    use crate::ui::Colour;

    const URL: &str = "https://hooks.example.com/services/T0/B0/s3cret";

    fn env(folder: &Path) -> Env {
        Env::for_test(folder, b"")
    }

    /// Finds an address as a policy says; returns it or the failure, and what was said.
    fn find(webhook: Webhook, folder: &Path) -> (Result<String, Failure>, String) {
        let (ui, _, said) = Ui::captured(Colour::Never);
        let found = Address::find(&Slack { webhook }, &env(folder), &ui);
        (found.map(|found| found.expose().to_string()), said.text())
    }

    fn file(path: &str) -> Webhook {
        Webhook::File(serde_json::from_value(path.into()).unwrap())
    }

    fn command(words: &[&str]) -> Webhook {
        Webhook::Command(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for text in [
            URL,
            "http://127.0.0.1:8080/services/x",
            "http://[::1]/x",
            "http://localhost/x",
            &format!("{URL}\r\n"),
        ] {
            assert!(Address::parse(text.as_bytes(), "it").is_ok(), "{text}");
        }
        for (text, why) in [
            ("", "it is empty"),
            (" \n", "it is empty"),
            ("s3cret", "it is no URL"),
            (
                "http://hooks.example.com/s3cret",
                "it is not encrypted: http is for this machine only",
            ),
            (
                "http://127.0.0.1.example.com/s3cret",
                "it is not encrypted: http is for this machine only",
            ),
            ("ftp://hooks.example.com/s3cret", "it is no https URL"),
            (
                "https://hooks.example.com/\ns3cret",
                "it has spaces or several lines",
            ),
            (
                "https://hooks.example.com/s3cret x",
                "it has spaces or several lines",
            ),
        ] {
            let failure = Address::parse(text.as_bytes(), "it").err().unwrap();
            assert_eq!(failure.causes(), [why], "{text}");
            assert!(!format!("{failure:?}").contains("s3cret"));
        }
        assert!(Address::parse(b"https://\xff", "it").is_err());
    }

    #[test]
    fn a_file_is_read_and_one_that_others_can_read_is_warned_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhook");
        fs::write(&path, format!("{URL}\n")).unwrap();
        for (mode, warned) in [(0o600, false), (0o640, true), (0o604, true)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let (found, said) = find(file("webhook"), folder.path());
            assert_eq!(found.unwrap(), URL);
            assert_eq!(
                said.contains("can be read by others: chmod 600"),
                warned,
                "{said}"
            );
            assert!(!said.contains("s3cret"));
        }
    }

    #[test]
    fn a_file_that_git_does_not_ignore_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        git2::Repository::init(&root).unwrap();
        let path = root.join("webhook");
        fs::write(&path, URL).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let failure = find(file("webhook"), &root).0.unwrap_err();
        assert!(
            failure.message().ends_with("which git does not ignore"),
            "{failure:?}"
        );
        assert_eq!(failure.exit_code(), 1);
        fs::write(root.join(".gitignore"), "webhook\n").unwrap();
        assert_eq!(find(file("webhook"), &root).0.unwrap(), URL);
        let elsewhere = tempfile::tempdir().unwrap();
        let path = elsewhere.path().join("webhook");
        fs::write(&path, URL).unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(find(file(path), &root).0.unwrap(), URL);
    }

    #[test]
    fn a_command_runs_without_a_shell_from_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let found = find(command(&["printf", "%s\n", URL]), folder.path()).0;
        assert_eq!(found.unwrap(), URL);
        let script = folder.path().join("tool");
        fs::write(&script, format!("#!/bin/sh\ntest -f tool && echo {URL}\n")).unwrap();
        fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
        assert_eq!(find(command(&["./tool"]), folder.path()).0.unwrap(), URL);
        let unexpanded = find(command(&["echo", "$HOME;id"]), folder.path()).0;
        assert_eq!(unexpanded.unwrap_err().causes(), ["it is no URL"]);
    }

    #[test]
    fn a_command_that_fails_is_explained_without_the_address() {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("echo {URL}; echo 'store is locked: {URL}' >&2; exit 1");
        let failure = find(command(&["sh", "-c", &script]), folder.path()).0;
        let failure = failure.unwrap_err();
        assert_eq!(failure.message(), "sh did not give the webhook's address");
        assert_eq!(failure.causes(), ["store is locked: (an address)"]);
    }

    #[test]
    fn a_variable_or_file_that_is_not_there_says_where_it_was_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let variable = Webhook::Env("SEALSMITH_TEST_NO_SUCH_VARIABLE".to_owned());
        let failure = find(variable, folder.path()).0.unwrap_err();
        assert_eq!(
            failure.message(),
            "the environment variable SEALSMITH_TEST_NO_SUCH_VARIABLE is not set"
        );
        let failure = find(file("missing"), folder.path()).0.unwrap_err();
        assert!(failure.message().ends_with("missing"), "{failure:?}");
        // The path of programs is no address, and is not shown as one.
        let failure = find(Webhook::Env("PATH".to_owned()), folder.path())
            .0
            .unwrap_err();
        assert_eq!(
            failure.message(),
            "the environment variable PATH holds no webhook address"
        );
    }
}
