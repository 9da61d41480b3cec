//! `sealsmith demo`: the main job, for real, on a repository made for it.

mod proof;
mod repository;
mod shell;
mod values;

use std::path::{Path, PathBuf};

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::key_folder;
use crate::ui::{Text, Ui, shown};

use shell::Shell;
use values::Values;

/// Walk through the main job in a small GitOps repository, without cluster, account or network
///
/// Makes a git repository with dev and prod and the applications airflow, fastapi and mlflow, and a
/// local controller, which is a folder of keys. Seals, checks, renews the controller's key of dev,
/// re-seals with a commit, and proves that every value still opens to what it was. Each command shown is
/// really run, and can be typed again in the folder afterwards.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder to make; it must not exist or be empty [default: a new folder for temporary files]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The environment whose controller gets a new key.
const RENEWED: &str = "dev";
const DAY: i64 = 24 * 60 * 60;

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let root = folder(args, env)?;
    let shell = Shell::new(&root, ui)?;
    ui.line(
        Text::new()
            .bold("Sealsmith demo")
            .plain(format!(" in {}", shown(&root))),
    )?;
    let values = Values::random()?;
    make_repository(&shell, &root, env, ui)?;
    seal(&shell, &values, ui)?;
    renew(&shell, &root, env, ui)?;
    reseal(&shell, ui)?;
    prove(&shell, &root, &values, ui)?;
    finish(&shell, &root, ui)
}

fn make_repository(shell: &Shell<'_>, root: &Path, env: &Env, ui: &Ui) -> Result<(), Failure> {
    step(
        ui,
        "A GitOps repository: dev and prod, each with a local controller (a folder of keys that git ignores)",
    )?;
    shell.run("git init --quiet --initial-branch main")?;
    shell.run("git config user.name 'Sealsmith demo'")?;
    shell.run("git config user.email demo@example.com")?;
    repository::write(root)?;
    for environment in repository::ENVIRONMENTS {
        // Older than the key that comes later, as a controller's key is.
        key_folder::make_key(
            &root.join(repository::keys(environment)),
            env.now() - 30 * DAY,
        )?;
        shell.run(&format!("sealsmith cert pin {environment}"))?;
    }
    Ok(())
}

fn seal(shell: &Shell<'_>, values: &Values, ui: &Ui) -> Result<(), Failure> {
    step(
        ui,
        "Seal each application's secrets; plaintext comes in through a pipe and touches no disk",
    )?;
    for secret in values.secrets() {
        let namespace = format!("{}-{}", secret.app, secret.environment);
        let path = repository::sealed_path(secret.environment, secret.app, &secret.name);
        let command = format!(
            "sealsmith seal --env {} -n {namespace} -w {path}",
            secret.environment
        );
        shell.run_with_input(
            &command,
            &format!("secret-of-{}", secret.app),
            secret.manifest()?.as_bytes(),
        )?;
    }
    shell.run("git add .")?;
    shell.run("git commit --quiet -m 'envs: seal the first secrets'")?;
    shell.run("sealsmith verify dev prod")
}

fn renew(shell: &Shell<'_>, root: &Path, env: &Env, ui: &Ui) -> Result<(), Failure> {
    step(
        ui,
        "The controller of dev renews its key, as it does every 30 days",
    )?;
    let fingerprint = key_folder::make_key(&root.join(repository::keys(RENEWED)), env.now() - 60)?;
    ui.line(
        Text::new()
            .dim("# new key: ")
            .plain(fingerprint.to_string()),
    )?;
    shell.run(&format!("sealsmith cert pin {RENEWED}"))?;
    shell.run(&format!(
        "git commit --quiet -am '{RENEWED}: pin the new controller key'"
    ))
}

fn reseal(shell: &Shell<'_>, ui: &Ui) -> Result<(), Failure> {
    step(
        ui,
        "Re-seal dev: first look (exit code 1 says there is something to do), then do it; the commit carries trailers that an auditor and the linter can read, and would be pushed if there was a remote",
    )?;
    shell.run_expecting(1, &format!("sealsmith reseal {RENEWED} --dry-run"))?;
    shell.run(&format!("sealsmith reseal {RENEWED}"))?;
    shell.run(&format!("sealsmith reseal {RENEWED} --dry-run"))?;
    shell.run("git show --stat --format=%B")?;
    shell.run("git status --short")
}

fn prove(shell: &Shell<'_>, root: &Path, values: &Values, ui: &Ui) -> Result<(), Failure> {
    step(
        ui,
        "Prove it: the new key alone opens every value of dev to what it was, and nothing else changed",
    )?;
    shell.run("sealsmith verify dev prod")?;
    let proven = proof::check(shell, root, RENEWED, values)?;
    ui.line(Text::new().good("✓").plain(format!(
        " {} values equal under the new key alone",
        proven.values
    )))?;
    ui.line(Text::new().good("✓").plain(format!(
        " {} files differ from the commit before in sealed values only",
        proven.files
    )))
}

fn finish(shell: &Shell<'_>, root: &Path, ui: &Ui) -> Result<Ending, Failure> {
    ui.line("")?;
    ui.line(Text::new().good("Done.").plain(format!(
        " The repository stays in {}; try there:",
        shown(root)
    )))?;
    let start = [Some(format!("cd {}", root.display())), shell.alias()];
    for command in start.into_iter().flatten() {
        ui.line(Text::new().plain("  ").accent(command))?;
    }
    for command in [
        "sealsmith set envs/dev/sealed-secrets/fastapi/sealed-fastapi-jwt-secret.yaml JWT_SECRET",
        "sealsmith unseal --explain --recovery-private-key controller/dev envs/dev/sealed-secrets/*/*.yaml",
        "sealsmith policy schema",
    ] {
        ui.line(Text::new().plain("  ").accent(command))?;
    }
    Ok(Ending::Done)
}

fn step(ui: &Ui, title: &str) -> Result<(), Failure> {
    ui.line("")?;
    ui.line(Text::new().bold(title))
}

fn folder(args: &Args, env: &Env) -> Result<PathBuf, Failure> {
    let Some(folder) = &args.folder else {
        let made = tempfile::Builder::new().prefix("sealsmith-demo-").tempdir();
        let made = made.map_err(|error| {
            Failure::could_not("cannot make a folder for the demo").because(error)
        })?;
        return Ok(made.keep());
    };
    let folder = env.cwd().join(folder);
    let in_use = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if in_use || folder.is_file() {
        return Err(
            Failure::could_not(format!("{} is not empty", shown(&folder)))
                .hint("name a folder that does not exist yet"),
        );
    }
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::could_not(format!("cannot make {}", shown(&folder))).because(error)
    })?;
    folder.canonicalize().map_err(|error| {
        Failure::could_not(format!("cannot find {}", shown(&folder))).because(error)
    })
}
