//! Who has to be told, and what follows when they cannot be: a stop before the operation begins, a warning later.

use sealsmith_lint::policy::{Notify, Reason, Slack};

use super::channel::Channel;
use super::notice::Notice;
use super::tries::Undelivered;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::{Text, Ui};
use crate::windows::Overridden;

/// Whether an operation may begin without telling anyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// It may not.
    Required,
    /// The policy says that it may not, and a person says why it does.
    Overridden(Reason),
    /// It may.
    Optional,
}

/// Tells people of an operation that has not begun.
pub(crate) struct Notifier<'a> {
    ui: &'a Ui,
    channel: Option<Channel>,
    duty: Duty,
    overridden: Option<Overridden>,
}

/// Tells people of an operation that has begun, which nothing here can stop any more.
pub(crate) struct Begun<'a> {
    ui: &'a Ui,
    channel: Option<Channel>,
    overridden: Option<Overridden>,
}

impl Duty {
    /// Takes what the policy says, and the reason of a person who overrides it.
    pub(crate) fn of(notify: Notify, reason: Option<&Reason>) -> Self {
        match (notify, reason) {
            (Notify::Optional, _) => Self::Optional,
            (Notify::Required, None) => Self::Required,
            (Notify::Required, Some(reason)) => Self::Overridden(reason.clone()),
        }
    }
}

impl<'a> Notifier<'a> {
    /// Finds the way to tell people; without one, a required notice fails here.
    pub(crate) fn of(
        slack: Option<&Slack>,
        duty: Duty,
        env: &Env,
        ui: &'a Ui,
    ) -> Result<Self, Failure> {
        let mut notifier = Self {
            ui,
            channel: None,
            duty,
            overridden: None,
        };
        match slack.map(|slack| Channel::of(slack, env, ui)) {
            Some(Ok(channel)) => notifier.channel = Some(channel),
            Some(Err(failure)) => notifier.weigh(failure)?,
            None if notifier.duty == Duty::Optional => {}
            None => notifier.weigh(
                Failure::refused("sealsmith.yaml names no Slack webhook")
                    .hint("name one as environments.ENV.slack.webhook, or write `notify: optional` into the window"),
            )?,
        }
        Ok(notifier)
    }

    /// Sends the notice of the start, which proves that notices can be sent. After this the operation has begun.
    pub(crate) fn begin(mut self, notice: &Notice) -> Result<Begun<'a>, Failure> {
        let sent = self.channel.as_ref().map(|channel| {
            let sent = channel.send(notice);
            sent.map_err(|why| undelivered(&why, channel))
        });
        if let Some(Err(failure)) = sent {
            self.weigh(failure)?;
        }
        Ok(Begun {
            ui: self.ui,
            channel: self.channel,
            overridden: self.overridden,
        })
    }

    /// Stops, or warns and goes on, as the duty is.
    fn weigh(&mut self, failure: Failure) -> Result<(), Failure> {
        match &self.duty {
            Duty::Required => Err(failure
                .within("nobody can be told that the operation begins, and the policy requires it")
                .hint("if it cannot wait: --override \"reason\"; the reason is recorded")),
            Duty::Overridden(reason) => {
                warn(self.ui, &failure);
                self.overridden = Some(Overridden {
                    rule: "notice",
                    because: failure.message().to_owned(),
                    reason: reason.as_str().to_owned(),
                });
                Ok(())
            }
            Duty::Optional => {
                warn(self.ui, &failure);
                Ok(())
            }
        }
    }
}

impl<'a> Begun<'a> {
    /// For an operation that an earlier process began: whatever is wrong here, it goes on.
    pub(crate) fn earlier(slack: Option<&Slack>, env: &Env, ui: &'a Ui) -> Self {
        let channel = slack.and_then(|slack| {
            let channel = Channel::of(slack, env, ui);
            channel.map_err(|failure| warn(ui, &failure)).ok()
        });
        Self {
            ui,
            channel,
            overridden: None,
        }
    }

    /// What a person did without, for the audit file; nothing when the notice went out or was not required.
    pub(crate) fn overridden(&self) -> Option<&Overridden> {
        self.overridden.as_ref()
    }

    /// Tells people when there is a way; when that fails, it is a warning.
    pub(crate) fn tell(&self, notice: &Notice) {
        if let Some(channel) = &self.channel
            && let Err(why) = channel.send(notice)
        {
            warn(self.ui, &undelivered(&why, channel));
        }
    }
}

fn undelivered(why: &Undelivered, channel: &Channel) -> Failure {
    Failure::could_not("the notice was not sent")
        .because(why)
        .hint(why.cure(channel.place()))
}

fn warn(ui: &Ui, failure: &Failure) {
    let lines: Vec<&str> = [failure.message()]
        .into_iter()
        .chain(failure.causes().iter().map(String::as_str))
        .collect();
    ui.warning(lines.join(": "));
    for hint in failure.hints() {
        ui.hint(Text::from(hint));
    }
}

#[cfg(test)]
mod tests {
    use sealsmith_lint::policy::Webhook;

    use super::super::notice::Event;
    use super::super::stand_in::{Act, Slack as StandIn, assert_address_kept};
    use super::*;
    use crate::ui::Colour;

    struct Scene {
        folder: tempfile::TempDir,
        slack: StandIn,
    }

