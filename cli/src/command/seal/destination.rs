//! Where the result goes, and in which format.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sealsmith_core::fingerprint::Fingerprint;

use super::folder;
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::lock_file::LockFiles;
use crate::manifest_file::ManifestFile;
use crate::ui::Ui;

/// The format of a written manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON, kubeseal's default.
    Json,
    /// YAML.
    Yaml,
}

/// Reads a format as kubeseal does: any letters, empty is JSON.
pub(crate) fn parse_format(text: &str) -> Result<Format, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "json" => Ok(Format::Json),
        "yaml" => Ok(Format::Yaml),
        _ => Err(format!(
            "unsupported output format: {text}, expected json or yaml"
        )),
    }
}

/// The output format of a destination: a YAML file name decides, else what was asked for.
pub(crate) fn format_for(destination: Option<&str>, asked: Format) -> Format {
    match destination {
        Some(path) if path.ends_with(".yaml") || path.ends_with(".yml") => Format::Yaml,
        _ => asked,
    }
}

/// Fills `{name}` and the like into a pattern; an unknown placeholder stays as it is.
pub(crate) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(pattern.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// What is to be written where, collected before anything is written.
#[derive(Default)]
pub(crate) struct Outputs {
    standard: Vec<u8>,
    files: BTreeMap<PathBuf, Output>,
}

/// What is to be written into one file.
#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    /// The key that its values are sealed for.
    key: Option<Fingerprint>,
}

impl Outputs {
    /// Adds bytes to a destination, after what was added before.
    pub(crate) fn add(&mut self, destination: Option<PathBuf>, bytes: &[u8], key: &Fingerprint) {
        let Some(path) = destination else {
            return self.standard.extend_from_slice(bytes);
        };
        let output = self.files.entry(path).or_default();
        output.bytes.extend_from_slice(bytes);
        output.key = Some(*key);
    }

    /// Writes everything: nothing was written before the last value was sealed.
    pub(crate) fn write(self, env: &Env, ui: &Ui) -> Result<(), Failure> {
        let locks = self.locks(env)?;
        for (path, output) in &self.files {
            if path.as_os_str() == "-" {
                ui.bytes(&output.bytes)?;
                continue;
            }
            let path = env.cwd().join(path);
            folder::make(&path, env)?;
            files::replace(&path, &output.bytes, files::Access::Public)?;
        }
        locks.write()?;
        if self.standard.is_empty() {
            Ok(())
        } else {
            ui.bytes(&self.standard)
        }
    }
}

impl Outputs {
    /// What the repositories that are written into have to remember.
    fn locks(&self, env: &Env) -> Result<LockFiles, Failure> {
        let mut locks = LockFiles::default();
        for (path, output) in &self.files {
            let (Some(key), Ok(text)) = (&output.key, std::str::from_utf8(&output.bytes)) else {
                continue;
            };
            let path = env.cwd().join(path);
            let before = ManifestFile::read(&path).ok();
            locks.take(&path, before.as_ref().map(ManifestFile::stream), text, key)?;
        }
        Ok(locks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yaml_file_name_beats_the_format_flag_and_json_does_not() {
        assert_eq!(format_for(Some("a.yml"), Format::Json), Format::Yaml);
        assert_eq!(format_for(Some("a.json"), Format::Yaml), Format::Yaml);
        assert_eq!(format_for(None, Format::Json), Format::Json);
    }

    #[test]
    fn formats_are_read_in_any_letters() {
        assert_eq!(parse_format("YAML"), Ok(Format::Yaml));
        assert_eq!(parse_format(""), Ok(Format::Json));
        assert!(parse_format("xml").is_err());
    }

    #[test]
    fn unknown_placeholders_stay() {
        assert_eq!(fill("{env}/{x}/{env}", &[("env", "dev")]), "dev/{x}/dev");
    }
}
