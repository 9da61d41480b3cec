//! `tests/vectors/gitops` in memory, to be spoilt in one place.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path as OsPath, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::change::{Change, Commit};
use sealsmith_lint::guard::GitState;
use sealsmith_lint::run::indexed;
use sealsmith_lint::source::{Content, File};
use sealsmith_lint::{Context, Path, Report, Run};

use crate::example::NOW;
use crate::random::Random;
use crate::settings::{Settings, tracked};

/// The policy of the repository.
pub(crate) const POLICY: &str = include_str!("../../vectors/gitops.sealsmith.yaml");

/// Both environments of the vectors were sealed for this one.
const CERTIFICATE: &str = include_str!("../../vectors/kubeseal/keys/rsa4096-old.crt");

static VALUE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("A[gQ][A-Za-z0-9+/]{300,}=*").expect("a constant"));

/// The repository, with a commit or a state of git where a rule looks at those.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) settings: Rc<Settings>,
    pub(crate) files: Vec<File>,
    /// What was there before the commit.
    pub(crate) before: Rc<Vec<File>>,
    /// A commit that makes all the difference.
    pub(crate) commit: Option<Commit>,
    pub(crate) git: Option<GitState>,
}

/// Where a violation is to be found: a file, and a line of it unless the finding can have none.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) path: String,
    pub(crate) line: Option<usize>,
}

impl Scene {
    /// Reads the repository as it is.
    pub(crate) fn read() -> Self {
        let root = OsPath::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/gitops");
        let mut files = vec![tracked("sealsmith.yaml", POLICY)];
        walk(&root, &mut |path| {
            let name = path
                .strip_prefix(&root)
                .expect("it lies below")
                .to_str()
                .expect("a plain name");
            files.push(tracked(
                name,
                std::fs::read(path).expect("a file of the vectors"),
            ));
        });
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self {
            settings: settings(POLICY, &files),
            before: Rc::new(files.clone()),
            files,
            commit: None,
            git: None,
        }
    }

    /// Runs every rule over it.
    pub(crate) fn check(&self) -> Report {
        let guarding = self.git.is_some();
        let context = Context {
            guarding,
            ..self.settings.context()
        };
        let mut run = Run::new(&context);
        run.policy();
        self.files.iter().for_each(|file| run.file(file));
        if let Some(commit) = &self.commit {
            run.commit(&Commit {
                changes: self.changes(&context),
                ..commit.clone()
            });
        }
        if let Some(state) = &self.git {
            run.guard(state);
        }
        run.finish(&Baseline::default(), true)
    }

    fn changes(&self, context: &Context<'_>) -> Vec<Change> {
        let named =
            |files: &[File], path: &Path| files.iter().find(|file| file.path == *path).cloned();
        let paths: BTreeSet<_> = self
            .before
            .iter()
            .chain(&self.files)
            .map(|file| &file.path)
            .collect();
        let sides = paths
            .into_iter()
            .map(|path| (path, named(&self.before, path), named(&self.files, path)));
        let content = |file: &Option<File>| file.as_ref().map(|file| file.content.clone());
        let changed = sides.filter(|(_, before, after)| content(before) != content(after));
        let change = changed.map(|(path, before, after)| Change {
            path: path.clone(),
            before: before.map(|file| indexed(&file, context)),
            after: after.map(|file| indexed(&file, context)),
        });
        change.collect()
    }

    /// Takes another policy.
    pub(crate) fn set_policy(&mut self, text: &str) {
        self.settings = self.settings_with(text);
        let at = self.index("sealsmith.yaml");
        self.set(at, text);
    }

