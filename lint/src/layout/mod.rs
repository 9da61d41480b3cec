//! Where sealed secrets live in a repository, and what a path says about one.

mod namespace;
mod pattern;
mod segment;
mod wildcard;

pub use namespace::NamespaceTemplate;
pub use pattern::Pattern;

use crate::policy::{Glob, LayoutSettings};

/// Why a layout setting was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A pattern has nothing in it, or an empty part between slashes.
    #[error("path pattern \"{0}\" has an empty part")]
    EmptyPart(String),

    /// A pattern could leave the repository.
    #[error(
        "path pattern \"{0}\" must stay below the repository root: no leading slash, no . or .."
    )]
    LeavesRepository(String),

    /// A brace, bracket or backslash is not closed.
    #[error("path pattern \"{0}\" has an open brace, bracket or backslash")]
    Unclosed(String),

    /// Braces hold neither a known capture nor alternatives.
    #[error(
        "unknown capture {{{0}}}: expected {{env}}, {{app}} or {{name}}; alternatives are written {{a,b}}"
    )]
    UnknownCapture(String),

    /// A part of a path has two captures, so where one ends is anyone's guess.
    #[error("path pattern part \"{0}\" has more than one capture")]
    TwoCaptures(String),

    /// A capture appears twice in a pattern.
    #[error("path pattern \"{pattern}\" has {{{capture}}} twice")]
    RepeatedCapture {
        /// The pattern as written.
        pattern: String,
        /// The repeated capture's name.
        capture: &'static str,
    },

    /// A pattern does not say which environment a path belongs to.
    #[error("path pattern \"{0}\" has no {{env}}")]
    NoEnvironment(String),

    /// The matcher did not take a part.
    #[error("path pattern part \"{part}\" is no glob: {why}")]
    Glob {
        /// The part as written.
        part: String,
        /// What the matcher said.
        why: String,
    },
}

/// What a path says about the sealed secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The environment, which selects certificate and controller.
    pub env: String,
    /// The application, when the pattern names it.
    pub app: Option<String>,
    /// The secret's name as the file name has it, when the pattern names it.
    pub name: Option<String>,
}

/// The paths that may hold sealed secrets: the whitelist of everything that rewrites files.
#[derive(Clone, Debug)]
pub struct Layout {
    allow: Vec<Pattern>,
    ignore: Vec<Glob>,
    namespace: Option<NamespaceTemplate>,
}

impl Layout {
    /// Takes the layout that a policy asks for.
    #[must_use]
    pub fn new(settings: &LayoutSettings) -> Self {
        Self {
            allow: settings.allow.clone(),
            ignore: settings.ignore.clone(),
            namespace: settings.namespace.clone(),
        }
    }

    /// Returns the whitelist of a repository without a policy: `envs/*/sealed-secrets/**`.
    #[must_use]
    pub fn default_whitelist() -> Self {
        let pattern = |text: &str| Pattern::parse(text).expect("a constant that the tests parse");
        Self {
            allow: WHITELIST.iter().copied().map(pattern).collect(),
            ignore: Vec::new(),
            namespace: None,
        }
    }

    /// Returns what a path relative to the repository root says, or nothing outside the layout.
    ///
    /// The first pattern that matches decides. Matching is case-sensitive, `/` separates.
    #[must_use]
    pub fn locate(&self, path: &str) -> Option<Place> {
        if self.ignores(path) {
            return None;
        }
        self.allow.iter().find_map(|pattern| pattern.locate(path))
    }

    /// Returns the pattern that decides what a path says, as written; nothing outside the layout.
    #[must_use]
    pub fn pattern_of(&self, path: &str) -> Option<&str> {
        let mut allow = self.allow.iter().filter(|_| !self.ignores(path));
        allow
            .find(|pattern| pattern.locate(path).is_some())
            .map(Pattern::as_str)
    }

