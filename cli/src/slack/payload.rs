//! A notice as the JSON that an incoming webhook takes: Block Kit, and `text` for notifications and screen readers.
//!
//! Limits are Slack's: <https://docs.slack.dev/reference/block-kit/blocks>.

use serde_json::{Value, json};

use super::notice::{Event, Fact, Notice};

/// The most characters in the text of a section.
const SECTION: usize = 3000;
/// The most characters in a header.
const HEADER: usize = 150;
/// The most blocks in a message.
const BLOCKS: usize = 50;
/// The most of one line, before escaping makes it at most five times as long.
const LINE: usize = 500;

/// Renders a notice.
pub(super) fn render(notice: &Notice) -> Value {
    let mut sections = section(None, &about(notice));
    if let Event::Failed { why, cures } = &notice.event {
        sections.extend(section(Some("Why"), &listed(why)));
        sections.extend(section(Some("What to do"), &listed(cures)));
    }
    sections.extend(section(Some("Applications"), &applications(notice)));
    let header = cut(&title(notice), HEADER);
    let mut blocks = vec![json!({
        "type": "header",
        "text": {"type": "plain_text", "text": header, "emoji": false},
    })];
    blocks.extend(fitting(sections));
    json!({"text": summary(notice), "blocks": blocks})
}

/// Keeps as many sections as a message takes, and says when some are left out.
fn fitting(mut sections: Vec<String>) -> impl Iterator<Item = Value> {
    let room = BLOCKS - 1;
    if sections.len() > room {
        sections.truncate(room - 1);
        sections.push("… and more; the operation's own report has it all".to_owned());
    }
    sections.into_iter().map(|text| {
        json!({
            "type": "section",
            // Verbatim, so that a name is never taken for a person, a channel or a link.
            "text": {"type": "mrkdwn", "text": text, "verbatim": true},
        })
    })
}

fn title(notice: &Notice) -> String {
    let what = match notice.event {
        Event::Started => "started",
        Event::Succeeded => "done",
        Event::Failed { .. } => "failed",
    };
    one_line(&format!(
        "{} {}: {what}",
        notice.operation, notice.environment
    ))
}

fn summary(notice: &Notice) -> String {
    let mut parts = vec![format!("sealsmith {}", title(notice))];
    if let Event::Failed { why, cures } = &notice.event {
        parts.extend(why.first().cloned());
        parts.extend(cures.first().map(|cure| format!("what to do: {cure}")));
    }
    let parts: Vec<String> = parts.iter().map(|part| text(part)).collect();
    parts.join(" — ")
}

fn about(notice: &Notice) -> Vec<String> {
    let mut lines = vec![
        named("Environment", &text(&notice.environment)),
        named("Run", &code(&notice.run)),
    ];
    lines.extend(notice.facts.iter().filter_map(line));
    lines
}

fn line(fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::By(who) => named("By", &text(who)),
        Fact::Step(step) => named("Step", &code(step)),
        Fact::OldKey(key) => named("Old key", &code(&key.to_string())),
        Fact::NewKey(key) => named("New key", &code(&key.to_string())),
        Fact::OldFingerprint(fingerprint) => named("Old fingerprint", &code(fingerprint)),
        Fact::NewFingerprint(fingerprint) => named("New fingerprint", &code(fingerprint)),
        Fact::Commit(commit) => named("Commit", &code(commit)),
        Fact::Override(reason) => named("Policy overridden", &text(reason)),
        Fact::Note(note) => text(note),
        Fact::Application(..) => return None,
    })
}

fn applications(notice: &Notice) -> Vec<String> {
    let lines = notice.facts.iter().filter_map(|fact| match fact {
        Fact::Application(name, state) => Some(format!("• {}: {}", code(name), text(state))),
        _ => None,
    });
    lines.collect()
}

fn listed(lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("• {}", text(line)))
        .collect()
}

fn named(name: &str, escaped: &str) -> String {
    format!("*{name}:* {escaped}")
}

/// Puts lines under a title into as many texts as they need; none without lines.
fn section(title: Option<&str>, lines: &[String]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let title = title.map(|title| format!("*{title}*"));
    let title = title.iter().filter(|_| !lines.is_empty());
    for line in title.chain(lines) {
        match texts.last_mut() {
            Some(text) if length(text) + length(line) < SECTION => {
                text.push('\n');
                text.push_str(line);
            }
            _ => texts.push(line.clone()),
        }
    }
    texts
}

/// A name or a number, in a type that shows every letter.
fn code(name: &str) -> String {
    format!("`{}`", text(&name.replace('`', "'")))
}

/// Text from anywhere as one line that Slack shows as it is.
fn text(text: &str) -> String {
    let line = cut(&one_line(text), LINE);
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.trim().to_owned()
}

fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit - 1;
    let fits = |c: &char| {
        let room = left.checked_sub(c.len_utf16());
        left = room.unwrap_or(0);
        room.is_some()
    };
    let mut start: String = text.chars().take_while(fits).collect();
    start.push('…');
    start
}

