//! `sealsmith seal`: kubeseal's offline half, flag for flag.

mod destination;
mod folder;
mod input;
mod manifests;
mod merge;
mod raw;
mod target;

use std::path::PathBuf;

use sealsmith_core::scope::Scope;

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

pub(super) use destination::{Format, format_for, parse_format};
pub(super) use input::{Input, read_inputs};
pub(super) use merge::value_change;
pub(super) use target::warn_about_value;

/// Seal a Secret, or a single value with --raw, offline and for one or more certificates
///
/// Reads Secrets as YAML or JSON from files or standard input and writes SealedSecrets that kubeseal
/// and the controller accept. Other kinds in the same input are passed through unchanged. Every
/// kubeseal flag that makes sense offline has the same name and meaning.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files with Secrets; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Secret to seal, instead of standard input
    #[arg(
        short = 'f',
        long = "secret-file",
        value_name = "FILE",
        env = "SEALED_SECRETS_SECRET_FILE",
        hide_env = true
    )]
    secret_file: Option<PathBuf>,

    /// Write here instead of standard output; `{env}`, `{cert}`, `{name}` and `{namespace}` are filled in
    #[arg(
        short = 'w',
        long = "sealed-secret-file",
        value_name = "FILE",
        env = "SEALED_SECRETS_SEALED_SECRET_FILE",
        hide_env = true
    )]
    sealed_secret_file: Option<String>,

    /// Output format; a file named .yaml or .yml is always YAML
    #[arg(short = 'o', long, value_name = "json|yaml", default_value = "json", hide_default_value = true, value_parser = destination::parse_format, env = "SEALED_SECRETS_FORMAT", hide_env = true)]
    format: destination::Format,

    /// Certificate to seal for: a file, a URL or `-`; repeat it to seal for several
    #[arg(
        long,
        value_name = "FILE|URL",
        env = "SEALED_SECRETS_CERT",
        hide_env = true
    )]
    cert: Vec<String>,

    /// Environment of sealsmith.yaml to seal for; repeat it to seal for several
    #[arg(long = "env", value_name = "ENV")]
    environments: Vec<String>,

    /// Namespace of the Secret; must agree with the one in the input
    #[arg(
        short = 'n',
        long,
        value_name = "NAMESPACE",
        env = "SEALED_SECRETS_NAMESPACE",
        hide_env = true
    )]
    namespace: Option<String>,

    /// Name of the Secret, instead of the one in the input
    #[arg(
        long,
        value_name = "NAME",
        env = "SEALED_SECRETS_NAME",
        hide_env = true
    )]
    name: Option<String>,

    /// Where the sealed value may be opened: strict (default), namespace-wide or cluster-wide
    #[arg(long, value_name = "SCOPE", value_parser = parse_scope, env = "SEALED_SECRETS_SCOPE", hide_env = true)]
    scope: Option<Scope>,

    /// Seal Secrets without any value too
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", hide_default_value = true, hide_possible_values = true, env = "SEALED_SECRETS_ALLOW_EMPTY_DATA", hide_env = true)]
    allow_empty_data: bool,

    /// Seal one value from standard input or --from-file and print it as base64
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", hide_default_value = true, hide_possible_values = true, env = "SEALED_SECRETS_RAW", hide_env = true)]
    raw: bool,

    /// File with the value for --raw
    #[arg(
        long,
        value_name = "[KEY=]FILE",
        env = "SEALED_SECRETS_FROM_FILE",
        hide_env = true
    )]
    from_file: Vec<String>,

    /// Seal into this existing SealedSecret file, in place, with its own name, namespace and scope
    #[arg(
        long,
        value_name = "FILE",
        env = "SEALED_SECRETS_MERGE_INTO",
        hide_env = true
    )]
    merge_into: Option<PathBuf>,

    #[command(flatten)]
    online: Online,
}

/// kubeseal's flags that need a cluster: named here so that scripts get a next step instead of a usage error.
#[derive(clap::Args)]
struct Online {
    #[arg(long, hide = true)]
    fetch_cert: bool,
    #[arg(long, hide = true)]
    validate: bool,
    #[arg(long, hide = true, alias = "rotate")]
    re_encrypt: bool,
    #[arg(long, hide = true)]
    recovery_unseal: bool,
    #[arg(long, hide = true, value_name = "FILE")]
    recovery_private_key: Vec<String>,
    // With a certificate at hand kubeseal contacts nothing either, so these change nothing.
    #[arg(long, hide = true)]
    controller_name: Option<String>,
    #[arg(long, hide = true)]
    controller_namespace: Option<String>,
    #[arg(long, hide = true)]
    kubeconfig: Option<String>,
    #[arg(long, hide = true)]
    context: Option<String>,
}

const EXAMPLES: &str = "Examples:
  sealsmith seal --cert cert.pem -f secret.yaml -w sealed-secret.yaml
  printf %s \"$VALUE\" | sealsmith seal --raw --cert cert.pem -n app --name db
  sealsmith seal --env dev --env prod -n 'app-{env}' -f secret.yaml \\
    -w 'envs/{env}/sealed-secrets/app/sealed-{name}.yaml'";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    args.online.refuse()?;
    if !args.from_file.is_empty() && !args.raw {
        return Err(Failure::could_not("--from-file needs --raw").hint(
            "seal a whole Secret from a manifest, or one value with --raw --from-file FILE",
        ));
    }
    let targets = target::load_all(args, env, ui)?;
    match &args.merge_into {
        Some(file) => merge::run(args, file, &targets, env, ui)?,
        None if args.raw => raw::run(args, &targets, env, ui)?,
        None => manifests::run(args, &targets, env, ui)?,
    }
    Ok(Ending::Done)
}

impl Args {
    fn input_paths(&self) -> Vec<PathBuf> {
        self.secret_file
            .iter()
            .chain(&self.files)
            .cloned()
            .collect()
    }
}

impl Online {
    fn refuse(&self) -> Result<(), Failure> {
        let asked = [
            (self.fetch_cert, "--fetch-cert", "sealsmith cert fetch"),
            (self.validate, "--validate", "sealsmith verify"),
            (self.re_encrypt, "--re-encrypt", "sealsmith reseal"),
            (
                self.recovery_unseal || !self.recovery_private_key.is_empty(),
                "--recovery-unseal",
                "sealsmith unseal",
            ),
        ];
        match asked.into_iter().find(|(asked, ..)| *asked) {
            Some((_, flag, command)) => Err(Failure::could_not(format!(
                "{flag} is a command of its own here"
            ))
            .hint(format!("use `{command}`"))),
            None => Ok(()),
        }
    }
}

fn parse_scope(text: &str) -> Result<Scope, String> {
    // kubeseal takes an empty scope for strict.
    let text = if text.is_empty() { "strict" } else { text };
    text.parse()
        .map_err(|error: sealsmith_core::scope::Error| error.to_string())
}