    impl Scene {
        fn new(acts: Vec<Act>) -> Self {
            let scene = Self {
                folder: tempfile::tempdir().unwrap(),
                slack: StandIn::start(acts),
            };
            std::fs::write(scene.folder.path().join("webhook"), scene.slack.url()).unwrap();
            scene
        }

        fn env(&self) -> Env {
            Env::for_test(self.folder.path(), b"")
        }

        fn settings(&self) -> Slack {
            let path = self.folder.path().join("webhook");
            let command = ["cat", path.to_str().unwrap()];
            Slack {
                webhook: Webhook::Command(command.map(str::to_owned).to_vec()),
            }
        }
    }

    fn notice(event: Event) -> Notice {
        Notice::new(event, "rotate aws", "dev", "20260131T090000Z-1f2e3d4c")
    }

    fn overridden() -> Duty {
        let reason = Reason::parse("Slack is down, incident 17").unwrap();
        Duty::of(Notify::Required, Some(&reason))
    }

    #[test]
    fn a_required_notice_that_is_refused_stops_the_operation_before_it_begins() {
        let scene = Scene::new(vec![Act::Answer(404, "no_service")]);
        let (ui, _, said) = Ui::captured(Colour::Never);
        let (settings, env) = (scene.settings(), scene.env());
        let notifier = Notifier::of(Some(&settings), Duty::Required, &env, &ui).unwrap();
        let failure = notifier.begin(&notice(Event::Started)).err().unwrap();
        assert_eq!(failure.exit_code(), 2);
        assert_eq!(
            failure.message(),
            "nobody can be told that the operation begins, and the policy requires it"
        );
        assert_eq!(
            failure.causes(),
            [
                "the notice was not sent",
                "the webhook is dead: Slack answered 404 Not Found (no_service)"
            ]
        );
        assert!(failure.hints()[0].starts_with("make a new incoming webhook"));
        assert!(failure.hints()[1].contains("--override"));
        assert_address_kept(&format!("{failure:?}"));
        assert_eq!(said.text(), "");
    }

    #[test]
    fn a_required_notice_without_a_webhook_is_refused() {
        let scene = Scene::new(vec![]);
        let (ui, ..) = Ui::captured(Colour::Never);
        let failure = Notifier::of(None, Duty::Required, &scene.env(), &ui)
            .err()
            .unwrap();
        assert_eq!(failure.exit_code(), 1);
        assert_eq!(failure.causes(), ["sealsmith.yaml names no Slack webhook"]);
    }

    #[test]
    fn a_reason_replaces_a_required_notice_and_is_recorded() {
        let scene = Scene::new(vec![Act::Answer(404, "no_service")]);
        let (ui, _, said) = Ui::captured(Colour::Never);
        let (settings, env) = (scene.settings(), scene.env());
        for settings in [Some(&settings), None] {
            let notifier = Notifier::of(settings, overridden(), &env, &ui).unwrap();
            let begun = notifier.begin(&notice(Event::Started)).unwrap();
            let record = begun.overridden().unwrap();
            assert_eq!(
                (record.rule, &*record.reason),
                ("notice", "Slack is down, incident 17")
            );
        }
        assert!(
            said.text().contains("warning: the notice was not sent: "),
            "{}",
            said.text()
        );
        // Nothing to override when it goes out.
        let notifier = Notifier::of(Some(&settings), overridden(), &env, &ui).unwrap();
        let begun = notifier.begin(&notice(Event::Started)).unwrap();
        assert_eq!(begun.overridden(), None);
    }

    #[test]
    fn nothing_breaks_an_operation_that_has_begun() {
        let scene = Scene::new(vec![
            Act::Answer(200, "ok"),
            Act::Answer(410, "channel_is_archived"),
        ]);
        let (ui, _, said) = Ui::captured(Colour::Never);
        let (settings, env) = (scene.settings(), scene.env());
        let notifier = Notifier::of(Some(&settings), Duty::Required, &env, &ui).unwrap();
        let begun = notifier.begin(&notice(Event::Started)).unwrap();
        begun.tell(&notice(Event::Succeeded));
        assert_eq!(scene.slack.seen().len(), 2);
        let said = said.text();
        assert!(
            said.starts_with(
                "warning: the notice was not sent: \
                 the webhook is dead: Slack answered 410 Gone (channel_is_archived)\nhint: make a new"
            ),
            "{said}"
        );
        assert_address_kept(&said);
    }

    #[test]
    fn a_resumed_operation_goes_on_without_its_webhook() {
        let scene = Scene::new(vec![]);
        std::fs::remove_file(scene.folder.path().join("webhook")).unwrap();
        let (ui, _, said) = Ui::captured(Colour::Never);
        let begun = Begun::earlier(Some(&scene.settings()), &scene.env(), &ui);
        begun.tell(&notice(Event::Succeeded));
        assert!(
            said.text()
                .contains("warning: cat did not give the webhook's address")
        );
    }

    #[test]
    fn an_optional_notice_is_sent_when_it_can_be() {
        let scene = Scene::new(vec![]);
        let (ui, _, said) = Ui::captured(Colour::Never);
        let (settings, env) = (scene.settings(), scene.env());
        for settings in [Some(&settings), None] {
            let notifier = Notifier::of(settings, Duty::Optional, &env, &ui).unwrap();
            notifier.begin(&notice(Event::Started)).unwrap();
        }
        assert_eq!((scene.slack.seen().len(), said.text()), (1, String::new()));
    }
}
