//! Text inside of other text.

/// A document as the value of an attribute in single quotes (HTML, section 13.1.2.3).
pub(crate) fn attribute(document: &str) -> String {
    document.replace('&', "&amp;").replace('\'', "&#39;")
}

/// JSON that neither ends its script element nor starts a comment in it, and that needs no escape in an attribute.
pub(crate) fn json_in_html(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('&', "\\u0026")
        .replace('\'', "\\u0027")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_survives_its_attribute() {
        assert_eq!(attribute("a='&amp;'"), "a=&#39;&amp;amp;&#39;");
    }

    #[test]
    fn json_cannot_leave_its_element() {
        assert_eq!(
            json_in_html(r#"{"a":"</script>'&"}"#),
            r#"{"a":"\u003c/script>\u0027\u0026"}"#
        );
    }
}