    /// Changes what the rules may ask besides the files.
    pub(crate) fn with_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings_with(&self.settings.text);
        change(Rc::get_mut(&mut settings).expect("it was just made"));
        self.settings = settings;
    }

    /// Every file was changed an hour ago.
    fn settings_with(&self, policy: &str) -> Rc<Settings> {
        settings(policy, &self.files)
    }

    /// The place of a file in the list.
    pub(crate) fn index(&self, path: &str) -> usize {
        let index = self
            .files
            .iter()
            .position(|file| file.path == Path::from(path));
        index.unwrap_or_else(|| panic!("there is no {path}"))
    }

    /// A manifest of a SealedSecret in YAML, of a path that holds the word.
    pub(crate) fn sealed(&self, random: &mut Random, word: &str) -> usize {
        let fits = |index: &usize| {
            let path = self.path(*index);
            path.contains("/sealed-") && path.ends_with(".yaml") && path.contains(word)
        };
        let all: Vec<_> = (0..self.files.len()).filter(fits).collect();
        all[random.below(all.len())]
    }

    pub(crate) fn path(&self, index: usize) -> String {
        self.files[index].path.lossy().into_owned()
    }

    pub(crate) fn text(&self, index: usize) -> &str {
        match &self.files[index].content {
            Content::Bytes(bytes) => std::str::from_utf8(bytes).expect("the vectors are text"),
            _ => "",
        }
    }

    pub(crate) fn set(&mut self, index: usize, text: impl Into<Vec<u8>>) {
        self.files[index].content = Content::Bytes(text.into());
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: &str, text: impl Into<Vec<u8>>) {
        self.files.push(tracked(path, text));
    }

    /// Gives a file another path.
    pub(crate) fn rename(&mut self, index: usize, path: &str) {
        self.files[index].path = Path::from(path);
    }

    /// Puts lines in the place of one line of a file.
    pub(crate) fn replace(&mut self, index: usize, line: usize, lines: &str) -> Spot {
        let text: String = (1..)
            .zip(self.text(index).split_inclusive('\n'))
            .map(|(number, old)| {
                if number == line {
                    format!("{lines}\n")
                } else {
                    old.to_owned()
                }
            })
            .collect();
        self.set(index, text);
        self.spot(index, line)
    }

    /// Puts a line after another one; its own number is one more.
    pub(crate) fn insert_after(&mut self, index: usize, line: usize, new: &str) -> Spot {
        let old = self.line(index, line);
        self.replace(index, line, &format!("{old}\n{new}"));
        self.spot(index, line + 1)
    }

    /// A line without its end.
    pub(crate) fn line(&self, index: usize, line: usize) -> String {
        self.text(index)
            .lines()
            .nth(line - 1)
            .expect("a line of the file")
            .to_owned()
    }

    /// The numbers of the lines that start with a text, blanks left out.
    pub(crate) fn lines(&self, index: usize, start: &str) -> Vec<usize> {
        let lines = (1..).zip(self.text(index).lines());
        lines
            .filter(|(_, line)| line.trim_start().starts_with(start))
            .map(|(number, _)| number)
            .collect()
    }

    /// One of those lines.
    pub(crate) fn one(&self, random: &mut Random, index: usize, start: &str) -> usize {
        let lines = self.lines(index, start);
        assert!(!lines.is_empty(), "{} has no {start}", self.path(index));
        lines[random.below(lines.len())]
    }

    /// Where the sealed values of a file stand.
    pub(crate) fn values(&self, index: usize) -> Vec<Range<usize>> {
        VALUE
            .find_iter(self.text(index))
            .map(|found| found.range())
            .collect()
    }

    /// Puts another text for one sealed value of a file.
    pub(crate) fn change_value(
        &mut self,
        random: &mut Random,
        index: usize,
        new: impl FnOnce(&str) -> String,
    ) -> Spot {
        let values = self.values(index);
        let range = values[random.below(values.len())].clone();
        let mut text = self.text(index).to_owned();
        let line = 1 + text[..range.start].matches('\n').count();
        let new = new(&text[range.clone()]);
        text.replace_range(range, &new);
        self.set(index, text);
        self.spot(index, line)
    }

    pub(crate) fn spot(&self, index: usize, line: usize) -> Spot {
        Spot {
            path: self.path(index),
            line: Some(line),
        }
    }
}

impl Spot {
    /// A file that cannot be read, is none, or is named by git only: the finding has no line.
    pub(crate) fn file(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
        }
    }

    /// The first line of a file's text that holds these words.
    pub(crate) fn words(path: &str, text: &str, words: &str) -> Self {
        let line = text.lines().position(|line| line.contains(words));
        let line = line.unwrap_or_else(|| panic!("{path} has no {words}"));
        Self {
            path: path.to_owned(),
            line: Some(1 + line),
        }
    }
}

/// The settings with a policy; every file was changed an hour ago.
fn settings(policy: &str, files: &[File]) -> Rc<Settings> {
    let certificates = [("dev", CERTIFICATE), ("prod", CERTIFICATE)];
    let changed = files.iter().map(|file| (file.path.clone(), NOW - 3600));
    Rc::new(Settings {
        changed: changed.collect(),
        ..Settings::new(policy, &certificates)
    })
}

fn walk(folder: &OsPath, found: &mut dyn FnMut(&PathBuf)) {
    for entry in std::fs::read_dir(folder).expect("the vectors are there") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found(&path);
        }
    }
}
