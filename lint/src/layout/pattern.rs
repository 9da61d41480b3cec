//! A path pattern with captures: `envs/{env}/sealed-secrets/{app}/sealed-{name}.{yaml,yml,json}`.

use super::segment::{Capture, Segment};
use super::{Error, Place};

/// A compiled pattern for paths relative to the repository root.
///
/// `{env}`, `{app}` and `{name}` capture; `{a,b}` are alternatives; `*`, `?` and `[…]` stay within a
/// part; `**` alone between slashes is any number of parts, at the end at least one.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    segments: Vec<Segment>,
}

impl Pattern {
    /// Compiles a pattern.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let parts = split_parts(text)?;
        let segments = parts
            .into_iter()
            .map(Segment::parse)
            .collect::<Result<Vec<_>, _>>()?;
        let pattern = Self {
            text: text.to_owned(),
            segments,
        };
        pattern.check_captures()?;
        Ok(pattern)
    }

    /// Returns the pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what every path starts with that the pattern matches.
    #[must_use]
    pub fn start(&self) -> &str {
        let special = self.text.find(['{', '*', '?', '[', '\\']);
        &self.text[..special.unwrap_or(self.text.len())]
    }

    /// Returns what a path says, or nothing when it does not match.
    #[must_use]
    pub fn locate(&self, path: &str) -> Option<Place> {
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
            return None;
        }
        let matched = match_parts(&self.segments, &parts)?;
        let capture = |wanted| {
            let mut captures = matched
                .iter()
                .filter_map(|(segment, part)| segment.captured(part));
            captures
                .find(|(capture, _)| *capture == wanted)
                .map(|(_, text)| text.to_owned())
        };
        Some(Place {
            env: capture(Capture::Env)?,
            app: capture(Capture::App),
            name: capture(Capture::Name),
        })
    }

    /// Returns the folder that holds everything of an environment, as far as the pattern fixes it.
    pub(super) fn root(&self, env: &str) -> String {
        let folders = self
            .segments
            .split_last()
            .map_or(&[][..], |(_, folders)| folders);
        let fixed: Vec<String> = folders
            .iter()
            .map_while(|segment| segment.fixed(env))
            .collect();
        fixed.join("/")
    }

    fn check_captures(&self) -> Result<(), Error> {
        for capture in [Capture::Env, Capture::App, Capture::Name] {
            if self.count(capture) > 1 {
                let (pattern, capture) = (self.text.clone(), capture.as_str());
                return Err(Error::RepeatedCapture { pattern, capture });
            }
        }
        match self.count(Capture::Env) {
            0 => Err(Error::NoEnvironment(self.text.clone())),
            _ => Ok(()),
        }
    }

    fn count(&self, wanted: Capture) -> usize {
        let is_wanted = |segment: &&Segment| matches!(segment, Segment::Capturing { capture, .. } if *capture == wanted);
        self.segments.iter().filter(is_wanted).count()
    }
}

/// Splits at the slashes between parts, and refuses a slash inside braces or brackets.
fn split_parts(text: &str) -> Result<Vec<&str>, Error> {
    let parts: Vec<&str> = text.split('/').collect();
    if text.starts_with('/') || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(Error::LeavesRepository(text.to_owned()));
    }
    if parts.contains(&"") {
        return Err(Error::EmptyPart(text.to_owned()));
    }
    if parts.iter().any(|part| is_open(part)) {
        return Err(Error::Unclosed(text.to_owned()));
    }
    Ok(parts)
}

fn is_open(part: &str) -> bool {
    let (mut braces, mut skip) = (0_i32, false);
    for c in part.chars() {
        match c {
            _ if skip => skip = false,
            '\\' => skip = true,
            '{' => braces += 1,
            '}' => braces -= 1,
            _ => {}
        }
        if braces < 0 {
            return true;
        }
    }
    skip || braces != 0
}

