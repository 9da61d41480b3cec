//! The files of `web/` that the page is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// What people write; the rest is made.
pub(crate) struct Sources {
    /// The outer document.
    pub(crate) outer: String,
    /// The page in its frame.
    pub(crate) page: String,
    /// Its style.
    pub(crate) style: String,
    /// Its script: every file, in the order of their names.
    pub(crate) script: String,
    /// Its texts: language, then key.
    pub(crate) languages: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads them all.
pub(crate) fn read(web: &Path) -> Result<Sources, Failure> {
    let scripts = files(&web.join("script"), "js")?;
    let parts = scripts.iter().map(|file| text(file));
    Ok(Sources {
        outer: text(&web.join("outer.html"))?,
        page: text(&web.join("page.html"))?,
        style: text(&web.join("page.css"))?,
        script: parts.collect::<Result<Vec<_>, _>>()?.concat(),
        languages: languages(&web.join("lang"))?,
    })
}

fn languages(folder: &Path) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
    let mut languages = BTreeMap::new();
    for file in files(folder, "json")? {
        let name = file.file_stem().unwrap_or_default();
        let texts = serde_json::from_str(&text(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        languages.insert(name.to_string_lossy().into_owned(), texts);
    }
    refuse_gaps(&languages)?;
    Ok(languages)
}

/// Every language has every text.
fn refuse_gaps(languages: &BTreeMap<String, BTreeMap<String, String>>) -> Result<(), Failure> {
    for (name, texts) in languages {
        for (other, known) in languages {
            if let Some(key) = known.keys().find(|key| !texts.contains_key(*key)) {
                return Err(format!(
                    "web/lang/{name}.json lacks \"{key}\", which {other}.json has"
                )
                .into());
            }
        }
    }
    Ok(())
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}

fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()).into())
}
