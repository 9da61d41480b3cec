//! How the work tree differs from the last commit, and what is checked out.

use sealsmith_lint::Path;
use sealsmith_lint::guard::Head;

/// How the work tree differs from the last commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Tracked files that differ.
    pub(crate) changed: Vec<Path>,
    /// Those of them whose content in the index differs from the last commit.
    pub(crate) staged: Vec<Path>,
    /// Those of them whose content in the work tree differs from the index.
    pub(crate) edited: Vec<Path>,
    /// Files that git neither tracks nor ignores.
    pub(crate) untracked: Vec<Path>,
    /// Files with unresolved conflicts.
    pub(crate) unmerged: Vec<Path>,
    /// What is checked out.
    pub(crate) head: Head,
    /// The branch that ours follows: its name, commits that only ours has, and that only it has.
    pub(crate) upstream: Option<(String, usize, usize)>,
}

impl Status {
    /// Reads what `git status --porcelain=v2 --branch -z` prints (git-status(1)).
    pub(super) fn parse(output: &[u8]) -> Self {
        let mut status = Self::default();
        let mut commit = String::new();
        let mut counts = (0, 0);
        let mut upstream = None;
        let mut lines = output.split(|byte| *byte == 0);
        while let Some(line) = lines.next() {
            let (kind, rest) = split(line);
            match kind {
                b"#" => match split(rest) {
                    (b"branch.oid", id) => commit = text(id),
                    (b"branch.head", name) => status.head = head(&text(name), &commit),
                    (b"branch.upstream", name) => upstream = Some(text(name)),
                    (b"branch.ab", ab) => counts = ahead_behind(&text(ab)),
                    _ => {}
                },
                b"1" => status.differs(rest, field(rest, 7)),
                b"2" => {
                    status.differs(rest, field(rest, 8));
                    // The name before the rename follows.
                    lines.next();
                }
                b"u" => status.unmerged.extend(field(rest, 9)),
                b"?" => status.untracked.push(Path::new(rest)),
                _ => {}
            }
        }
        status.upstream = upstream.map(|name| (name, counts.0, counts.1));
        status
    }

    /// Takes a file that differs; its first two letters say where, and a point stands for nowhere.
    fn differs(&mut self, letters: &[u8], path: Option<Path>) {
        let at = |place: usize| letters.get(place).is_some_and(|letter| *letter != b'.');
        self.staged.extend(path.clone().filter(|_| at(0)));
        self.edited.extend(path.clone().filter(|_| at(1)));
        self.changed.extend(path);
    }
}

fn head(name: &str, commit: &str) -> Head {
    match (name, commit) {
        (_, "(initial)") => Head::Unborn,
        ("(detached)", commit) => Head::Detached(commit.chars().take(10).collect()),
        (name, _) => Head::Branch(name.to_owned()),
    }
}

fn ahead_behind(text: &str) -> (usize, usize) {
    let number = |word: &str| word.get(1..)?.parse().ok();
    let mut numbers = text.split(' ').filter_map(number);
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let blank = line.iter().position(|byte| *byte == b' ');
    blank.map_or((line, &[]), |at| (&line[..at], &line[at + 1..]))
}

/// The path behind so many other fields.
fn field(line: &[u8], before: usize) -> Option<Path> {
    let path = line.splitn(before + 1, |byte| *byte == b' ').nth(before)?;
    Some(Path::new(path))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_prints_is_read() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let output = format!(
            "# branch.oid {id}\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +1 -2\0\
             1 .M N... 100644 100644 100644 {id} {id} a b.yaml\0\
             2 R. N... 100644 100644 100644 {id} {id} R100 new.yaml\0old.yaml\0\
             u UU N... 100644 100644 100644 100644 {id} {id} {id} c.yaml\0\
             ? d.yaml\0"
        );
        let status = Status::parse(output.as_bytes());
        assert_eq!(
            status.changed,
            [Path::from("a b.yaml"), Path::from("new.yaml")]
        );
        assert_eq!(status.edited, [Path::from("a b.yaml")]);
        assert_eq!(status.staged, [Path::from("new.yaml")]);
        assert_eq!(status.unmerged, [Path::from("c.yaml")]);
        assert_eq!(status.untracked, [Path::from("d.yaml")]);
        assert_eq!(status.head, Head::Branch("main".to_owned()));
        assert_eq!(status.upstream, Some(("origin/main".to_owned(), 1, 2)));
    }

    #[test]
    fn a_repository_without_a_commit_and_a_detached_head_are_told_apart() {
        let unborn = Status::parse(b"# branch.oid (initial)\0# branch.head main\0");
        assert_eq!(unborn.head, Head::Unborn);
        let detached = Status::parse(b"# branch.oid 0123456789abc\0# branch.head (detached)\0");
        assert_eq!(detached.head, Head::Detached("0123456789".to_owned()));
    }
}
