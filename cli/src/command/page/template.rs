//! The built page, and the one place in it that differs from file to file.

/// The plain page, as `web/builder` made it.
const PAGE: &str = include_str!("../../../../web/dist/sealsmith.html");
/// What stands around the baked JSON.
const START: &str = r#"<script type="application/json" id="baked">"#;
const END: &str = "</script>";
/// What the plain page has there.
const NOTHING: &str = "{}";

/// Returns the page with JSON baked in; an empty object gives the plain page.
pub(super) fn fill(json: &str) -> String {
    let (before, after) = PAGE
        .split_once(&format!("{START}{NOTHING}{END}"))
        .expect("the builder refuses a page without this place");
    format!("{before}{START}{}{END}{after}", escaped(json))
}

/// Returns the JSON that is baked into a page, as it stands there; nothing where no page is.
pub(super) fn baked_into(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once(START)?;
    rest.split_once(END).map(|(json, _)| json)
}

/// JSON that neither ends its element nor the attribute around it.
fn escaped(json: &str) -> String {
    json.chars()
        .fold(String::with_capacity(json.len()), |mut text, letter| {
            match letter {
                '<' | '&' | '\'' | '\u{2028}' | '\u{2029}' => {
                    text.push_str(&format!("\\u{:04x}", u32::from(letter)));
                }
                other => text.push(other),
            }
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_baked_in_comes_out_again() {
        let json = r#"{"reason":"</script><b a='1'>&amp;"}"#;
        let page = fill(json);
        let baked = baked_into(&page).unwrap();
        assert!(!baked.contains(['<', '\'', '&']));
        let value: serde_json::Value = serde_json::from_str(baked).unwrap();
        assert_eq!(value["reason"], "</script><b a='1'>&amp;");
    }

    #[test]
    fn nothing_baked_in_is_the_plain_page() {
        assert_eq!(fill(NOTHING), PAGE);
        assert_eq!(baked_into("<html>"), None);
    }
}
