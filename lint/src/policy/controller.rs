//! `controller`: how the sealed-secrets controller of an environment is reached.

use schemars::JsonSchema;
use serde::Deserialize;

use super::RepoPath;

/// The controller, reached in one of three ways: through the cluster, at a URL, or as a folder of keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct Controller {
    /// How to get to it.
    pub reach: Reach,
    /// The name of its Service.
    pub name: String,
    /// The namespace it runs in.
    pub namespace: String,
    /// Its version, because versions behave differently.
    pub version: String,
}

/// A way to the controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Through the cluster's API server.
    Cluster {
        /// The kubeconfig context; the current one without it.
        context: Option<String>,
        /// The kubeconfig file; the usual ones without it.
        kubeconfig: Option<RepoPath>,
    },
    /// Directly, at a URL.
    Url(String),
    /// Not at all: a folder with its private keys stands in for it.
    Keys(RepoPath),
}

impl Default for Controller {
    fn default() -> Self {
        Self {
            reach: Reach::Cluster {
                context: None,
                kubeconfig: None,
            },
            name: name(),
            namespace: namespace(),
            version: version(),
        }
    }
}

/// How the controller is reached: `context` and `kubeconfig`, or `url`, or `keys`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Controller")]
struct Written {
    /// The kubeconfig context to use.
    context: Option<String>,
    /// The kubeconfig file to use.
    kubeconfig: Option<RepoPath>,
    /// The controller's own address, instead of a cluster.
    url: Option<String>,
    /// A folder with the controller's private keys, instead of a running controller.
    keys: Option<RepoPath>,
    /// The name of the controller's Service.
    #[serde(default = "name")]
    name: String,
    /// The namespace the controller runs in.
    #[serde(default = "namespace")]
    namespace: String,
    /// The controller's version, such as "0.36".
    #[serde(default = "version")]
    version: String,
}

/// Why a controller's settings contradict each other.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More than one way is given.
    #[error("a controller is reached in one way: {0} and {1} exclude each other")]
    TwoWays(&'static str, &'static str),

    /// The URL is of another kind.
    #[error("the controller's url must start with http:// or https://")]
    Url,

    /// The version is no version.
    #[error("\"{0}\" is no controller version: write it as \"0.36\"")]
    Version(String),
}

impl TryFrom<Written> for Controller {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self, Error> {
        if !is_version(&written.version) {
            return Err(Error::Version(written.version));
        }
        let (name, namespace, version) = (
            written.name.clone(),
            written.namespace.clone(),
            written.version.clone(),
        );
        Ok(Self {
            reach: reach(written)?,
            name,
            namespace,
            version,
        })
    }
}

fn reach(written: Written) -> Result<Reach, Error> {
    let cluster = match (&written.context, &written.kubeconfig) {
        (Some(_), _) => Some("context"),
        (None, Some(_)) => Some("kubeconfig"),
        (None, None) => None,
    };
    match (written.url, written.keys, cluster) {
        (Some(_), Some(_), _) => Err(Error::TwoWays("url", "keys")),
        (Some(_), None, Some(cluster)) => Err(Error::TwoWays("url", cluster)),
        (None, Some(_), Some(cluster)) => Err(Error::TwoWays("keys", cluster)),
        (Some(url), None, None) if is_url(&url) => Ok(Reach::Url(url)),
        (Some(_), None, None) => Err(Error::Url),
        (None, Some(keys), None) => Ok(Reach::Keys(keys)),
        (None, None, _) => Ok(Reach::Cluster {
            context: written.context,
            kubeconfig: written.kubeconfig,
        }),
    }
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn is_version(text: &str) -> bool {
    let number =
        |part: &str| !part.is_empty() && part.len() < 6 && part.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('v').unwrap_or(text);
    (2..=3).contains(&text.split('.').count()) && text.split('.').all(number)
}

fn name() -> String {
    "sealed-secrets".to_owned()
}

fn namespace() -> String {
    "kube-system".to_owned()
}

fn version() -> String {
    "0.36".to_owned()
}
