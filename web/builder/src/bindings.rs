//! The glue between page and wasm, written by wasm-bindgen.

use wasm_bindgen_cli_support::Bindgen;

use crate::Failure;

/// A module that a page can call.
pub(crate) struct Bound {
    /// The wasm, without names and without a word about its tools.
    pub(crate) wasm: Vec<u8>,
    /// The script that calls it.
    pub(crate) glue: String,
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
        glue: output.js().to_owned(),
        wasm: output.wasm_mut().emit_wasm(),
    })
}
