//! `policy explain`: which parts of the policy govern one path.

use std::path::Path as FilePath;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_lint::policy::{
    Environment, Exception, FILE, InnerPath, Rotation, RuleSetting, SecretRule,
};
use sealsmith_lint::{Place, Policy};

use crate::env::{Env, Workspace, inside};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::output::word;
use crate::ui::{Table, Text, Ui, printable};

/// Says what governs a path, whether or not a file is there.
pub(super) fn path(path: &FilePath, env: &Env, ui: &Ui) -> Result<(), Failure> {
    let workspace = env.workspace()?;
    let bytes = inside::path(path, env.cwd(), workspace.root())?;
    let path = String::from_utf8_lossy(&bytes).into_owned();
    let none = Policy::default();
    let explained = Explained {
        path: &path,
        workspace,
        policy: workspace.policy().unwrap_or(&none),
        now: env.now(),
    };
    ui.line(Text::new().bold(printable(&path)))?;
    ui.line("")?;
    match workspace.layout().locate(&path) {
        Some(place) => explained.inside(&place, ui)?,
        None => explained.outside(ui)?,
    }
    explained.settings(workspace.layout().locate(&path).as_ref(), ui)
}

/// A path, and what it is looked up in.
struct Explained<'a> {
    path: &'a str,
    workspace: &'a Workspace,
    policy: &'a Policy,
    now: i64,
}

impl Explained<'_> {
    fn outside(&self, ui: &Ui) -> Result<(), Failure> {
        let layout = self.workspace.layout();
        let why = match layout.ignores(self.path) {
            true => "named by layout.ignore: no business of this policy",
            false => {
                "outside: nothing here may hold a sealed secret, and nothing here is rewritten"
            }
        };
        let mut table = Table::new();
        table.row(["layout", why]);
        for pattern in layout.patterns().filter(|_| !layout.ignores(self.path)) {
            table.row(["allowed", printable(pattern).as_ref()]);
        }
        ui.table(&table)
    }

    fn inside(&self, place: &Place, ui: &Ui) -> Result<(), Failure> {
        let layout = self.workspace.layout();
        let mut table = Table::new();
        let mut row = |name: &str, text: &str| table.row([name, &printable(text)]);
        row("layout", layout.pattern_of(self.path).unwrap_or_default());
        row("environment", &place.env);
        row(
            "app",
            place.app.as_deref().unwrap_or("the pattern names none"),
        );
        let namespace = layout.namespace(place);
        row("namespace", namespace.as_deref().unwrap_or("any"));
        match self.policy.environment(&place.env) {
            Some(environment) => environment_rows(environment, &mut row),
            None => row(
                "certificate",
                &format!("none: {FILE} does not name {}", place.env),
            ),
        }
        row(
            "before a change",
            match self.policy.is_protected(&place.env) {
                true => "asks",
                false => "does not ask",
            },
        );
        ui.table(&table)?;
        self.secrets(place, ui)
    }

    fn secrets(&self, place: &Place, ui: &Ui) -> Result<(), Failure> {
        for name in self.names(place) {
            ui.line("")?;
            let title = format!("secret {name}");
            ui.line(Text::new().bold(printable(&title)))?;
            ui.table(&self.secret(&name, place))?;
        }
        Ok(())
    }

    /// The names of the file's SealedSecrets; without a file, the name that the path says.
    fn names(&self, place: &Place) -> Vec<String> {
        let file = ManifestFile::read(&self.workspace.root().join(self.path));
        let secrets = file.as_ref().map(|file| sealed_secrets(file.stream()));
        let names: Vec<String> = match secrets {
            Ok(Ok(secrets)) => secrets
                .iter()
                .map(|secret| secret.name().to_owned())
                .collect(),
            _ => Vec::new(),
        };
        match names.is_empty() {
            true => place.name.iter().cloned().collect(),
            false => names,
        }
    }

    fn secret(&self, name: &str, place: &Place) -> Table {
        let app = place.app.as_deref();
        let mut rules = self.policy.secrets.iter().enumerate();
        let found = rules.find(|(_, rule)| rule.matches.matches(name, app));
        let mut table = Table::new();
        let mut row = |name: &str, text: &str| table.row([name, &printable(text)]);
        match found {
            Some((index, rule)) => secret_rows(index, rule, &mut row),
            None => row(
                "rule",
                "none: no entry of secrets matches, so that nobody has decided who may change it",
            ),
        }
        table
    }

    /// Settings of lint that are not its own.
    fn settings(&self, place: Option<&Place>, ui: &Ui) -> Result<(), Failure> {
        let rules = self.policy.rules.iter();
        let here = |setting: &RuleSetting| match &setting.env {
            None => true,
            Some(env) => place.is_some_and(|place| place.env == env.as_str()),
        };
        let mut table = Table::new();
        let mut any = false;
        for (name, setting) in rules.filter(|(_, setting)| here(setting)) {
            table.row([name.as_str(), &printable(&setting_in_words(setting))]);
            any = true;
        }
        let exceptions = self.policy.exceptions.iter();
        for exception in exceptions.filter(|exception| exception.path.matches(self.path)) {
            table.row([
                exception.rule.as_str(),
                &printable(&self.exception(exception)),
            ]);
            any = true;
        }
        if any {
            ui.line("")?;
            ui.line(Text::new().bold("lint"))?;
            ui.table(&table)?;
        }
        Ok(())
    }

    fn exception(&self, exception: &Exception) -> String {
        let (reason, expires) = (exception.reason.as_str(), exception.expires);
        let is_over = self.now >= expires.as_unix() + 86_400;
        let state = match is_over {
            true => format!("was accepted until {expires}, and is not any more"),
            false => format!("accepted until {expires}"),
        };
        let owner = exception.owner.as_ref();
        let owner = owner.map(|owner| format!(", {owner} answers for it"));
        format!("{state}{}: {reason}", owner.unwrap_or_default())
    }
}

