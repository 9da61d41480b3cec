//! The names of backup files: for people to recognise, and for a resumed run to find.

use std::fmt;

/// The name of a backup: `aws-access-key.111122223333.airflow.dev.20260131T090000Z-1f2e3d4c.AKIA….json`.
///
/// What it is about stands in front, as many parts as there are; the run, which begins with its time, and the
/// id of what is kept stand last, so a name is read from its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    about: String,
    run: String,
    id: String,
}

impl Name {
    /// Makes a name. `kind` is what is kept, `about` whose it is; characters that do not belong in file names
    /// become `_`.
    pub(crate) fn new(kind: &str, about: &[&str], run: &str, id: &str) -> Self {
        let parts = [kind].into_iter().chain(about.iter().copied());
        let parts: Vec<String> = parts.map(|part| plain(part, true)).collect();
        Self {
            about: parts.join("."),
            run: plain(run, false),
            id: plain(id, false),
        }
    }

    /// Reads a file name; nothing when it is none of ours.
    pub(super) fn parse(file: &str) -> Option<(Self, Form)> {
        let (name, form) = match file.strip_suffix(".age") {
            Some(name) => (name, Form::Sealed),
            None => (file, Form::Readable),
        };
        let mut parts = name.strip_suffix(".json")?.rsplitn(3, '.');
        let (id, run, about) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = ![id, run, about].contains(&"");
        whole.then(|| {
            let name = Self {
                about: about.to_owned(),
                run: run.to_owned(),
                id: id.to_owned(),
            };
            (name, form)
        })
    }

    /// The name of the run that made the backup.
    #[cfg(test)]
    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// The id of what is kept.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the name of the file.
    pub(super) fn file(&self, form: Form) -> String {
        match form {
            Form::Readable => format!("{self}.json"),
            Form::Sealed => format!("{self}.json.age"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.about, self.run, self.id)
    }
}

/// What a backup file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The content itself.
    Readable,
    /// The content encrypted with age.
    Sealed,
}

fn plain(text: &str, points: bool) -> String {
    let keeps = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '_' | '+' | '=' | ',' | '@')
            || c == '.' && points
    };
    let text: String = text
        .chars()
        .map(|c| if keeps(c) { c } else { '_' })
        .collect();
    // An empty part would be taken for the end of the one before it.
    if text.is_empty() {
        "_".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_from_its_end() {
        let about = ["111122223333", "first.last@example", "dev"];
        let name = Name::new(
            "aws-access-key",
            &about,
            "20260131T090000Z-1f2e",
            "AKIAEXAMPLE",
        );
        let file = name.file(Form::Readable);
        assert_eq!(
            file,
            "aws-access-key.111122223333.first.last@example.dev.20260131T090000Z-1f2e.AKIAEXAMPLE.json"
        );
        for form in [Form::Readable, Form::Sealed] {
            assert_eq!(Name::parse(&name.file(form)), Some((name.clone(), form)));
        }
        assert_eq!(
            (name.run(), name.id()),
            ("20260131T090000Z-1f2e", "AKIAEXAMPLE")
        );
    }

    #[test]
    fn no_part_leads_out_of_the_folder_or_into_another_part() {
        let name = Name::new("../x", &["a/b", ""], "r.u.n", "i\nd");
        assert_eq!(name.file(Form::Readable), ".._x.a_b._.r_u_n.i_d.json");
    }

    #[test]
    fn other_files_are_none_of_ours() {
        for file in [
            "notes.json",
            "a.b.json",
            "a.b.c.txt",
            "a..c.json",
            ".json",
            "",
        ] {
            assert_eq!(Name::parse(file), None, "{file}");
        }
    }
}
