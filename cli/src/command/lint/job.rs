//! One run of the command: what was asked for, and where.

use std::path::Path as FilePath;

use sealsmith_lint::{Context, Report, Run};

use super::Args;
use super::ending::Remarks;
use super::scope::{Role, Scope};
use super::settings::Settings;
use crate::env::Env;
use crate::env::git::tree::{Attributes, Git, Id, Tree, commit, file_of_commit};
use crate::failure::Failure;
use crate::ui::Ui;

/// One run of the command.
pub(super) struct Job<'a> {
    pub(super) args: &'a Args,
    pub(super) env: &'a Env,
    pub(super) ui: &'a Ui,
    pub(super) git: Option<&'a Git>,
}

/// What a run found.
pub(super) struct Judged<'t> {
    pub(super) report: Report,
    /// The files that were judged.
    pub(super) tree: &'t dyn Tree,
    /// What else is to be said.
    pub(super) remarks: Remarks,
}

impl Job<'_> {
    /// The repository, for what needs one.
    pub(super) fn git(&self) -> Result<&Git, Failure> {
        self.git.ok_or_else(|| {
            Failure::could_not("there is no git repository here")
                .hint("without one, only the files of the folder can be checked: sealsmith lint")
        })
    }

    /// The top folder of the files.
    pub(super) fn root(&self) -> &FilePath {
        let root = self.git.and_then(Git::root);
        root.unwrap_or_else(|| self.env.cwd())
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<Id, Failure> {
        let git = self.git()?;
        git.store().resolve(revision)?.ok_or_else(|| {
            let failure = Failure::could_not(format!("there is no commit \"{revision}\" here"));
            match git.shallow().is_empty() {
                true => failure.hint("fetch it first: git fetch origin"),
                false => failure.hint("this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in actions/checkout"),
            }
        })
    }

    /// Reads what the files of a tree are judged by, and says what a person should know about it.
    pub(super) fn settings(&self, tree: &dyn Tree) -> Result<Settings, Failure> {
        let settings = self.read_settings(tree)?;
        for warning in &settings.warnings {
            self.ui.warning(warning);
        }
        if settings.policy_text.is_none() {
            self.ui.hint("there is no sealsmith.yaml: rules that need a policy say nothing; sealsmith init writes one");
        }
        Ok(settings)
    }

    /// Reads what the files of a tree are judged by.
    pub(super) fn read_settings(&self, tree: &dyn Tree) -> Result<Settings, Failure> {
        let Some(revision) = &self.args.policy_from else {
            return Settings::read(tree, |path| tree.at(path));
        };
        let (store, id) = (self.git()?.store(), self.commit(revision)?);
        let mut settings = Settings::read(tree, |path| file_of_commit(store, &id, path))?;
        settings.propose(tree)?;
        Ok(settings)
    }

    /// Checks the policy: the one that judges, or the one that is proposed.
    pub(super) fn check_policy(
        &self,
        run: &mut Run<'_>,
        context: &Context<'_>,
        settings: &Settings,
    ) {
        match settings.proposal(context) {
            None => run.policy(),
            Some(proposal) => run.proposed_policy(&proposal),
        }
    }

    /// Checks the files of a tree that are reported on; the others are there to be compared with.
    pub(super) fn check(
        &self,
        run: &mut Run<'_>,
        tree: &dyn Tree,
        settings: &Settings,
        scope: &Scope,
    ) -> Result<(), Failure> {
        let files = scope.files(tree, &settings.layout);
        let reported = files.iter().filter(|(_, role)| *role == Role::Reported);
        let attributes = Attributes::of(tree, reported.map(|(entry, _)| &entry.path))?;
        for (entry, role) in &files {
            let Some(mut file) = tree.file(entry)? else {
                continue;
            };
            if *role == Role::Compared {
                run.compare_with(&file);
                continue;
            }
            if settings.layout.locate(&file.path.lossy()).is_some() {
                file.attributes = attributes.of_file(&file.path);
            }
            run.file(&file);
        }
        Ok(())
    }

    /// The root folder of a commit.
    pub(super) fn tree_of(&self, id: &Id) -> Result<Id, Failure> {
        Ok(commit(self.git()?.store(), id)?.tree)
    }
}
