//! `sealsmith unseal`: recovery with backed-up keys.

mod explain;
mod recover;

use std::path::{Path, PathBuf};

use sealsmith_core::name::Namespace;

use super::Ending;
use super::seal::{Format, Input, parse_format, read_inputs};
use crate::env::Env;
use crate::failure::Failure;
use crate::opening::{Opener, namespaces_of, places};
use crate::private_keys;
use crate::ui::Ui;

/// Recover Secrets from SealedSecrets with backed-up private keys, offline
///
/// Every SealedSecret of the input becomes the Secret that the controller would make, templates
/// rendered. Nothing is printed unless everything opened. The output is plaintext: keep it off disks
/// and out of repositories; a file written with -w is readable by its owner alone.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files with SealedSecrets; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// SealedSecret to open, instead of standard input
    #[arg(
        short = 'f',
        long = "sealed-secret",
        alias = "secret-file",
        value_name = "FILE",
        env = "SEALED_SECRETS_SECRET_FILE",
        hide_env = true
    )]
    secret_file: Option<PathBuf>,

    /// Write here instead of standard output, with mode 0600
    #[arg(
        short = 'w',
        long = "output-file",
        alias = "sealed-secret-file",
        value_name = "FILE",
        env = "SEALED_SECRETS_SEALED_SECRET_FILE",
        hide_env = true
    )]
    output_file: Option<PathBuf>,

    /// Output format; a file named .yaml or .yml is always YAML
    #[arg(short = 'o', long, value_name = "json|yaml", value_parser = parse_format, env = "SEALED_SECRETS_FORMAT", hide_env = true)]
    format: Option<Format>,

    /// Private key: PEM, a Secret or a List from a backup, or a folder of them; repeatable
    #[arg(long, value_name = "FILE")]
    recovery_private_key: Vec<String>,

    /// Namespace of SealedSecrets that name none
    #[arg(short = 'n', long, value_name = "NAMESPACE", value_parser = Namespace::parse)]
    namespace: Option<Namespace>,

    /// Say for each value which key opens it and for which name it was sealed, instead of opening it
    #[arg(long)]
    explain: bool,

    /// Recover what opens, even when something else does not; the exit code stays 1
    #[arg(long)]
    keep_going: bool,

    /// Open the deprecated `spec.data` too, as the controller does by default
    #[arg(long)]
    accept_deprecated_v1_data: bool,

    /// Render templates as this controller version does
    #[arg(long, value_name = "VERSION", default_value = "0.36", value_parser = parse_version)]
    controller_version: Version,
}

/// Major and minor version of a controller.
pub(super) type Version = (u32, u32);

const EXAMPLES: &str = "Examples:
  sealsmith unseal --recovery-private-key backup.yaml -f sealed-secret.yaml -o yaml
  sealsmith unseal --explain --recovery-private-key keys/ envs/dev/sealed-secrets/*/*.yaml";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let ring = private_keys::load(
        &private_keys::given(&args.recovery_private_key, env),
        env,
        ui,
    )?;
    let paths: Vec<PathBuf> = args
        .secret_file
        .iter()
        .chain(&args.files)
        .cloned()
        .collect();
    let inputs: Vec<Input> = read_inputs(
        &paths,
        "sealsmith unseal --recovery-private-key KEY -f sealed.yaml",
        env,
    )?;
    let known = known(&inputs, env);
    let opener = Opener {
        ring: &ring,
        known: &known,
        namespace: args.namespace.as_ref().map(Namespace::as_str),
    };
    if args.explain {
        explain::run(args.format, &inputs, opener, ui)
    } else {
        recover::run(args, &inputs, opener, env, ui)
    }
}

/// The places for which the values may have been sealed, as names, templates and paths suggest them.
fn known(inputs: &[Input], env: &Env) -> Vec<(String, String)> {
    let of_path = |path: &Path| {
        // Recovery works without a repository, and with a broken one.
        let workspace = env.workspace().ok()?;
        let site = workspace.place(&env.cwd().join(path)).ok()?;
        Some(namespaces_of(workspace.layout(), &site.path))
    };
    inputs
        .iter()
        .flat_map(|input| {
            let namespaces = of_path(&input.name).unwrap_or_default();
            places(&input.name, &input.stream, &namespaces)
        })
        .collect()
}

fn parse_version(text: &str) -> Result<Version, String> {
    let mut parts = text.trim_start_matches('v').split('.').map(str::parse);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        _ => Err("expected a version such as 0.36".to_owned()),
    }
}
