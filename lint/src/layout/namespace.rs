//! The namespace that a layout expects: `{app}-{env}`.

use super::{Error, Place};

/// A text with `{env}`, `{app}` and `{name}` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceTemplate {
    text: String,
}

impl NamespaceTemplate {
    /// Reads a template; anything else in braces is refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut rest = text;
        while let Some((_, tail)) = rest.split_once('{') {
            let (inner, tail) = tail
                .split_once('}')
                .ok_or_else(|| Error::Unclosed(text.to_owned()))?;
            if !matches!(inner, "env" | "app" | "name") {
                return Err(Error::UnknownCapture(inner.to_owned()));
            }
            rest = tail;
        }
        if text.is_empty() {
            return Err(Error::EmptyPart(text.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// Fills in a place; nothing when the place does not say what the template asks for.
    #[must_use]
    pub fn render(&self, place: &Place) -> Option<String> {
        let values = [
            ("{env}", Some(&place.env)),
            ("{app}", place.app.as_ref()),
            ("{name}", place.name.as_ref()),
        ];
        let mut out = String::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find('{') {
            let (mark, value) = values
                .iter()
                .find(|(mark, _)| rest[at..].starts_with(mark))?;
            out.push_str(&rest[..at]);
            out.push_str((*value)?);
            rest = &rest[at + mark.len()..];
        }
        Some(out + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once() {
        let template = NamespaceTemplate::parse("{app}-{env}").unwrap();
        let place = Place {
            env: "{app}".to_owned(),
            app: Some("db".to_owned()),
            name: None,
        };
        assert_eq!(template.render(&place).as_deref(), Some("db-{app}"));
    }

    #[test]
    fn unknown_and_open_braces_are_refused() {
        assert!(NamespaceTemplate::parse("{ap}").is_err());
        assert!(NamespaceTemplate::parse("{app").is_err());
        assert!(NamespaceTemplate::parse("").is_err());
    }
}
