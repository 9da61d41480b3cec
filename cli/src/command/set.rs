//! `sealsmith set`: one value into existing files, in place.

use std::path::PathBuf;

use sealsmith_core::manifest::edit::apply;
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::name::{DataKey, Namespace, SecretName};
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::secret::SecretBytes;
use zeroize::Zeroizing;

use super::Ending;
use super::seal::{value_change, warn_about_value};
use crate::certificates::Recipient;
use crate::env::{Env, files, random};
use crate::failure::Failure;
use crate::lock_file::LockFiles;
use crate::manifest_file::{ManifestFile, unreadable};
use crate::ui::{Ui, shown};

/// Seal one value into existing SealedSecret files, in place
///
/// Name, namespace and scope come from each file, and everything else in it stays byte for byte. The
/// value is asked for without echo, read from standard input, or from a file; it is never an argument.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// SealedSecret files to change
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Data key to set
    #[arg(value_name = "KEY", required = true)]
    key: String,

    /// Read the value from this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    /// Leave out one line break at the end of the value
    #[arg(long)]
    strip_newline: bool,

    /// Certificate to seal for, instead of the one of each file's environment: a file or URL
    #[arg(
        long,
        value_name = "FILE|URL",
        env = "SEALED_SECRETS_CERT",
        hide_env = true
    )]
    cert: Option<String>,

    /// SealedSecret to change, where a file holds several
    #[arg(long, value_name = "[NAMESPACE/]NAME")]
    of: Option<String>,

    /// Namespace to seal for, where a file has none
    #[arg(short = 'n', long, value_name = "NAMESPACE", value_parser = Namespace::parse)]
    namespace: Option<Namespace>,

    /// Say what would change, and change nothing; exit 1 when something would
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "Examples:
  sealsmith set envs/dev/sealed-secrets/mlflow/sealed-db-password-secret.yaml password
  pass show db | sealsmith set --strip-newline --cert dev.pem sealed-db.yaml password
  sealsmith set envs/{dev,prod}/sealed-secrets/airflow/sealed-slack.yaml url --from-file url.txt";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let key = DataKey::parse(&args.key)
        .map_err(|error| Failure::could_not("the data key cannot be used").because(error))?;
    let files = args
        .files
        .iter()
        .map(|path| ManifestFile::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let recipients = files
        .iter()
        .map(|file| recipient(args, file, env, ui))
        .collect::<Result<Vec<_>, _>>()?;
    // Which SealedSecret of each file is meant is settled before anyone types a secret.
    let chosen = files
        .iter()
        .map(|file| choose(args, file))
        .collect::<Result<Vec<_>, _>>()?;
    let labels = chosen
        .iter()
        .zip(&files)
        .map(|(sealed, file)| label(args, *sealed, file))
        .collect::<Result<Vec<_>, _>>()?;
    let value = read_value(args, &key, env, ui)?;
    warn_about_value(&format!("key \"{key}\""), key.as_str(), value.expose(), ui);
    if value.expose().is_empty() {
        // A pipe that carried nothing looks just like that.
        ui.warning(format!("key \"{key}\": the value is empty"));
    }
    let mut texts = Vec::new();
    for (((file, sealed), recipient), label) in
        files.iter().zip(&chosen).zip(&recipients).zip(&labels)
    {
        texts.push(edited(file, *sealed, recipient, label, &key, &value)?);
    }
    let mut locks = LockFiles::default();
    for ((file, text), recipient) in files.iter().zip(&texts).zip(&recipients) {
        locks.take(
            file.path(),
            Some(file.stream()),
            text,
            &recipient.fingerprint(),
        )?;
    }
    for ((file, sealed), text) in files.iter().zip(&chosen).zip(&texts) {
        if !args.dry_run {
            file.write(text)?;
        }
        report(file, *sealed, &key, args.dry_run, ui)?;
    }
    if !args.dry_run {
        locks.write()?;
    }
    Ok(if args.dry_run {
        Ending::No
    } else {
        Ending::Done
    })
}

fn recipient(args: &Args, file: &ManifestFile, env: &Env, ui: &Ui) -> Result<Recipient, Failure> {
    match args.cert.as_ref().filter(|source| !source.is_empty()) {
        Some(source) => Recipient::load(source, env, ui),
        None => Recipient::of_file(file.path(), env, ui),
    }
}

