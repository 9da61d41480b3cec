//! The glue between page and wasm, written by wasm-bindgen.

use wasm_bindgen_cli_support::Bindgen;
use zopfli::{Format, Options};

use crate::Failure;

/// A module that a page can call.
pub(crate) struct Bound {
    /// The wasm, without names and without a word about its tools.
    pub(crate) wasm: Vec<u8>,
    /// The script that calls it, without comments.
    pub(crate) glue: String,
}

impl Bound {
    /// The wasm as gzip, without a time or a name in its header.
    pub(crate) fn compressed(&self) -> Vec<u8> {
        let mut out = Vec::new();
        zopfli::compress(Options::default(), Format::Gzip, &*self.wasm, &mut out)
            .expect("writing to memory does not fail");
        out
    }
}

/// Binds a module for a page that holds its glue itself.
pub(crate) fn make(module: &[u8]) -> Result<Bound, Failure> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("sealsmith", module.to_vec())
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)?;
    let mut output = bindgen.generate_output()?;
    Ok(Bound {
        glue: without_comments(output.js()),
        wasm: output.wasm_mut().emit_wasm(),
    })
}

/// Leaves out lines that are comments; the glue has no text over several lines.
fn without_comments(script: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in script.lines() {
        let text = line.trim();
        inside |= text.starts_with("/*");
        let is_comment = inside || text.starts_with("//") || text.is_empty();
        inside &= !text.ends_with("*/");
        if !is_comment {
            kept.push_str(line.trim_end());
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_code_stays() {
        let script = "/* @ts */\n/**\n * One.\n */\nlet a = \"/*\";\n\n  // two\n  let b;\n";
        assert_eq!(without_comments(script), "let a = \"/*\";\n  let b;\n");
    }
}
