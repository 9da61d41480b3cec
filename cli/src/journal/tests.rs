use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::*;

enum Trial {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    First,
    LastOne,
}

impl Operation for Trial {
    const NAME: &'static str = "trial";
    type Step = Step;
    type Plan = Vec<String>;
}

/// A state folder, with a repository that need not exist.
struct Desk {
    above: tempfile::TempDir,
    folder: StateFolder,
}

impl Desk {
    fn new() -> Self {
        let above = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(
            &above.path().join("sealsmith"),
            Path::new("/r/a/.git"),
            "here",
        );
        folder.make().unwrap();
        Self { above, folder }
    }

    /// The same folder on disk, seen by another machine or for another repository.
    fn seen(&self, repository: &str, host: &str) -> StateFolder {
        let above = self.above.path().join("sealsmith");
        StateFolder::at(&above, Path::new(repository), host)
    }

    fn begin(&self) -> Journal<Trial> {
        let plan = vec!["a.yaml".to_owned()];
        Journal::begin(&self.folder, self.guard(), "dev", Step::First, plan).unwrap()
    }

    fn guard(&self) -> Guard {
        Guard::take(&self.folder, "trial dev").unwrap()
    }

    fn resume(&self) -> Result<Option<Journal<Trial>>, Failure> {
        Journal::resume(&self.folder, self.guard(), "dev")
    }

    fn file(&self) -> PathBuf {
        self.folder.journal("trial", "dev")
    }

    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.file()).unwrap();
        assert!(text.contains(from), "no {from:?} in {text}");
        fs::write(self.file(), text.replace(from, to)).unwrap();
    }

    fn refusal(&self) -> Failure {
        let failure = self.resume().err().expect("it is refused");
        assert_eq!(failure.exit_code(), 1, "{failure:?}");
        failure
    }
}

#[test]
fn a_run_is_taken_up_where_it_was_left() {
    let desk = Desk::new();
    let mut journal = desk.begin();
    let run = journal.run().to_owned();
    journal.plan_mut().push("b.yaml".to_owned());
    journal.enter(Step::LastOne).unwrap();
    drop(journal);
    let journal = desk.resume().unwrap().unwrap();
    assert_eq!(journal.step(), &Step::LastOne);
    assert_eq!(journal.plan(), &["a.yaml", "b.yaml"]);
    assert_eq!(journal.run(), run);
    let expected = Summary {
        operation: "trial".to_owned(),
        environment: "dev".to_owned(),
        step: "last-one".to_owned(),
        ..desk.folder.unfinished().unwrap().remove(0)
    };
    assert_eq!(desk.folder.unfinished().unwrap(), [expected]);
    journal.close(End::Done).unwrap();
    assert!(desk.resume().unwrap().is_none() && desk.folder.unfinished().unwrap().is_empty());
}

#[test]
fn everything_is_for_its_owner_alone() {
    let desk = Desk::new();
    let mut journal = desk.begin();
    journal.enter(Step::LastOne).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let folder = desk.folder.path();
    assert_eq!(mode(folder), 0o700);
    let names: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(names.len(), 3, "journal, audit file and lock: {names:?}");
    for entry in names {
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
    }
}

