//! Trailers of a commit message: `Key: value` lines (git-interpret-trailers(1)).

/// Returns every trailer of a message in order: key and value, folded lines joined.
///
/// Lines anywhere count, not only those of the last paragraph: merging a pull request by squashing
/// puts the messages of its commits, trailers included, into the body. Comment lines, and all that
/// follows git's scissors, do not.
pub fn trailers(message: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in message
        .lines()
        .take_while(|line| !line.starts_with(SCISSORS))
    {
        if line.starts_with('#') {
            continue;
        }
        let folded = line.starts_with([' ', '\t']) && !line.trim().is_empty();
        match (folded && open, found.last_mut(), trailer(line)) {
            (true, Some((_, value)), _) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(line.trim());
            }
            (_, _, Some((key, value))) => {
                found.push((key, value.to_owned()));
                open = true;
            }
            _ => open = false,
        }
    }
    found
}

/// Returns the values of a trailer; keys are compared as git does, without regard to case.
pub fn values_of(message: &str, key: &str) -> Vec<String> {
    let all = trailers(message).into_iter();
    let of_key = all.filter(|(known, value)| known.eq_ignore_ascii_case(key) && !value.is_empty());
    of_key.map(|(_, value)| value).collect()
}

const SCISSORS: &str = "# ------------------------ >8 ------------------------";

fn trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    // Git takes blanks before the colon too.
    let key = key.trim_end_matches([' ', '\t']);
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let valid = !key.is_empty() && key.chars().all(is_key);
    valid.then(|| (key, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "Secret-Change-Approved-By";

    #[test]
    fn a_trailer_may_be_folded_in_any_case_and_in_the_body_of_a_squash() {
        let message = "Merge (#3)\n\n* first\n\nsecret-change-approved-by: @lead\n\n* second\n\nfixed it\nSecret-Change-Approved-By:\n  @backend\n  @sre\n";
        assert_eq!(values_of(message, KEY), ["@lead", "@backend @sre"]);
    }

    #[test]
    fn comments_and_what_follows_the_scissors_do_not_count() {
        let message = format!("x\n\n# {KEY}: @a\n{SCISSORS}\n{KEY}: @b\n");
        assert!(values_of(&message, KEY).is_empty());
    }

    #[test]
    fn an_empty_value_or_a_key_with_blanks_is_no_trailer() {
        assert!(values_of("x\n\nSecret-Change-Approved-By:\n\ntext", KEY).is_empty());
        assert!(values_of("Secret Change-Approved-By: @a", KEY).is_empty());
    }

    #[test]
    fn blanks_before_the_colon_are_none_of_the_key() {
        assert_eq!(
            values_of("x\n\nSecret-Change-Approved-By : @a", KEY),
            ["@a"]
        );
    }
}
