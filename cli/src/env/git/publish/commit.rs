//! One commit of exactly the given paths.

use super::program::Said;
use super::{Publisher, names, separated};
use crate::failpoint;
use crate::failure::Failure;
use crate::ui::printable;

/// What a commit has to hold for a path: the name of its content, or nothing for a file that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    /// The path relative to the root.
    pub(crate) path: String,
    /// The name that git gives the content.
    pub(crate) id: String,
}

/// The options by which git takes paths from standard input.
const PATHS: [&str; 2] = ["--pathspec-from-file=-", "--pathspec-file-nul"];

impl Publisher {
    /// Names the content of files as a commit would hold it, filters and line endings applied.
    ///
    /// The contents are kept in git's store as well, so that nothing is lost that was written once.
    pub(crate) fn blobs(&self, paths: &[String]) -> Result<Vec<Blob>, Failure> {
        let input: String = paths.iter().map(|path| quoted(path) + "\n").collect();
        let arguments = ["hash-object", "-w", "-t", "blob", "--stdin-paths"];
        let output = self
            .program
            .output(&arguments, input.as_bytes(), "read what was written")?;
        let output = String::from_utf8_lossy(&output).into_owned();
        let blob = |(path, id): (&String, &str)| Blob {
            path: path.clone(),
            id: id.to_owned(),
        };
        Ok(paths.iter().zip(output.lines()).map(blob).collect())
    }

    /// Commits these paths alone, with the user's hooks and signature; whatever else is staged stays staged.
    pub(crate) fn commit(&self, paths: &[String], message: &str) -> Result<(), Failure> {
        self.announce(paths)?;
        failpoint::reach("announced");
        let arguments = ["commit", "--quiet", "--only", "-m", message];
        let arguments = [&arguments[..], &PATHS].concat();
        let said = self.program.run(&arguments, &separated(paths))?;
        match said.code {
            Some(0) => Ok(()),
            _ => Err(not_committed(&said)),
        }
    }

    /// Makes git know of new files, without their content: `commit --only` takes no others.
    fn announce(&self, paths: &[String]) -> Result<(), Failure> {
        let known = self.known(paths)?;
        let new: Vec<String> = paths
            .iter()
            .filter(|path| !known.contains(path))
            .cloned()
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let arguments = [&["add", "--intent-to-add", "--force"][..], &PATHS].concat();
        self.program
            .output(&arguments, &separated(&new), "add the new files")?;
        Ok(())
    }

    /// Those of the paths that the index has.
    fn known(&self, paths: &[String]) -> Result<Vec<String>, Failure> {
        // The whole index, since `ls-files` takes no paths from a file.
        let all = self
            .program
            .output(&["ls-files", "-z"], b"", "read the index")?;
        let all: std::collections::BTreeSet<String> = names(&all).into_iter().collect();
        Ok(paths
            .iter()
            .filter(|path| all.contains(*path))
            .cloned()
            .collect())
    }

    /// The commit after `base` that carries a run's trailer; nothing when there is none.
    pub(crate) fn commit_of_run(&self, base: &str, run: &str) -> Result<Option<String>, Failure> {
        let format = "--format=%H %(trailers:key=Sealsmith-Run,valueonly,separator=%x2C)";
        let range = format!("{base}..HEAD");
        let listed = self.line(&["log", format, &range], "list commits")?;
        let line = listed.lines().find_map(|line| {
            let (commit, runs) = line.split_once(' ')?;
            runs.split(',')
                .any(|found| found.trim() == run)
                .then_some(commit)
        });
        Ok(line.map(str::to_owned))
    }

    /// The parent of a commit; nothing for a first one.
    pub(crate) fn parent(&self, commit: &str) -> Result<Option<String>, Failure> {
        let name = format!("{commit}^");
        let said = self
            .program
            .run(&["rev-parse", "--verify", "--quiet", &name], b"")?;
        let parent = String::from_utf8_lossy(said.stdout.trim_ascii()).into_owned();
        Ok((said.code == Some(0)).then_some(parent))
    }

    /// What is not in a commit as it was to be, in words; nothing when all is right.
    pub(crate) fn deviations(
        &self,
        commit: &str,
        planned: &[Blob],
    ) -> Result<Vec<String>, Failure> {
        let parent = format!("{commit}^");
        let touched = self.differing(&parent, commit)?;
        let is_planned = |path: &String| planned.iter().any(|blob| blob.path == *path);
        let strangers = touched.iter().filter(|path| !is_planned(path));
        let mut found: Vec<String> = strangers
            .map(|path| format!("{} was not to be committed", printable(path)))
            .collect();
        let held = self.held(commit)?;
        for Blob { path, id } in planned {
            if held.get(path) != Some(id) {
                found.push(format!("{} is not what was written", printable(path)));
            }
        }
        Ok(found)
    }

    /// Every path of a commit, with the name of its content.
    fn held(&self, commit: &str) -> Result<std::collections::HashMap<String, String>, Failure> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", commit];
        let output = self.program.output(&arguments, b"", "read the commit")?;
        let entry = |line: String| {
            let (fields, path) = line.split_once('\t')?;
            let id = fields.rsplit(' ').next()?;
            Some((path.to_owned(), id.to_owned()))
        };
        Ok(names(&output).into_iter().filter_map(entry).collect())
    }
}

fn not_committed(said: &Said) -> Failure {
    let failure = said.explain(Failure::refused("git made no commit"));
    if said.stderr.contains("Please tell me who you are") {
        return failure.hint("git config user.name NAME && git config user.email ADDRESS");
    }
    if said.stderr.contains("index.lock") {
        return failure.hint("another git process is at work here, or was killed");
    }
    failure
}

/// A path as git reads it from a line: in C's quotes where it holds what would end the line or look like quotes.
fn quoted(path: &str) -> String {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f;
    if path.bytes().all(is_plain) {
        return path.to_owned();
    }
    let mut text = String::from("\"");
    for byte in path.bytes() {
        match byte {
            byte if is_plain(byte) && byte.is_ascii() => text.push(char::from(byte)),
            byte => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_quoted_as_git_reads_them() {
        assert_eq!(quoted("envs/dev/값 b.yaml"), "envs/dev/값 b.yaml");
        assert_eq!(quoted("a\nb\"c"), "\"a\\012b\\042c\"");
        assert_eq!(quoted("값\t"), "\"\\352\\260\\222\\011\"");
    }
}
