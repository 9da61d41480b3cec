//! Who says whether values open: keys at hand, or a running controller.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use rayon::{ThreadPool, ThreadPoolBuilder};
use sealsmith_core::unseal::KeyRing;

use super::Args;
use crate::controller::{self, Controller, IN_FLIGHT, Live};
use crate::env::{Env, Site};
use crate::failure::Failure;
use crate::private_keys;
use crate::ui::Ui;

/// Who says whether values open: one for all, or one for each environment, since dev's keys say nothing about prod.
pub(super) struct Judges {
    given: Option<Judge>,
    by_environment: BTreeMap<String, Judge>,
}

pub(super) enum Judge {
    Keys(KeyRing),
    Controller(Live),
}

impl Judges {
    pub(super) fn of(args: &Args, sites: &[Site], env: &Env, ui: &Ui) -> Result<Self, Failure> {
        let given = private_keys::given(&args.recovery_private_key, env);
        if !given.is_empty() {
            return Ok(Self {
                given: Some(Judge::Keys(private_keys::load(&given, env, ui)?)),
                by_environment: BTreeMap::new(),
            });
        }
        let mut by_environment = BTreeMap::new();
        for site in sites {
            let environment = &site.place.env;
            if !by_environment.contains_key(environment) {
                let judge = Judge::of_environment(environment, args, env, ui)?;
                by_environment.insert(environment.clone(), judge);
            }
        }
        Ok(Self {
            given: None,
            by_environment,
        })
    }

    pub(super) fn of_site(&self, site: &Site) -> Option<&Judge> {
        let own = self.by_environment.get(&site.place.env);
        self.given.as_ref().or(own)
    }

    fn controllers(&self) -> impl Iterator<Item = &Live> {
        self.by_environment
            .values()
            .filter_map(|judge| match judge {
                Judge::Keys(_) => None,
                Judge::Controller(live) => Some(live),
            })
    }

    /// Why a controller could not be asked to the end.
    pub(super) fn stopped(&self) -> Option<Failure> {
        self.controllers().find_map(Live::stopped).cloned()
    }

    /// As many files at once as there are cores, or as a controller is asked at once.
    pub(super) fn threads(&self) -> Result<ThreadPool, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let count = match self.controllers().next() {
            Some(_) => IN_FLIGHT.max(cores),
            None => cores,
        };
        ThreadPoolBuilder::new()
            .num_threads(count)
            .build()
            .map_err(|error| Failure::could_not("cannot start threads").because(error))
    }
}

impl Judge {
    fn of_environment(environment: &str, args: &Args, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        let is_known = controller::policed(env.workspace()?, environment).is_some();
        if !is_known && !args.controller.lead_somewhere() {
            return Err(Failure::could_not(format!(
                "no private keys for {environment}, and no controller"
            ))
            .hint("pass a backup with --recovery-private-key")
            .hint(
                "or the controller: --context NAME for that of a cluster, or --controller-url URL",
            )
            .hint("or name it in sealsmith.yaml: environments.<env>.controller"));
        }
        match controller::of_environment(environment, &args.controller, env)? {
            Controller::Live(live) => Ok(Self::Controller(live)),
            Controller::Keys(folder) => {
                let folder = folder.display().to_string();
                Ok(Self::Keys(private_keys::load(&[folder], env, ui)?))
            }
        }
    }
}
