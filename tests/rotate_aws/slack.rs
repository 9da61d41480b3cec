//! People are told in Slack, and nothing that Slack does holds up a rotation that has begun.

use crate::side_by_side::desk::{Desk, said};
use crate::support::slack::{Act, Slack, assert_address_kept};

fn desk_with(window: &str) -> Desk {
    let desk = Desk::new();
    let settings =
        format!("    argocd: {{timeout: 20s}}\n    slack: {{webhook: {{env: WEBHOOK}}}}\n{window}");
    desk.edits_the_policy("    argocd: {timeout: 20s}\n", &settings);
    desk
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn people_are_told_of_the_begin_and_the_end_without_any_secret() {
    let desk = desk_with("");
    let slack = Slack::start(Vec::new());
    desk.ends(desk.begin(&[]).env("WEBHOOK", slack.url()), 0, &[]);
    desk.is_done();
    let texts = slack.texts();
    assert!(texts.len() >= 2, "{texts:?}");
    let bodies: String = slack
        .seen()
        .iter()
        .map(|message| message.body.clone())
        .collect();
    let new = desk.keys().remove(0);
    assert!(
        !bodies.contains(&new.id) && bodies.contains(&new.id[16..]),
        "key ids are masked: {bodies}"
    );
    desk.said
        .lock()
        .expect("nobody panics with it")
        .push(bodies);
    desk.no_secret_is_out();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_slack_that_is_busy_dead_or_silent_does_not_hold_up_a_rotation() {
    let parts = [
        vec![Act::Limit(1)],
        vec![
            Act::Answer(404, "no_service"),
            Act::Answer(404, "no_service"),
            Act::Answer(404, "no_service"),
        ],
        vec![
            Act::Hang,
            Act::Hang,
            Act::Hang,
            Act::Hang,
            Act::Hang,
            Act::Hang,
        ],
    ];
    for acts in parts {
        let desk = desk_with("");
        let slack = Slack::start(acts.clone());
        let outcome = desk.run(desk.begin(&[]).env("WEBHOOK", slack.url()));
        assert_eq!(outcome.code, Some(0), "{acts:?}: {}", said(&outcome));
        assert_address_kept(&said(&outcome));
        desk.is_done();
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn where_people_have_to_be_told_nothing_begins_without() {
    let window = "    windows: {aws: {days: mon-sun, hours: \"00:00-24:00\", time-zone: UTC}}\n";
    let desk = desk_with(window);
    let slack = Slack::start(vec![Act::Answer(404, "no_service")]);
    desk.refuses(
        desk.begin(&[]).env("WEBHOOK", slack.url()),
        2,
        &["nobody can be told", "--override"],
    );
    assert_eq!(slack.seen().len(), 1);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn outside_of_its_hours_nothing_begins_without_a_reason() {
    // Tomorrow and later, whatever today is.
    let today = jiff::Timestamp::now().as_second() / 86_400;
    // 1970-01-01 was a Thursday.
    let days = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let later = days[usize::try_from((today + 3) % 7).expect("it is below 7")];
    let window = format!(
        "    windows: {{aws: {{days: {later}, hours: \"00:00-24:00\", time-zone: UTC, notify: optional}}}}\n"
    );
    let desk = desk_with(&window);
    let slack = Slack::start(Vec::new());
    desk.refuses(
        desk.begin(&[]).env("WEBHOOK", slack.url()),
        1,
        &["--override"],
    );
    let overridden = desk.begin(&["--override", "the key leaked, so that it cannot wait"]);
    desk.ends(overridden.env("WEBHOOK", slack.url()), 0, &[]);
    desk.is_done();
}
