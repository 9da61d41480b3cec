//! `sealsmith policy`: the schema of sealsmith.yaml, whether this repository's is right, and what it says of a path.

mod explain;

use std::path::PathBuf;

use sealsmith_lint::policy::{self, Controller, Environment, FILE, InnerPath, Reach, Rotation};
use sealsmith_lint::{Layout, Policy};

use super::Ending;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::ui::{Table, Ui, shown};

/// Print the schema of sealsmith.yaml, check the one in this repository, or say what it governs
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print the JSON Schema of sealsmith.yaml, for editors
    ///
    /// Save it beside the file and name it in the first line:
    /// `# yaml-language-server: $schema=./sealsmith.schema.json`
    Schema,
    /// Check sealsmith.yaml and say what it asks for
    Check,
    /// Say what governs a path: layout, environment, who may change the secret, and settings of lint
    Explain {
        /// A file, which need not exist yet
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
}

/// Runs `policy`.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match &args.action {
        Action::Schema => ui.bytes(policy::schema().as_bytes())?,
        Action::Check => check(env.workspace()?, ui)?,
        Action::Explain { path } => explain::path(path, env, ui)?,
    }
    Ok(Ending::Done)
}

fn check(workspace: &Workspace, ui: &Ui) -> Result<(), Failure> {
    let policy = workspace.policy().ok_or_else(|| no_policy(workspace))?;
    warn_about_missing_files(policy, workspace, ui);
    ui.line(format!("{FILE} is right"))?;
    ui.line("")?;
    ui.table(&environments(policy))?;
    ui.line("")?;
    ui.line(secrets(policy))?;
    workspace
        .layout()
        .patterns()
        .try_for_each(|pattern| ui.line(format!("sealed secrets live in {pattern}")))
}

fn no_policy(workspace: &Workspace) -> Failure {
    let whitelist = Layout::default_whitelist();
    let widest = whitelist.patterns().last().unwrap_or_default();
    Failure::could_not(format!("there is no {FILE} in {}", shown(workspace.root()))).hint(format!(
        "without it, sealed secrets live in {widest}, and every command needs its flags"
    ))
}

fn environments(policy: &Policy) -> Table {
    let mut table = Table::with_heading([
        "environment",
        "certificate",
        "controller",
        "before a change",
    ]);
    for (name, environment) in policy.environments.iter() {
        let certificate = environment
            .certificate
            .as_ref()
            .map_or("none", InnerPath::as_str);
        let asks = if policy.is_protected(name.as_str()) {
            "asks"
        } else {
            "does not ask"
        };
        table.row([
            name.as_str(),
            certificate,
            &controller(&environment.controller),
            asks,
        ]);
    }
    table
}

fn controller(controller: &Controller) -> String {
    let Controller {
        name,
        namespace,
        version,
        ..
    } = controller;
    match &controller.reach {
        Reach::Cluster { context, .. } => {
            let context = context.as_deref().unwrap_or("the current context");
            format!("{namespace}/{name} {version} in {context}")
        }
        Reach::Url(url) => format!("{url} {version}"),
        Reach::Keys(folder) => format!("keys in {}", folder.as_str()),
    }
}

fn secrets(policy: &Policy) -> String {
    let automated = policy
        .secrets
        .iter()
        .filter(|rule| rule.rotation == Rotation::Automated)
        .count();
    let manual = policy.secrets.len() - automated;
    let exceptions = policy.exceptions.len();
    format!("rules for secrets: {automated} automated, {manual} manual; exceptions: {exceptions}")
}

fn warn_about_missing_files(policy: &Policy, workspace: &Workspace, ui: &Ui) {
    for (name, environment) in policy.environments.iter() {
        for path in files_of(environment) {
            if !workspace.root().join(path).exists() {
                ui.warning(format!("{name} names {path}, which does not exist"));
            }
        }
    }
}

fn files_of(environment: &Environment) -> impl Iterator<Item = &str> {
    let keys = match &environment.controller.reach {
        Reach::Keys(folder) => Some(folder.as_str()),
        Reach::Cluster { .. } | Reach::Url(_) => None,
    };
    let certificate = environment.certificate.as_ref().map(InnerPath::as_str);
    certificate.into_iter().chain(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Colour;

    fn checked(policy: Option<&str>) -> (Result<Ending, Failure>, String, String) {
        let folder = tempfile::tempdir().unwrap();
        if let Some(policy) = policy {
            std::fs::write(folder.path().join(FILE), policy).unwrap();
        }
        let (ui, out, err) = Ui::captured(Colour::Never);
        let args = Args {
            action: Action::Check,
        };
        let ending = run(&args, &Env::for_test(folder.path(), b""), &ui);
        (ending, out.text(), err.text())
    }

    #[test]
    fn a_right_policy_is_summed_up() {
        let (ending, out, err) = checked(Some(
            "environments:\n  dev: {controller: {keys: keys/dev}}\n  prod: {certificate: prod.pem}\n",
        ));
        assert_eq!(ending.unwrap(), Ending::Done);
        assert_eq!(
            out,
            "sealsmith.yaml is right\n\n\
             environment  certificate  controller                                              before a change\n\
             dev          none         keys in keys/dev                                        does not ask\n\
             prod         prod.pem     kube-system/sealed-secrets 0.36 in the current context  asks\n\n\
             rules for secrets: 0 automated, 0 manual; exceptions: 0\n\
             sealed secrets live in envs/{env}/sealed-secrets/{app}/sealed-{name}.{yaml,yml,json}\n"
        );
        assert_eq!(
            err,
            "warning: dev names keys/dev, which does not exist\nwarning: prod names prod.pem, which does not exist\n"
        );
    }

    #[test]
    fn a_missing_policy_says_what_holds_instead() {
        let failure = checked(None).0.unwrap_err();
        assert!(
            failure
                .message()
                .starts_with("there is no sealsmith.yaml in ")
        );
        assert!(failure.hints()[0].contains("envs/{env}/sealed-secrets/**"));
    }

    #[test]
    fn the_schema_is_printed_as_it_is() {
        let (ui, out, _) = Ui::captured(Colour::Never);
        let env = Env::for_test("/".as_ref(), b"");
        run(
            &Args {
                action: Action::Schema,
            },
            &env,
            &ui,
        )
        .unwrap();
        assert_eq!(out.text(), policy::schema());
    }
}
