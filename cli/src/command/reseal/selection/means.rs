//! The keys and the certificate of a selection: loaded, fetched, and checked against what is expected.

use std::path::PathBuf;

use sealsmith_core::unseal::KeyRing;

use super::super::Args;
use super::super::means::{Expected, Means};
use super::Selection;
use super::source::{Opens, Source, only};
use crate::certificates::{self, Recipient};
use crate::controller::{self, Controller, Live};
use crate::env::Env;
use crate::failure::Failure;
use crate::private_keys;
use crate::ui::Ui;

impl Selection<'_> {
    /// What opens the values, and the certificate to seal for.
    ///
    /// Whoever stands for the environment's controller has to serve the expected certificate before it is asked
    /// anything else; with private keys given by hand nobody is asked as long as a certificate is at hand.
    pub(crate) fn means(
        &self,
        is_environment: bool,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<(Means, Recipient), Failure> {
        match &self.opens {
            Opens::Keys(sources) => {
                let recipient = self.recipient_by_hand(args, env, ui)?;
                let ring = private_keys::load(sources, env, ui)?;
                Ok((Means::Keys(ring), recipient))
            }
            Opens::Folders(folders) => {
                // Keys at hand open the values whatever the folder serves, so files alone need not agree with it.
                let recipient = if is_environment {
                    self.recipient_of_controller(args, env, ui)?
                } else {
                    self.recipient_by_hand(args, env, ui)?
                };
                Ok((Means::Keys(load(folders, env, ui)?), recipient))
            }
            Opens::Controller(_) | Opens::KeysOf(_) => {
                let recipient = self.recipient_of_controller(args, env, ui)?;
                Ok((self.means_for(&recipient, args, env, ui)?, recipient))
            }
        }
    }

    /// What opens the values when the key to seal for is settled already.
    pub(crate) fn means_for(
        &self,
        recipient: &Recipient,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<Means, Failure> {
        match &self.opens {
            Opens::Keys(sources) => Ok(Means::Keys(private_keys::load(sources, env, ui)?)),
            Opens::Folders(folders) => Ok(Means::Keys(load(folders, env, ui)?)),
            Opens::Controller(environment) => {
                let live = live(environment, args, env)?;
                let served = live.certificate()?;
                Expected::settled(recipient.fingerprint()).check(
                    &served,
                    live.title(),
                    environment,
                )?;
                Ok(Means::Controller(live))
            }
            Opens::KeysOf(environment) => {
                let live = live(environment, args, env)?;
                Ok(Means::Keys(live.keys(ui)?))
            }
        }
    }

    /// The certificate that the controller serves, which has to be an expected one.
    fn recipient_of_controller(
        &self,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<Recipient, Failure> {
        let environment = only(&self.environments)?;
        let given = match &self.certificate {
            Source::Given(source) => Some(source.as_str()),
            Source::Environment(_) => None,
        };
        let controller = controller::of_environment(&environment, &args.through.controller, env)?;
        let expected = Expected::of(&args.through, given, &environment, env)?;
        let served = controller.certificate()?;
        expected.check(&served, &controller.title(), &environment)?;
        let source = format!("of {}", controller.title());
        Recipient::of(served, &source, env, ui)
    }

    /// The certificate for keys given by hand: a given one, or the environment's own, or that of the controller when
    /// another key is declared.
    fn recipient_by_hand(&self, args: &Args, env: &Env, ui: &Ui) -> Result<Recipient, Failure> {
        let environment = match &self.certificate {
            Source::Given(source) => {
                let recipient = Recipient::load(source, env, ui)?;
                args.through
                    .refuse_undeclared(&recipient.certificate, source)?;
                return Ok(recipient);
            }
            Source::Environment(environment) => environment,
        };
        if !args.through.declares() {
            return Recipient::of_environment(environment, env, ui);
        }
        let own = certificates::path_of_environment(self.workspace, environment);
        let own = own.and_then(|path| certificates::load(&path.display().to_string(), env));
        match own {
            Ok(own) if args.through.refuse_undeclared(&own, "it").is_ok() => {
                let source = format!("of {environment}");
                Recipient::of(own, &source, env, ui)
            }
            _ => self.recipient_of_controller(args, env, ui),
        }
    }
}

fn live(environment: &str, args: &Args, env: &Env) -> Result<Live, Failure> {
    match controller::of_environment(environment, &args.through.controller, env)? {
        Controller::Live(live) => Ok(live),
        Controller::Keys(_) => Err(Failure::could_not(format!(
            "the controller of {environment} is a folder of keys, which needs no --fetch-keys"
        ))),
    }
}

fn load(folders: &[PathBuf], env: &Env, ui: &Ui) -> Result<KeyRing, Failure> {
    let folders: Vec<_> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    private_keys::load(&folders, env, ui)
}
