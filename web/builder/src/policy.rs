//! The Content Security Policy: two of them, since both must allow what happens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Returns the `meta` elements for documents with these scripts and styles.
///
/// The first policy allows exactly these texts by their hashes. A hash alone also lets through a request for any other
/// address that claims the same hash (`integrity`, `modulepreload`); the second policy knows no hashes, so
/// nothing external passes both.
pub(crate) fn metas(scripts: &[&str], styles: &[&str]) -> String {
    let first = format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; connect-src 'none'; img-src data:; \
         form-action 'none'; base-uri 'none'; frame-src 'none'; worker-src 'none'; object-src 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        sources(scripts),
        sources(styles)
    );
    let second = "script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'";
    [&*first, second]
        .map(|policy| format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"))
        .join("\n")
}

fn sources(texts: &[&str]) -> String {
    let source = |text: &&str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    texts.iter().map(source).collect::<Vec<_>>().join(" ")
}