/// Pairs each segment with the part it matches; parts taken by `**` are left out.
///
/// The classic wildcard walk: on a mismatch only the last `**` needs to take one part more, so the
/// work is bounded by segments times parts whatever the pattern.
fn match_parts<'a>(
    segments: &'a [Segment],
    parts: &[&'a str],
) -> Option<Vec<(&'a Segment, &'a str)>> {
    let (mut segment, mut part) = (0, 0);
    let mut retry: Option<(usize, usize, usize)> = None;
    let mut matched = Vec::new();
    loop {
        match segments.get(segment) {
            Some(Segment::Any) if segment + 1 == segments.len() => {
                return (part < parts.len()).then_some(matched);
            }
            Some(Segment::Any) => {
                retry = Some((segment + 1, part, matched.len()));
                segment += 1;
            }
            Some(one) if part < parts.len() && one.matches(parts[part]) => {
                matched.push((one, parts[part]));
                (segment, part) = (segment + 1, part + 1);
            }
            None if part == parts.len() => return Some(matched),
            _ => {
                let (after, from, length) = retry.filter(|(_, from, _)| *from < parts.len())?;
                retry = Some((after, from + 1, length));
                (segment, part) = (after, from + 1);
                matched.truncate(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn env(pattern: &str, path: &str) -> Option<String> {
        Pattern::parse(pattern)
            .unwrap()
            .locate(path)
            .map(|place| place.env)
    }

    #[test]
    fn stars_stay_within_a_part_and_double_stars_do_not() {
        assert_eq!(
            env("envs/{env}/*.yaml", "envs/dev/a.yaml").as_deref(),
            Some("dev")
        );
        assert_eq!(env("envs/{env}/*.yaml", "envs/dev/a/b.yaml"), None);
        assert_eq!(
            env("envs/{env}/**/*.yaml", "envs/dev/b.yaml").as_deref(),
            Some("dev")
        );
        assert_eq!(
            env("envs/{env}/**/*.yaml", "envs/dev/a/b/c.yaml").as_deref(),
            Some("dev")
        );
        assert_eq!(
            env("**/{env}/sealed/**", "a/b/dev/sealed/x").as_deref(),
            Some("dev")
        );
        assert_eq!(
            env("**/{env}/sealed/**/x", "sealed/sealed/sealed/x").as_deref(),
            Some("sealed")
        );
    }

    #[test]
    fn a_pattern_says_why_it_is_refused() {
        for (pattern, message) in [
            ("envs/*/x", "path pattern \"envs/*/x\" has no {env}"),
            ("/envs/{env}", "must stay below the repository root"),
            ("../{env}", "must stay below the repository root"),
            ("envs//{env}", "has an empty part"),
            ("", "has an empty part"),
            ("{env}/{a,b/c}", "has an open brace"),
            ("{env}/[a", "is no glob: unclosed character class"),
            ("{env}/{env}", "has {env} twice"),
            ("{environment}/x", "unknown capture {environment}"),
            ("{env}/x\\", "has an open brace, bracket or backslash"),
        ] {
            let error = Pattern::parse(pattern).unwrap_err().to_string();
            assert!(error.contains(message), "{pattern}: {error}");
        }
    }

    #[test]
    fn the_root_ends_where_the_pattern_opens() {
        let root = |text| Pattern::parse(text).unwrap().root("dev");
        assert_eq!(
            root("envs/{env}/sealed-secrets/{app}/x-{name}.yaml"),
            "envs/dev/sealed-secrets"
        );
        assert_eq!(root("clusters/{env}.d/x"), "clusters");
        assert_eq!(root("*/{env}/x"), "");
        assert_eq!(root("{env}"), "");
    }

    #[test]
    fn many_double_stars_take_no_time() {
        let pattern = format!("{}{{env}}/end", "**/a/".repeat(30));
        assert_eq!(env(&pattern, &"a/".repeat(2000)), None);
        assert_eq!(env(&pattern, &format!("{}x", "a/".repeat(2000))), None);
    }

    proptest! {
        #[test]
        fn any_text_compiles_or_is_refused(text in "([a-z*?{}\\[\\],./\\\\!-]|\\{env\\}|\\*\\*){0,24}", path in "[a-z/.]{0,24}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                let _ = pattern.locate(&path);
            }
        }

        #[test]
        fn a_path_built_from_the_pattern_is_located(env in "[a-z][a-z0-9.-]{0,12}", app in "[a-z0-9-]{1,12}", name in "[a-z0-9.-]{1,12}") {
            let pattern = Pattern::parse("envs/{env}/s/{app}/sealed-{name}.{yaml,json}").unwrap();
            let place = pattern.locate(&format!("envs/{env}/s/{app}/sealed-{name}.json")).unwrap();
            prop_assert_eq!(place, Place { env, app: Some(app), name: Some(name) });
        }
    }
}
