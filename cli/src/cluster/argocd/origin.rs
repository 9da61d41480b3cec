//! Where a repository comes from, however its address is written.

use std::fmt;

/// A repository by host and path: `git@host:a/b.git` and `https://host/a/b` are the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    host: String,
    path: String,
}

impl Origin {
    /// Reads an address as git and Argo CD take it.
    pub(crate) fn parse(address: &str) -> Self {
        let address = address.trim();
        let (host, path) = match address.split_once("://") {
            Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
            // `host:path`, where a path never has a slash before the colon.
            None => match address.split_once(':') {
                Some((host, path)) if !host.contains('/') => (host, path),
                _ => ("", address),
            },
        };
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let path = path.trim_matches('/');
        Self {
            host: host.to_lowercase(),
            path: path.strip_suffix(".git").unwrap_or(path).to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_str() {
            "" => write!(f, "/{}", self.path),
            host => write!(f, "{host}/{}", self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_addresses() {
        let expected = Origin::parse("https://git.example/mlops/platform");
        for address in [
            "https://git.example/mlops/platform.git",
            "https://user:token@Git.Example/mlops/platform.git/",
            "git@git.example:mlops/platform.git",
            "git.example:mlops/platform",
            "ssh://git@git.example:2222/mlops/platform.git",
        ] {
            assert_eq!(Origin::parse(address), expected, "{address}");
        }
        let local = Origin::parse("file:///srv/git/platform.git");
        assert_eq!(Origin::parse("/srv/git/platform.git"), local);
        assert_ne!(
            Origin::parse("https://git.example/mlops/other.git"),
            expected
        );
        assert_ne!(
            Origin::parse("https://other.example/mlops/platform.git"),
            expected
        );
    }
}
