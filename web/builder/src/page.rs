//! Puts the page together.

use crate::Failure;
use crate::bindings::Bound;
use crate::escape::attribute;
use crate::lean::lean;
use crate::pack::{gzip, letters};
use crate::policy;
use crate::sources::Sources;

/// What `sealsmith page` replaces; it must stand in the page exactly once.
const BAKED: &str = r#"<script type="application/json" id="baked">{}</script>"#;

/// Returns the whole file.
pub(crate) fn assemble(sources: &Sources, bound: &Bound) -> Result<String, Failure> {
    let script = format!("\n{}{}", lean(&bound.glue), lean(&sources.script));
    if script.contains("</script") || script.contains("<!--") {
        return Err("the script holds a text that would end its element".into());
    }
    let languages = serde_json::to_string(&sources.languages)?;
    let page = fill(
        &sources.page,
        &[
            ("style", &lean(&sources.style)),
            ("lang", &letters(&gzip(languages.as_bytes()))),
            ("wasm", &letters(&gzip(&bound.wasm))),
            ("script", &script),
            ("version", env!("CARGO_PKG_VERSION")),
        ],
    )?;
    let styles = [inside(&sources.outer, "style"), inside(&page, "style")].concat();
    let metas = policy::metas(&inside(&page, r#"script type="module""#), &styles);
    let page = fill(&page, &[("csp", &metas)])?;
    if page.matches(BAKED).count() != 1 {
        return Err(format!("web/page.html has to hold this exactly once: {BAKED}").into());
    }
    fill(
        &sources.outer,
        &[("csp", &metas), ("srcdoc", &attribute(&page))],
    )
}

/// Replaces `{{name}}`, which has to be there.
fn fill(template: &str, values: &[(&str, &str)]) -> Result<String, Failure> {
    let mut text = template.to_owned();
    for (name, value) in values {
        let place = format!("{{{{{name}}}}}");
        if !text.contains(&place) {
            return Err(format!("the template has no {place}").into());
        }
        text = text.replace(&place, value);
    }
    Ok(text)
}

/// The texts of the elements that start with this tag, as the browser hashes them.
fn inside<'a>(document: &'a str, tag: &str) -> Vec<&'a str> {
    let name = tag.split(' ').next().unwrap_or_default();
    let end = format!("</{name}>");
    document
        .split(&format!("<{tag}>"))
        .skip(1)
        .filter_map(|rest| rest.split(&end).next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_an_element_is_found() {
        let document = "<style>\na{}</style><style>b{}</style><script type=\"module\">x</script>";
        assert_eq!(inside(document, "style"), ["\na{}", "b{}"]);
        assert_eq!(inside(document, r#"script type="module""#), ["x"]);
    }

    #[test]
    fn a_place_that_is_not_there_is_an_error() {
        assert_eq!(fill("a{{b}}", &[("b", "c")]).unwrap(), "ac");
        assert!(fill("a", &[("b", "c")]).is_err());
    }
}