fn choose<'a>(args: &Args, file: &'a ManifestFile) -> Result<SealedSecret<'a>, Failure> {
    let known = sealed_secrets(file.stream()).map_err(|error| unreadable(file.path(), &error))?;
    let fits = |sealed: &&SealedSecret<'_>| {
        args.of
            .as_ref()
            .is_none_or(|of| *of == sealed.title() || of == sealed.name())
    };
    let fitting: Vec<_> = known.iter().filter(fits).copied().collect();
    match fitting.as_slice() {
        [one] => Ok(*one),
        [] if known.is_empty() => Err(Failure::could_not(format!(
            "{} holds no SealedSecret",
            shown(file.path())
        ))),
        [] => Err(Failure::could_not(format!(
            "{} holds no SealedSecret named like --of",
            shown(file.path())
        ))),
        _ => {
            let titles: Vec<_> = known.iter().map(|sealed| sealed.title()).collect();
            Err(Failure::could_not(format!(
                "{} holds several SealedSecrets",
                shown(file.path())
            ))
            .hint(format!("choose one with --of: {}", titles.join(", "))))
        }
    }
}

fn label(args: &Args, sealed: SealedSecret<'_>, file: &ManifestFile) -> Result<Label, Failure> {
    let title = || format!("{}: {}", file.place(sealed.position()), sealed.title());
    let namespace = match (sealed.namespace(), &args.namespace) {
        ("", None) if sealed.scope() != Scope::ClusterWide => {
            return Err(Failure::could_not(format!("{} has no namespace", title()))
                .hint("pass --namespace with the one it is applied to"));
        }
        ("", asked) => asked.as_ref().map_or("", Namespace::as_str),
        (own, Some(asked)) if own != asked.as_str() => {
            return Err(Failure::could_not(format!(
                "{} is not in namespace {asked}",
                title()
            )));
        }
        (own, _) => own,
    };
    // A value for a name that no cluster takes would never open.
    let usable =
        |error| Failure::could_not(format!("{} cannot be sealed for", title())).because(error);
    SecretName::parse(sealed.name()).map_err(usable)?;
    if !namespace.is_empty() {
        Namespace::parse(namespace).map_err(usable)?;
    }
    Ok(Label::new(sealed.scope(), namespace, sealed.name()))
}

fn read_value(args: &Args, key: &DataKey, env: &Env, ui: &Ui) -> Result<SecretBytes, Failure> {
    let value = match &args.from_file {
        Some(path) if path.as_os_str() != "-" => {
            env.read_input(&env.cwd().join(path), files::LIMIT)?
        }
        Some(_) => env.read_stdin(files::LIMIT)?,
        None if env.stdin_is_terminal() => ui.prompt_secret(&format!("New value of {key}"))?,
        None => env.read_stdin(files::LIMIT)?,
    };
    Ok(if args.strip_newline {
        without_newline(&value)
    } else {
        value
    })
}

fn without_newline(value: &SecretBytes) -> SecretBytes {
    let bytes = value.expose();
    let bytes = bytes
        .strip_suffix(b"\n")
        .map_or(bytes, |bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes));
    SecretBytes::new(bytes.to_vec())
}

fn edited(
    file: &ManifestFile,
    sealed: SealedSecret<'_>,
    recipient: &Recipient,
    label: &Label,
    key: &DataKey,
    value: &SecretBytes,
) -> Result<Zeroizing<String>, Failure> {
    let new = recipient
        .key
        .seal(&mut random::system()?, label, value.expose())
        .map_err(|error| {
            Failure::could_not(format!("cannot seal key \"{key}\" of {}", sealed.title()))
                .because(error)
        })?;
    let change = value_change(file, sealed, key.as_str(), new.as_str())?;
    apply(file.stream(), &[change]).map_err(|error| {
        Failure::could_not(format!("cannot edit {}", shown(file.path()))).because(error)
    })
}

fn report(
    file: &ManifestFile,
    sealed: SealedSecret<'_>,
    key: &DataKey,
    dry_run: bool,
    ui: &Ui,
) -> Result<(), Failure> {
    let exists = sealed
        .items()
        .is_ok_and(|items| items.iter().any(|item| item.key == key.as_str()));
    let verb = match (dry_run, exists) {
        (true, true) => "would replace",
        (true, false) => "would add",
        (false, true) => "replaced",
        (false, false) => "added",
    };
    ui.line(format!(
        "{}: {verb} key \"{key}\" of {} ({})",
        shown(file.path()),
        sealed.title(),
        sealed.scope()
    ))
}
