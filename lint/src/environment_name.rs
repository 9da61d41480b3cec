//! Environments in names: `db-dev-secret` is the name of something in `dev`.

/// What people add behind the environment.
const KINDS: [&str; 2] = ["-secret", "-secrets"];

/// Returns the environment that a name ends in, when it is none of its own.
pub(crate) fn foreign_suffix<'e>(
    name: &str,
    own: &str,
    environments: &[&'e str],
) -> Option<&'e str> {
    let name = KINDS
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .unwrap_or(name);
    if ends_in(name, own) {
        return None;
    }
    let others = environments
        .iter()
        .filter(|env| **env != own && ends_in(name, env));
    others.max_by_key(|env| env.len()).copied()
}

/// Returns a name with `{env}` for the environment in it, so that names of two environments compare.
pub(crate) fn without(name: &str, env: &str) -> String {
    let name = format!("-{name}-").replace(&format!("-{env}-"), "-{env}-");
    name.trim_matches('-').to_owned()
}

/// Returns a file name without what follows its last point.
pub(crate) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn ends_in(name: &str, env: &str) -> bool {
    let before = name.strip_suffix(env).unwrap_or_default();
    before.ends_with(['-', '_', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_tells_the_environment() {
        let suffix = |name| foreign_suffix(name, "prod", &["dev", "prod", "dev-eu"]);
        for name in ["db-dev", "db_dev", "db-dev-secret", "sealed-db.dev-secrets"] {
            assert_eq!(suffix(name), Some("dev"), "{name}");
        }
        assert_eq!(suffix("db-dev-eu"), Some("dev-eu"));
        for name in [
            "db",
            "dev",
            "dev-tools",
            "db-prod-secret",
            "webdev",
            "db-dev-tools",
        ] {
            assert_eq!(suffix(name), None, "{name}");
        }
        assert_eq!(foreign_suffix("db-dev-eu", "eu", &["eu", "dev-eu"]), None);
    }

    #[test]
    fn names_of_two_environments_compare() {
        assert_eq!(
            without("db-dev-secret", "dev"),
            without("db-prod-secret", "prod")
        );
        assert_eq!(without("developer", "dev"), "developer");
    }
}