/// The length as JavaScript counts it, which is never less than the number of characters.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::super::notice::MaskedKey;
    use super::*;

    fn notice(event: Event) -> Notice {
        Notice::new(event, "rotate aws", "dev", "20260131T090000Z-1f2e3d4c")
    }

    fn failed(why: &[&str], cures: &[&str]) -> Event {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Event::Failed {
            why: owned(why),
            cures: owned(cures),
        }
    }

    /// The texts of all blocks.
    fn texts(payload: &Value) -> Vec<&str> {
        let blocks = payload["blocks"].as_array().unwrap();
        let texts = blocks.iter().map(|block| block["text"]["text"].as_str());
        texts.map(Option::unwrap).collect()
    }

    fn assert_fits(payload: &Value) {
        let blocks = payload["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50, "{} blocks", blocks.len());
        for (at, text) in texts(payload).iter().enumerate() {
            let limit = if at == 0 { 150 } else { 3000 };
            assert!((1..=limit).contains(&length(text)), "{}", length(text));
        }
        let text = payload["text"].as_str().unwrap();
        assert!(!text.is_empty() && length(text) <= 8000);
    }

    #[test]
    fn a_start_says_what_where_and_who() {
        let notice = notice(Event::Started)
            .with(Fact::By("op@desk".to_owned()))
            .with(Fact::OldKey(MaskedKey::of("AKIAIOSFODNN7EXAMPLE")));
        let expected = json!({
            "text": "sealsmith rotate aws dev: started",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "rotate aws dev: started", "emoji": false}},
                {"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text":
                    "*Environment:* dev\n*Run:* `20260131T090000Z-1f2e3d4c`\n*By:* op@desk\n*Old key:* `AKIA…MPLE`"}},
            ],
        });
        assert_eq!(render(&notice), expected);
    }

    #[test]
    fn a_success_lists_the_applications() {
        let notice = notice(Event::Succeeded)
            .with(Fact::Application(
                "airflow".to_owned(),
                "Synced, Healthy".to_owned(),
            ))
            .with(Fact::Commit("1a2b3c4".to_owned()))
            .with(Fact::Application(
                "mlflow".to_owned(),
                "Synced, Progressing".to_owned(),
            ));
        let payload = render(&notice);
        let texts = texts(&payload);
        assert!(texts[1].ends_with("*Commit:* `1a2b3c4`"));
        assert_eq!(
            texts[2],
            "*Applications*\n• `airflow`: Synced, Healthy\n• `mlflow`: Synced, Progressing"
        );
    }

    #[test]
    fn a_failure_says_why_and_what_to_do_even_in_the_short_text() {
        let event = failed(
            &["airflow did not sync", "it is at another commit"],
            &["--resume"],
        );
        let payload = render(&notice(event));
        assert_eq!(
            payload["text"],
            "sealsmith rotate aws dev: failed — airflow did not sync — what to do: --resume"
        );
        let texts = texts(&payload);
        assert_eq!(
            texts[2],
            "*Why*\n• airflow did not sync\n• it is at another commit"
        );
        assert_eq!(texts[3], "*What to do*\n• --resume");
    }

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let event = failed(&["<!channel> <https://x|y> a & b\n*Run:* `forged`"], &[]);
        let notice = notice(event).with(Fact::Application("a`b<".to_owned(), "c>".to_owned()));
        let payload = render(&notice);
        let all = payload.to_string();
        assert!(!all.contains("<!") && !all.contains("<http"), "{all}");
        let texts = texts(&payload);
        let escaped = "• &lt;!channel&gt; &lt;https://x|y&gt; a &amp; b *Run:* `forged`";
        assert_eq!(texts[2].lines().nth(1), Some(escaped));
        assert_eq!(texts[3].lines().nth(1), Some("• `a'b&lt;`: c&gt;"));
    }

    #[test]
    fn the_longest_texts_and_lists_keep_to_slacks_limits() {
        let long = "&".repeat(20_000);
        let wide = "🦭".repeat(5_000);
        let event = failed(&[&long, &wide], &vec![wide.as_str(); 200]);
        let mut notice = notice(event);
        notice.environment = wide.clone();
        notice.operation = long.clone();
        for at in 0..2_000 {
            let name = format!("application-{at}");
            notice = notice.with(Fact::Application(name, long[..300].to_owned()));
        }
        let payload = render(&notice);
        assert_fits(&payload);
        let texts = texts(&payload);
        assert_eq!(texts.len(), 50);
        assert!(texts[49].starts_with("… and more"), "{}", texts[49]);
        let whole = |text: &&str| text.matches('&').count() == text.matches("&amp;").count();
        assert!(texts[1..].iter().all(whole), "no escape is cut in half");
    }

    #[test]
    fn every_fact_has_a_line_in_the_order_given() {
        let text = |text: &str| text.to_owned();
        let facts = [
            Fact::Step(text("pushed")),
            Fact::NewKey(MaskedKey::of("AKIAI44QH8DHBEXAMPLE")),
            Fact::OldFingerprint(text("SHA256:one")),
            Fact::NewFingerprint(text("SHA256:two")),
            Fact::Override(text("the key leaked")),
            Fact::Note(text("the old key stays for 24h")),
        ];
        let notice = facts.into_iter().fold(notice(Event::Started), Notice::with);
        let payload = render(&notice);
        let lines: Vec<&str> = texts(&payload)[1].lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "*Step:* `pushed`",
                "*New key:* `AKIA…MPLE`",
                "*Old fingerprint:* `SHA256:one`",
                "*New fingerprint:* `SHA256:two`",
                "*Policy overridden:* the key leaked",
                "the old key stays for 24h",
            ]
        );
    }

    #[test]
    fn every_event_fits_without_facts() {
        for event in [Event::Started, Event::Succeeded, failed(&[], &[])] {
            assert_fits(&render(&notice(event)));
        }
    }
}
