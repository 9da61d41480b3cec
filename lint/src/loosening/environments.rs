//! What is asked of environments.

use super::Loosened;
use crate::policy::{AllowedScope, Environment, Notify, Policy, Window, Windows};

/// Environments of which less is asked, or nothing.
pub(super) fn environments(before: &Policy, after: &Policy) -> Vec<Loosened> {
    let mut found = Vec::new();
    for (name, was) in before.environments.iter() {
        let name = name.as_str();
        let field = format!("environments.{name}");
        let Some(is) = after.environment(name) else {
            found.push(Loosened::at(
                &field,
                format!("nothing is said about {name} any more"),
            ));
            continue;
        };
        let place = |part: &str, what: String| Loosened::at(&format!("{field}.{part}"), what);
        found.extend(scopes(was, is).map(|what| place("scopes", format!("{name} allows {what}"))));
        found
            .extend(windows(&was.windows, &is.windows).map(|(part, what)| {
                place(&format!("windows.{part}"), format!("{what} in {name}"))
            }));
        let less = [
            (
                "certificate",
                was.certificate.is_some() && is.certificate.is_none(),
                "has no certificate",
            ),
            (
                "fingerprints",
                !was.fingerprints.is_empty() && is.fingerprints.is_empty(),
                "pins no key",
            ),
            (
                "parity",
                was.parity && !is.parity,
                "may lack what others have",
            ),
            (
                "protected",
                before.is_protected(name) && !after.is_protected(name),
                "changes without a question",
            ),
        ];
        let less = less.into_iter().filter(|(_, less, _)| *less);
        found.extend(less.map(|(part, _, what)| place(part, format!("{name} {what}"))));
    }
    found
}

fn scopes(was: &Environment, is: &Environment) -> Option<String> {
    let was = was.scopes.as_ref()?;
    let Some(is) = &is.scopes else {
        return Some("every scope".to_owned());
    };
    let new = is.iter().find(|scope| !was.contains(scope))?;
    Some(match new {
        AllowedScope::Strict => "the strict scope".to_owned(),
        AllowedScope::NamespaceWide => "the namespace-wide scope".to_owned(),
        AllowedScope::ClusterWide => "the cluster-wide scope".to_owned(),
    })
}

fn windows(was: &Windows, is: &Windows) -> impl Iterator<Item = (&'static str, String)> {
    let windows = [
        (
            "controller-key",
            "the controller key",
            &was.controller_key,
            &is.controller_key,
        ),
        ("aws", "the AWS key", &was.aws, &is.aws),
        ("reseal", "re-sealing", &was.reseal, &is.reseal),
    ];
    let less = windows
        .map(|(part, name, was, is)| Some((part, window(was.as_ref()?, is.as_ref(), name)?)));
    less.into_iter().flatten()
}

fn window(was: &Window, is: Option<&Window>, name: &str) -> Option<String> {
    match (was.notify, is.map(|is| is.notify)) {
        (_, None) => Some(format!("{name} has no window")),
        (Notify::Required, Some(Notify::Optional)) => Some(format!("{name} may change untold")),
        (Notify::Required | Notify::Optional, Some(_)) => None,
    }
}
