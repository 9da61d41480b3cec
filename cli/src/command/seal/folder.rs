//! The folder that a new sealed file lies in.

use std::path::Path;

use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::ui::shown;

/// Makes the missing folder of a file where the layout has a place for it, as for a new application.
///
/// Anywhere else a missing folder is a slip of the pen, and an error.
pub(super) fn make(file: &Path, env: &Env) -> Result<(), Failure> {
    let Some(folder) = file.parent().filter(|folder| !folder.exists()) else {
        return Ok(());
    };
    if !has_place_for(env.workspace()?, file) {
        return Err(Failure::could_not(format!("cannot write {}", shown(file)))
            .cause(format!("there is no folder {}", shown(folder)))
            .hint("make it first, or check the name"));
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::could_not(format!("cannot make {}", shown(folder))).because(error)
    })
}

fn has_place_for(workspace: &Workspace, file: &Path) -> bool {
    let below = file.strip_prefix(workspace.root()).ok();
    let place = below.and_then(|below| workspace.layout().locate(below.to_str()?));
    let is_known = |environment: &str| {
        let policy = workspace.policy();
        policy.is_none_or(|policy| policy.environment(environment).is_some())
    };
    place.is_some_and(|place| is_known(&place.env))
}
