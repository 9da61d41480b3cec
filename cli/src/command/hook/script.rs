//! The hooks themselves, as POSIX shell.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// What the second line of every hook of ours starts with; older versions are known by it as well.
const MARK: &[u8] = b"#!/bin/sh\n# Written by `sealsmith hook install`";

/// A hook that git runs while it makes a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    /// Before anything else: judges what is staged.
    PreCommit,
    /// With the message at hand: judges as well whether it approves.
    CommitMsg,
}

impl Hook {
    /// Every hook of ours.
    pub(super) const ALL: [Self; 2] = [Self::PreCommit, Self::CommitMsg];

    /// The name that git knows it by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
        }
    }

    /// The words after `sealsmith`, as the shell reads them.
    fn arguments(self) -> &'static str {
        match self {
            Self::PreCommit => "lint --staged",
            Self::CommitMsg => "lint --staged --message \"$1\"",
        }
    }

    /// Writes the script. A program on the PATH comes first, the one that installed the hook second.
    pub(super) fn script(self, program: Option<&Path>) -> Vec<u8> {
        let arguments = self.arguments();
        let start = format!(
            "#!/bin/sh
# Written by `sealsmith hook install`. `sealsmith hook uninstall` removes it and brings back what was here
# before; edits are lost with the next install.

# The hook that was here before runs first, so that what it changes is checked as well.
before=$0.before-sealsmith
if [ -x \"$before\" ]; then
  \"$before\" \"$@\" || exit $?
fi

if command -v sealsmith >/dev/null 2>&1; then
  exec sealsmith {arguments}
fi
"
        );
        [
            start.into_bytes(),
            fallback(arguments, program),
            MISSING.to_vec(),
        ]
        .concat()
    }
}

/// Whether a file is a hook of ours, of this version or another.
pub(super) fn is_ours(content: &[u8]) -> bool {
    content.starts_with(MARK)
}

const MISSING: &[u8] = b"echo 'error: sealsmith is not found, so this commit cannot be checked' >&2
echo \"  hint: put sealsmith on the PATH, or remove $0\" >&2
exit 2
";

fn fallback(arguments: &str, program: Option<&Path>) -> Vec<u8> {
    let Some(program) = program else {
        return Vec::new();
    };
    let program = quoted(program);
    let lines: [&[u8]; 5] = [
        b"installed=",
        &program,
        b"\nif [ -x \"$installed\" ]; then\n  exec \"$installed\" ",
        arguments.as_bytes(),
        b"\nfi\n",
    ];
    lines.concat()
}

/// A path as one word of the shell, whatever bytes it has.
fn quoted(path: &Path) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'\'' => word.extend(b"'\\''"),
            byte => word.push(byte),
        }
    }
    word.push(b'\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_known_as_ours() {
        for hook in Hook::ALL {
            assert!(is_ours(&hook.script(None)));
            assert!(is_ours(&hook.script(Some(Path::new("/bin/sealsmith")))));
        }
        assert!(!is_ours(b"#!/bin/sh\nsealsmith lint --staged\n"));
    }

    #[test]
    fn a_path_is_one_word_of_the_shell() {
        let path = Path::new("/it's $HOME\n`x`");
        assert_eq!(quoted(path), b"'/it'\\''s $HOME\n`x`'");
    }
}
