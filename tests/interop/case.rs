//! Secrets made up from seeds, each with a way to seal it.

use crate::support::keys::{KeyPair, SIZES, key_pair};
use crate::support::program::Program;
use crate::support::random::Random;
use crate::support::secret::{Secret, scope};

/// One Secret and the way it is sealed.
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) key: KeyPair,
    pub(crate) scope: &'static str,
    pub(crate) input: &'static str,
    pub(crate) output: &'static str,
    pub(crate) secret: Secret,
}

impl Case {
    /// Large keys are slow in kubeseal, so they come up less often.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let bits = SIZES[[0, 0, 0, 0, 1, 1, 2, 2, 2, 3][random.below(10)]];
        let scope = scope(&mut random);
        let mut secret = Secret::random(&mut random);
        if scope == "cluster-wide" && random.one_in(2) {
            secret.namespace.clear();
        }
        let (input, output) = (
            random.pick(&["json", "yaml"]),
            random.pick(&["json", "yaml"]),
        );
        Self {
            seed,
            key: key_pair(bits),
            scope,
            input,
            output,
            secret,
        }
    }

    /// Only a cluster-wide Secret can do without a namespace.
    pub(crate) fn in_a_namespace(mut self) -> Self {
        if self.secret.namespace.is_empty() {
            self.secret.namespace.push_str("ns");
        }
        self
    }

    pub(crate) fn seal(&self, program: Program) -> String {
        let sealing = program
            .arg("--cert")
            .arg(&self.key.certificate)
            .args(["--scope", self.scope]);
        sealing
            .args(["--format", self.output])
            .stdin(self.secret.manifest(self.input))
            .text()
    }

    pub(crate) fn expected(&self) -> Secret {
        self.secret.clone().with_scope(self.scope)
    }
}
