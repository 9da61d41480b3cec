//! The work tree as it is.

use std::collections::BTreeSet;

use sealsmith_lint::Run;

use super::Args;
use super::settings::Settings;
use crate::command::Ending;
use crate::env::Env;
use crate::env::git::tree::{Folder, Git, Tree, WorkTree};
use crate::failure::Failure;
use crate::ui::Ui;

pub(super) fn run(args: &Args, git: Option<&Git>, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match git {
        Some(git) => {
            let root = git.root().expect("a work tree");
            let tree = WorkTree::new(git.store(), root)?;
            let settings = Settings::read(&tree, &tree, ui)?;
            let context = settings.context(env.now(), false);
            let mut run = Run::new(&context);
            for entry in tree.entries() {
                if let Some(file) = tree.file(entry)? {
                    run.file(&file);
                }
            }
            let mut environments: BTreeSet<String> = settings
                .policy
                .environments
                .names()
                .map(ToString::to_string)
                .collect();
            environments.insert("dev".to_owned());
            for file in tree.untracked(&settings.layout, &environments) {
                run.file(&file?);
            }
            run.policy();
            let report = run.finish(&settings.baseline, true);
            args.finish(&report, &tree, ui)
        }
        None => {
            let tree = Folder::new(env.cwd());
            let settings = Settings::read(&tree, &tree, ui)?;
            let context = settings.context(env.now(), false);
            let mut run = Run::new(&context);
            for entry in tree.entries() {
                if let Some(file) = tree.file(entry)? {
                    run.file(&file);
                }
            }
            run.policy();
            let report = run.finish(&settings.baseline, true);
            args.finish(&report, &tree, ui)
        }
    }
}
