//! Texts that a glob matches, to see whether others match them too.
//!
//! Whether one glob covers another is a hard question in general. For the globs that people write it is
//! answered by one text for each way through the alternatives and stars: a glob that matches them all
//! covers it.

/// Returns texts that stand for all that a glob matches; nothing for one that is not understood.
pub(crate) fn samples(glob: &str) -> Option<Vec<String>> {
    if glob.contains(['[', ']', '\\']) {
        return None;
    }
    let mut texts = vec![String::new()];
    let mut rest = glob;
    while let Some(c) = rest.chars().next() {
        let (choices, after) = choices(rest, c)?;
        texts = joined(&texts, &choices);
        if texts.len() > MOST {
            return None;
        }
        rest = after;
    }
    Some(texts)
}

const MOST: usize = 256;

/// What stands for a star: nothing, a word, and words. No glob has this word by chance.
const STAR: [&str; 3] = ["", "q7z", "q7z-q7z"];

fn choices(rest: &str, first: char) -> Option<(Vec<String>, &str)> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match first {
        '*' => Some((texts(&STAR), rest.trim_start_matches('*'))),
        '?' => Some((texts(&["q"]), &rest[1..])),
        '{' => {
            let (inner, after) = rest[1..].split_once('}')?;
            let plain = !inner.contains('{');
            let inner: Vec<_> = inner.split(',').map(samples).collect::<Option<_>>()?;
            plain.then(|| (inner.concat(), after))
        }
        '}' => None,
        c => Some((vec![c.to_string()], &rest[c.len_utf8()..])),
    }
}

fn joined(starts: &[String], ends: &[String]) -> Vec<String> {
    let joined = starts
        .iter()
        .flat_map(|start| ends.iter().map(move |end| format!("{start}{end}")));
    joined.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Glob;

    #[test]
    fn samples_are_matched_by_their_glob() {
        for glob in ["jwt", "*", "{db,postgres}-*", "*jwt-?", "a-{b,c*}-d", "**"] {
            let matcher = Glob::parse(glob).unwrap();
            let samples = samples(glob).unwrap();
            assert!(
                samples.iter().all(|sample| matcher.matches(sample)),
                "{glob}: {samples:?}"
            );
        }
        assert_eq!(samples("[ab]"), None);
        assert_eq!(samples("{a,{b,c}}"), None);
        assert_eq!(samples(&"*".repeat(2).replace("**", "*-*-*-*-*-*-*")), None);
    }
}
