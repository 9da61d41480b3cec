//! What a glob means, wherever one may stand.

use globset::{GlobBuilder, GlobMatcher};

/// Compiles a glob: `*` does not cross a slash, `**` does, `\` takes the meaning from the next character.
/// The error says why it is none.
pub(crate) fn matcher(glob: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}