    /// Whether `layout.ignore` names a path.
    #[must_use]
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.iter().any(|glob| glob.matches(path))
    }

    /// Returns the folders that hold an environment's files, as far as the patterns fix them.
    ///
    /// An empty text is the repository root. A file found below still has to be located.
    #[must_use]
    pub fn roots(&self, env: &str) -> Vec<String> {
        let mut roots: Vec<String> = self.allow.iter().map(|pattern| pattern.root(env)).collect();
        roots.sort();
        roots.dedup();
        roots
    }

    /// Returns the namespace that the layout expects at a place, when it expects a certain one.
    #[must_use]
    pub fn namespace(&self, place: &Place) -> Option<String> {
        self.namespace.as_ref()?.render(place)
    }

    /// Returns the patterns as written, for messages.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.allow.iter().map(Pattern::as_str)
    }
}

// From exact to wide: the first two only add what a usual path says about app and name.
const WHITELIST: [&str; 3] = [
    "envs/{env}/sealed-secrets/{app}/sealed-{name}.{yaml,yml,json}",
    "envs/{env}/sealed-secrets/{app}/**",
    "envs/{env}/sealed-secrets/**",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(env: &str, app: Option<&str>, name: Option<&str>) -> Place {
        Place {
            env: env.to_owned(),
            app: app.map(str::to_owned),
            name: name.map(str::to_owned),
        }
    }

    #[test]
    fn the_default_whitelist_is_everything_below_sealed_secrets() {
        let layout = Layout::default_whitelist();
        for (path, expected) in [
            (
                "envs/dev/sealed-secrets/mlflow/sealed-db.yaml",
                place("dev", Some("mlflow"), Some("db")),
            ),
            (
                "envs/dev/sealed-secrets/mlflow/deep/x.yaml",
                place("dev", Some("mlflow"), None),
            ),
            ("envs/prod/sealed-secrets/x.yaml", place("prod", None, None)),
        ] {
            assert_eq!(layout.locate(path), Some(expected), "{path}");
        }
        for path in [
            "envs/dev/sealed-secrets",
            "envs/sealed-secrets/x.yaml",
            "a/envs/dev/sealed-secrets/x",
            "envs/dev/apps/x.yaml",
        ] {
            assert_eq!(layout.locate(path), None, "{path}");
        }
    }

    #[test]
    fn paths_that_are_not_normal_are_outside() {
        let layout = Layout::default_whitelist();
        for path in [
            "envs/dev/sealed-secrets/../../x.yaml",
            "envs/../sealed-secrets/x",
            "/envs/dev/sealed-secrets/x",
            "envs//sealed-secrets/x",
            "envs/dev/sealed-secrets/",
            "",
        ] {
            assert_eq!(layout.locate(path), None, "{path}");
        }
    }

    #[test]
    fn ignored_paths_are_outside() {
        let mut layout = Layout::default_whitelist();
        layout.ignore = vec![Glob::parse("envs/old/**").unwrap()];
        assert_eq!(layout.locate("envs/old/sealed-secrets/x.yaml"), None);
        assert!(layout.locate("envs/new/sealed-secrets/x.yaml").is_some());
    }

    #[test]
    fn an_environment_fixes_the_folders_to_walk() {
        assert_eq!(
            Layout::default_whitelist().roots("dev"),
            ["envs/dev/sealed-secrets"]
        );
    }

    #[test]
    fn the_namespace_follows_the_place() {
        let mut layout = Layout::default_whitelist();
        assert_eq!(layout.namespace(&place("dev", Some("mlflow"), None)), None);
        layout.namespace = Some(NamespaceTemplate::parse("{app}-{env}").unwrap());
        assert_eq!(
            layout
                .namespace(&place("dev", Some("mlflow"), None))
                .as_deref(),
            Some("mlflow-dev")
        );
        assert_eq!(layout.namespace(&place("dev", None, None)), None);
    }

    proptest! {
        #[test]
        fn any_path_is_located_or_not_without_a_panic(path in "\\PC{0,80}") {
            let _ = Layout::default_whitelist().locate(&path);
        }

        #[test]
        fn what_is_located_lies_below_a_root_of_its_environment(
            path in "(envs|e)/[a-z./]{0,8}(/sealed-secrets)?/[a-z./-]{0,20}"
        ) {
            let layout = Layout::default_whitelist();
            if let Some(place) = layout.locate(&path) {
                let below = |root: &String| path.starts_with(&format!("{root}/"));
                prop_assert!(layout.roots(&place.env).iter().any(below));
            }
        }
    }
}
