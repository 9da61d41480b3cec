//! What opens the values of a run, and for which certificate they are sealed.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::unseal::KeyRing;
use sealsmith_lint::policy::Pin;

use crate::certificates;
use crate::controller::{Flags, Live};
use crate::env::Env;
use crate::failure::Failure;
use crate::pins;

/// How a running controller takes part.
#[derive(clap::Args)]
pub(super) struct Through {
    /// Read the controller's private keys from its cluster into memory and re-seal with them, which is faster
    #[arg(long, conflicts_with = "recovery_private_key")]
    pub(super) fetch_keys: bool,

    /// Key that the controller's certificate has to have, instead of the pinned one; repeatable
    #[arg(long, value_name = "SHA256:…", value_parser = Pin::parse)]
    fingerprint: Vec<Pin>,

    #[command(flatten)]
    pub(super) controller: Flags,
}

impl Through {
    /// The environment's own controller, which may serve this key besides the pinned one.
    pub(super) fn declaring(key: Option<&str>) -> Result<Self, Failure> {
        let pins = key.map(Pin::parse).into_iter().collect::<Result<_, _>>();
        let pins = pins.map_err(|error| Failure::refused("the key is none").because(error))?;
        Ok(Self {
            fetch_keys: false,
            fingerprint: pins,
            controller: Flags::default(),
        })
    }

    /// Whether a key is declared.
    pub(super) fn declares(&self) -> bool {
        !self.fingerprint.is_empty()
    }

    /// Refuses a certificate of another key than the declared ones; without any, every one is right.
    pub(super) fn refuse_undeclared(
        &self,
        certificate: &Certificate,
        source: &str,
    ) -> Result<(), Failure> {
        let found = certificate.fingerprint();
        let mut declared = self.fingerprint.iter().map(|pin| pin.fingerprint());
        if !self.declares() || declared.any(|key| key == found) {
            return Ok(());
        }
        let declared: Vec<_> = self
            .fingerprint
            .iter()
            .map(|pin| pin.fingerprint().to_string())
            .collect();
        Err(
            Failure::refused(format!("{source} has another key than the declared one"))
                .cause(format!("it has {found}"))
                .cause(format!("--fingerprint declares {}", declared.join(", "))),
        )
    }
}

/// What opens the values.
pub(super) enum Means {
    /// Private keys at hand.
    Keys(KeyRing),
    /// A running controller, which re-encrypts them itself.
    Controller(Live),
}

impl Means {
    /// What a person is told about it before the start; private keys are what they gave themselves.
    pub(super) fn told(&self, dry_run: bool) -> Option<String> {
        match self {
            Self::Keys(_) => None,
            Self::Controller(live) if dry_run => Some(format!(
                "  through {}, which re-encrypts in memory and keeps nothing",
                live.title()
            )),
            Self::Controller(live) => Some(format!("  through {}", live.title())),
        }
    }
}

/// Who says which key is expected.
const DECLARED: &str = "the command line";
const SETTLED: &str = "the operation that has begun";

/// The keys that a controller may serve the certificate of, and who says so.
pub(super) struct Expected {
    keys: Vec<Fingerprint>,
    by: &'static str,
}

impl Expected {
    /// What was declared by hand; else the pins of the environment; else its certificate.
    pub(super) fn of(
        through: &Through,
        certificate: Option<&str>,
        environment: &str,
        env: &Env,
    ) -> Result<Self, Failure> {
        let mut keys: Vec<_> = through
            .fingerprint
            .iter()
            .map(|pin| pin.fingerprint())
            .collect();
        if let Some(source) = certificate {
            keys.push(certificates::load(source, env)?.fingerprint());
        }
        if !keys.is_empty() {
            return Ok(Self { keys, by: DECLARED });
        }
        let workspace = env.workspace()?;
        let keys: Vec<_> = pins::keys_of(workspace, environment).collect();
        if !keys.is_empty() {
            let by = "sealsmith.yaml";
            return Ok(Self { keys, by });
        }
        let by = "the environment's certificate";
        let keys = match certificates::path_of_environment(workspace, environment) {
            Ok(path) => vec![certificates::load(&path.display().to_string(), env)?.fingerprint()],
            Err(_) => Vec::new(),
        };
        Ok(Self { keys, by })
    }

    /// The key of an operation that has begun.
    pub(super) fn settled(key: Fingerprint) -> Self {
        Self {
            keys: vec![key],
            by: SETTLED,
        }
    }

    /// Refuses a controller that serves another certificate: it is another controller, or has a key that nobody agreed to.
    pub(super) fn check(
        &self,
        served: &Certificate,
        title: &str,
        environment: &str,
    ) -> Result<(), Failure> {
        let found = served.fingerprint();
        if self.keys.contains(&found) {
            return Ok(());
        }
        if self.keys.is_empty() {
            return Err(Failure::refused(format!("nothing says which key {title} should have"))
                .cause(format!("it serves a certificate with {found}"))
                .hint(format!("if that is right: `sealsmith cert pin {environment}`, or pass --fingerprint {found}")));
        }
        let expected: Vec<_> = self.keys.iter().map(Fingerprint::to_string).collect();
        Err(Failure::refused(format!("{title} serves another certificate than expected"))
            .cause(format!("it serves {found}"))
            .cause(format!("{} says {}", self.by, expected.join(", ")))
            .hint(match self.by {
                DECLARED => "find out which of the two is right before anything is sealed".to_owned(),
                SETTLED => format!("undo what was begun: sealsmith reseal {environment} --abort"),
                _ => format!("if its key was renewed: sealsmith reseal {environment} --fingerprint {found}; else it is the wrong controller"),
            }))
    }
}
