//! The policies that a change is judged by: today's, and the one before it, so that nobody loosens the
//! policy that their own change is judged by.

use std::borrow::Cow;
use std::iter::once;

use crate::context::Context;
use crate::layout::Layout;
use crate::path::Path;
use crate::policy::{Policy, Rotation, SecretRule};

/// Today's policy, and the one before the change where that is known.
pub(crate) struct Policies<'a> {
    all: Vec<(&'a Policy, Cow<'a, Layout>)>,
}

/// What the policies say about who may change a secret.
#[derive(Default)]
pub(crate) struct Class<'a> {
    /// The rules that make it manual, at most one of each policy.
    pub(crate) manual: Vec<&'a SecretRule>,
    /// Whether a rule makes it automated.
    pub(crate) automated: bool,
    /// Whether it is where a policy that has rules should have one for it.
    pub(crate) expected: bool,
}

impl<'a> Policies<'a> {
    /// Takes the policies of a run.
    pub(crate) fn of(context: &Context<'a>) -> Self {
        let before = context.policy_before.into_iter();
        let before = before.map(|policy| (policy, Cow::Owned(Layout::new(&policy.layout))));
        let now = (context.policy, Cow::Borrowed(context.layout));
        Self {
            all: once(now).chain(before).collect(),
        }
    }

    /// Each policy, today's first.
    pub(crate) fn each(&self) -> impl Iterator<Item = &'a Policy> {
        self.all.iter().map(|(policy, _)| *policy)
    }

    /// The environment of a path, by the first layout that has the path.
    pub(crate) fn env(&self, path: &Path) -> Option<String> {
        let path = path.lossy();
        let mut places = self.all.iter().map(|(_, layout)| layout.locate(&path));
        places.find_map(|place| Some(place?.env))
    }

    /// What each policy says about a secret in a file.
    pub(crate) fn class(&self, path: &Path, name: &str) -> Class<'a> {
        let path = path.lossy();
        let rules = self.all.iter();
        let rules = rules.filter_map(|(policy, layout)| rule(policy, layout, &path, name));
        let expected = |(policy, layout): &(&Policy, Cow<'_, Layout>)| {
            !policy.secrets.is_empty() && layout.locate(&path).is_some()
        };
        let class = Class {
            expected: self.all.iter().any(expected),
            ..Class::default()
        };
        rules.fold(class, Class::with)
    }
}

impl<'a> Class<'a> {
    /// Takes in what holds at another place.
    pub(crate) fn and(self, other: Self) -> Self {
        let automated = self.automated || other.automated;
        let expected = self.expected || other.expected;
        Self {
            automated,
            expected,
            ..other.manual.into_iter().fold(self, Self::with)
        }
    }

    /// Whether only a person may change it: a rule says so, or none says anything where one should.
    pub(crate) fn is_for_people(&self) -> bool {
        !self.manual.is_empty() || (self.expected && !self.automated)
    }

    fn with(mut self, rule: &'a SecretRule) -> Self {
        match rule.rotation {
            Rotation::Automated => self.automated = true,
            Rotation::Manual if self.manual.iter().any(|known| std::ptr::eq(*known, rule)) => {}
            Rotation::Manual => self.manual.push(rule),
        }
        self
    }
}

fn rule<'p>(policy: &'p Policy, layout: &Layout, path: &str, name: &str) -> Option<&'p SecretRule> {
    let mut rules = policy.secrets.iter();
    match layout.locate(path) {
        Some(place) => rules.find(|rule| rule.matches.matches(name, place.app.as_deref())),
        None if layout.ignores(path) => None,
        // Outside the layout no path says which application it is for, so that any may be meant.
        None => rules.find(|rule| rule.matches.name.matches(name)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lock::Lock;

    fn class(now: &str, before: &str, path: &str, name: &str) -> (Vec<String>, bool) {
        let (policy, before) = (Policy::parse(now).unwrap(), Policy::parse(before).unwrap());
        let context = Context {
            policy: &policy,
            policy_text: now,
            layout: &Layout::new(&policy.layout),
            certificates: &BTreeMap::new(),
            lock: &Lock::default(),
            changed: &BTreeMap::new(),
            policy_before: Some(&before),
            guarding: false,
            now: 0,
        };
        let class = Policies::of(&context).class(&Path::from(path), name);
        let manual = class.manual.iter().map(|rule| rule.id.to_string());
        (manual.collect(), class.automated)
    }

    fn policy(name: &str, app: &str, rotation: &str) -> String {
        let rule = format!(
            "{{id: one, match: {{name: '{name}', app: '{app}'}}, rotation: {rotation}, reason: it is only a test}}"
        );
        format!("secrets: [{rule}]")
    }

    const PATH: &str = "envs/dev/sealed-secrets/api/sealed-jwt.yaml";

    #[test]
    fn what_either_policy_calls_manual_is_manual() {
        let (manual, automated) = (
            policy("jwt", "api", "manual"),
            policy("jwt", "api", "automated"),
        );
        for (now, before) in [(&manual, &automated), (&automated, &manual)] {
            assert_eq!(
                class(now, before, PATH, "jwt"),
                (vec!["one".to_owned()], true)
            );
        }
        assert_eq!(class(&automated, &automated, PATH, "jwt"), (vec![], true));
    }

    #[test]
    fn outside_the_layout_any_application_may_be_meant() {
        let manual = policy("jwt", "api", "manual");
        assert_eq!(class(&manual, "{}", "elsewhere/jwt.yaml", "jwt").0, ["one"]);
        let ignored = format!("layout: {{ignore: ['elsewhere/**']}}\n{manual}");
        assert!(
            class(&ignored, "{}", "elsewhere/jwt.yaml", "jwt")
                .0
                .is_empty()
        );
        assert!(
            class(&manual, "{}", &PATH.replace("api", "web"), "jwt")
                .0
                .is_empty()
        );
    }
}