#[test]
fn the_audit_file_grows_by_a_line_for_each_step_and_end() {
    let desk = Desk::new();
    let mut journal = desk.begin();
    journal.enter(Step::LastOne).unwrap();
    journal.close(End::Aborted).unwrap();
    let text = fs::read_to_string(desk.folder.path().join("audit.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said: Vec<_> = lines
        .iter()
        .map(|line| (&line["step"], &line["end"]))
        .collect();
    let null = serde_json::Value::Null;
    let [first, last, aborted] = ["first", "last-one", "aborted"].map(serde_json::Value::from);
    assert_eq!(said, [(&first, &null), (&last, &null), (&last, &aborted)]);
}

#[test]
fn a_journal_of_an_unknown_version_is_refused() {
    let desk = Desk::new();
    drop(desk.begin());
    desk.edit("\"version\": 1", "\"version\": 2");
    let failure = desk.refusal();
    assert!(
        failure
            .message()
            .ends_with("has a version that this program does not know")
    );
    assert_eq!(
        failure.causes(),
        ["it has version 2, and this program knows 1"]
    );
}

#[test]
fn a_journal_of_another_machine_is_refused_with_its_name() {
    let desk = Desk::new();
    drop(desk.begin());
    desk.edit("\"host\": \"here\"", "\"host\": \"there\"");
    assert_eq!(
        desk.refusal().causes(),
        ["the operation began on there, and this is here"]
    );
    let elsewhere = desk.seen("/r/a/.git", "elsewhere");
    assert!(elsewhere.unfinished().is_err());
}

#[test]
fn a_journal_of_another_repository_or_operation_is_refused() {
    let desk = Desk::new();
    drop(desk.begin());
    let other = desk.seen("/r/b/.git", "here");
    other.make().unwrap();
    fs::copy(desk.file(), other.journal("trial", "dev")).unwrap();
    let failure = other.unfinished().unwrap_err();
    assert!(
        failure.message().ends_with("is of another repository"),
        "{failure:?}"
    );
    let prod = desk.folder.journal("trial", "prod");
    fs::rename(desk.file(), prod).unwrap();
    let failure = desk.folder.unfinished().unwrap_err();
    assert!(
        failure.message().ends_with("is of another operation"),
        "{failure:?}"
    );
}

#[test]
fn a_journal_that_is_cut_short_is_refused() {
    let desk = Desk::new();
    drop(desk.begin());
    let text = fs::read(desk.file()).unwrap();
    for length in [0, 1, text.len() / 2, text.len() - 3] {
        fs::write(desk.file(), &text[..length]).unwrap();
        assert!(
            desk.refusal().message().ends_with("cannot be understood"),
            "{length}"
        );
    }
    fs::write(
        desk.file(),
        String::from_utf8(text)
            .unwrap()
            .replace("\"first\"", "\"second\""),
    )
    .unwrap();
    assert!(desk.refusal().message().ends_with("cannot be understood"));
}

#[test]
fn a_journal_that_others_can_see_is_refused() {
    let desk = Desk::new();
    drop(desk.begin());
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(desk.file(), fs::Permissions::from_mode(mode)).unwrap();
        let failure = desk.refusal();
        assert!(
            failure.message().ends_with("is open to other users"),
            "{failure:?}"
        );
        assert!(failure.hints()[0].contains("chmod 600"));
    }
}

#[test]
fn a_folder_that_others_can_see_is_refused() {
    let desk = Desk::new();
    let folder = desk.folder.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let failure = desk.folder.make().unwrap_err();
    assert!(failure.hints()[0].contains("chmod 700"), "{failure:?}");
}

#[test]
fn symlinks_are_refused() {
    let desk = Desk::new();
    drop(desk.begin());
    let real = desk.above.path().join("real.json");
    fs::rename(desk.file(), &real).unwrap();
    symlink(&real, desk.file()).unwrap();
    assert!(
        desk.refusal()
            .message()
            .ends_with("is a symlink, which is not followed")
    );
    fs::remove_file(desk.file()).unwrap();
    let moved = desk.above.path().join("moved");
    fs::rename(desk.folder.path(), &moved).unwrap();
    symlink(&moved, desk.folder.path()).unwrap();
    let failure = desk.folder.make().unwrap_err();
    assert!(
        failure
            .message()
            .ends_with("is a symlink, which is not followed")
    );
}

#[test]
fn a_second_operation_is_told_who_is_at_work() {
    let desk = Desk::new();
    let journal = desk.begin();
    let failure = Guard::take(&desk.folder, "trial prod").err().unwrap();
    assert_eq!(
        failure.message(),
        "another operation is at work in this repository"
    );
    assert_eq!(
        failure.causes(),
        [format!("trial dev, process {}", std::process::id())]
    );
    drop(journal);
    // The file stays, and is no obstacle without its lock.
    assert!(desk.folder.path().join("lock").exists());
    drop(desk.guard());
}
