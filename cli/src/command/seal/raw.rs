//! `seal --raw`: one value, printed as base64 without a line break, as kubeseal does.

use std::path::{Path, PathBuf};

use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::secret::SecretBytes;

use super::Args;
use super::destination::Outputs;
use super::target::{Target, warn_about_value};
use crate::env::{Env, files, random};
use crate::failure::Failure;
use crate::ui::Ui;

pub(super) fn run(args: &Args, targets: &[Target], env: &Env, ui: &Ui) -> Result<(), Failure> {
    let labels = targets
        .iter()
        .map(|target| label(args, target))
        .collect::<Result<Vec<_>, _>>()?;
    let value = read_value(args, env, ui)?;
    let source = args
        .from_file
        .first()
        .map_or("standard input", String::as_str);
    // Without a name for the value, only its text can be suspicious.
    warn_about_value(source, "", value.expose(), ui);
    let mut random = random::system()?;
    let mut outputs = Outputs::default();
    for (target, label) in targets.iter().zip(&labels) {
        let sealed = target
            .recipient
            .key
            .seal(&mut random, label, value.expose())
            .map_err(|error| Failure::could_not("cannot seal the value").because(error))?;
        let destination = args
            .sealed_secret_file
            .as_ref()
            .map(|pattern| PathBuf::from(target.fill(pattern)));
        outputs.add(
            destination,
            line(targets, target, sealed.as_str()).as_bytes(),
            &target.recipient.fingerprint(),
        );
    }
    outputs.write(env, ui)
}

/// Several targets get a line each, with the target's name before a tab.
fn line(targets: &[Target], target: &Target, sealed: &str) -> String {
    match targets {
        [_] => sealed.to_owned(),
        _ => format!(
            "{}\t{sealed}\n",
            target
                .environment
                .as_deref()
                .unwrap_or(&target.certificate_name)
        ),
    }
}

fn label(args: &Args, target: &Target) -> Result<Label, Failure> {
    let scope = args.scope.unwrap_or_default();
    let (namespace, name) = (target.namespace(args)?, target.name(args)?);
    let missing = |flag: &str| {
        Failure::could_not(format!("a {scope} value needs {flag}"))
            .hint("the value opens under this name and namespace only; --scope widens that")
    };
    let namespace = match (scope, &namespace) {
        (Scope::ClusterWide, _) => "",
        (_, Some(namespace)) => namespace.as_str(),
        (_, None) => return Err(missing("--namespace")),
    };
    let name = match (scope, &name) {
        (Scope::Strict, None) => return Err(missing("--name")),
        (_, name) => name.as_ref().map_or("", |name| name.as_str()),
    };
    Ok(Label::new(scope, namespace, name))
}

fn read_value(args: &Args, env: &Env, ui: &Ui) -> Result<SecretBytes, Failure> {
    match args.from_file.as_slice() {
        [] if env.stdin_is_terminal() => ui.prompt_secret("Value to seal"),
        [] => env.read_stdin(files::LIMIT),
        [one] => env.read_input(&value_path(one, env), files::LIMIT),
        _ => Err(Failure::could_not(
            "--raw seals exactly one value, so it takes one --from-file",
        )),
    }
}

/// `[KEY=]FILE`; a file whose name holds a `=` is found too, which kubeseal cannot do.
fn value_path(text: &str, env: &Env) -> PathBuf {
    let whole = env.cwd().join(text);
    match text.split_once('=') {
        Some((_, path)) if !whole.exists() => in_folder(path, env),
        _ => in_folder(text, env),
    }
}

fn in_folder(path: &str, env: &Env) -> PathBuf {
    if path == "-" {
        PathBuf::from("-")
    } else {
        env.cwd().join(Path::new(path))
    }
}
