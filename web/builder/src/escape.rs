//! Text inside of other text.

/// A document as the value of an attribute in single quotes (HTML, section 13.1.2.3).
pub(crate) fn attribute(document: &str) -> String {
    document.replace('&', "&amp;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_survives_its_attribute() {
        assert_eq!(attribute("a='&amp;'"), "a=&#39;&amp;amp;&#39;");
    }
}
