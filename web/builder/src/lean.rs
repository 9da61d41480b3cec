//! Scripts and styles without what is only for people.

/// Leaves out indentation, empty lines and lines that are comments; no text of ours goes over several lines.
pub(crate) fn lean(code: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in code.lines().map(str::trim) {
        inside |= line.starts_with("/*");
        let is_comment = inside || line.starts_with("//") || line.is_empty();
        inside &= !line.ends_with("*/");
        if !is_comment {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let script = "/* @ts */\n/**\n * One.\n */\nlet a = \"/*\";\n\n  // two\n  let b;\n";
        assert_eq!(lean(script), "let a = \"/*\";\nlet b;\n");
    }
}