fn environment_rows(environment: &Environment, row: &mut impl FnMut(&str, &str)) {
    let certificate = environment.certificate.as_ref().map(InnerPath::as_str);
    row("certificate", certificate.unwrap_or("none"));
    let scopes = environment.scopes.as_ref().map(|scopes| {
        let scopes = scopes.iter().map(|scope| scope.scope().to_string());
        scopes.collect::<Vec<_>>().join(", ")
    });
    row("scopes", scopes.as_deref().unwrap_or("all"));
}

fn secret_rows(index: usize, rule: &SecretRule, row: &mut impl FnMut(&str, &str)) {
    row(
        "rule",
        &format!("{} (entry {} of secrets)", *rule.id, index + 1),
    );
    row(
        "changed by",
        match rule.rotation {
            Rotation::Automated => "automation",
            Rotation::Manual => "a person; automation may only re-seal it",
        },
    );
    row("reason", rule.reason.as_str());
    if !rule.owners.is_empty() {
        row("owners", &rule.owners.join(", "));
    }
    if rule.rotation == Rotation::Manual {
        row("approval", &approval(rule));
    }
    if let Some(age) = rule.max_age {
        row("at most", &format!("{age} old"));
    }
    for (key, shape) in &rule.keys {
        let lengths: Vec<_> = shape.bytes.iter().map(ToString::to_string).collect();
        row(
            "length",
            &format!("{key} has {} bytes", lengths.join(" or ")),
        );
    }
    if rule.restarts {
        row("consumers", "have to restart to see a new value");
    }
}

fn approval(rule: &SecretRule) -> String {
    let approval = rule.approval.clone().unwrap_or_default();
    match approval.by.is_empty() {
        true => format!("a commit trailer {}", approval.trailer),
        false => format!(
            "a commit trailer {} by {}",
            approval.trailer,
            approval.by.join(" or ")
        ),
    }
}

fn setting_in_words(setting: &RuleSetting) -> String {
    let severity = setting.severity.map(|severity| match severity {
        sealsmith_lint::policy::Severity::Off => "off".to_owned(),
        severity => word(severity).to_owned(),
    });
    let options = setting.options.iter();
    let options = options.map(|(name, value)| format!("{name} = {value}"));
    severity
        .into_iter()
        .chain(options)
        .collect::<Vec<_>>()
        .join(", ")
}
