use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};

use super::*;
use crate::certificate::Certificate;
use crate::key_file;
use crate::scope::Label;
use crate::seal::SealingKey;
use crate::unseal::{KeyRing, UnsealingKey};

const OLD: &[u8] = include_bytes!("../../../tests/vectors/kubeseal/keys/rsa3072.crt");
const NEW: &[u8] = include_bytes!("../../../tests/vectors/kubeseal/keys/rsa2048.crt");
const NEW_PRIVATE: &[u8] = include_bytes!("../../../tests/vectors/kubeseal/keys/rsa2048.key");

/// Sealed values in the order of asking; each call differs.
fn sealed(certificate: &[u8], label: &Label, plaintext: &[u8], seed: u8) -> String {
    let certificate = Certificate::parse(certificate).unwrap();
    let key = SealingKey::portable(certificate.public_key()).unwrap();
    let mut random = ChaCha20Rng::from_seed([seed; 32]);
    let value = key.seal(&mut random, label, plaintext).unwrap();
    value.as_str().to_owned()
}

fn label() -> Label {
    Label::new(Scope::Strict, "app", "db")
}

fn target() -> Certificate {
    Certificate::parse(NEW).unwrap()
}

/// A file with comments, a template and two values of 5 and 3 bytes.
fn file() -> String {
    let (password, user) = (
        sealed(OLD, &label(), b"first", 1),
        sealed(OLD, &label(), b"abc", 2),
    );
    format!(
        "# kept\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\n  namespace: app\n  labels: {{a: b}}\n\
         spec:\n  encryptedData:\n    password: \"{password}\" # kept\n    user: {user}\n  template:\n    data: {{url: \"{{{{ .user }}}}\"}}\n"
    )
}

fn asked(stream: &Stream) -> Question<'_> {
    let mut all = questions(stream, None, target().fingerprint(), |_| None).unwrap();
    all.remove(0).question.unwrap()
}

fn problem(text: &str) -> String {
    let stream = Stream::parse(text).unwrap();
    let mut all = questions(&stream, None, target().fingerprint(), |_| None).unwrap();
    all.remove(0).question.err().unwrap().to_string()
}

/// What an honest controller answers, as 0.36 does: without kind, with a template.
fn honest() -> Value {
    json!({
        "metadata": {"name": "db", "namespace": "app", "creationTimestamp": null},
        "spec": {
            "template": {"metadata": {"name": "db", "namespace": "app"}},
            "encryptedData": {
                "password": sealed(NEW, &label(), b"first", 3),
                "user": sealed(NEW, &label(), b"abc", 4),
            },
        },
    })
}

fn refusal(answer: &[u8]) -> String {
    let text = file();
    let stream = Stream::parse(&text).unwrap();
    let read = asked(&stream).read(answer, target().public_key());
    read.err().expect("the answer is refused").to_string()
}

/// What is said about an answer that differs from an honest one.
fn lie(change: impl FnOnce(&mut Value)) -> String {
    let mut answer = honest();
    change(&mut answer);
    refusal(answer.to_string().as_bytes())
}

#[test]
fn a_question_holds_what_decides_and_nothing_else() {
    let text = file();
    let stream = Stream::parse(&text).unwrap();
    let body: Value = serde_json::from_str(&asked(&stream).body()).unwrap();
    let values = body["spec"]["encryptedData"].clone();
    assert!(values["password"].as_str().unwrap().starts_with("AY"));
    assert_eq!(
        body,
        json!({
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": "db", "namespace": "app"},
            "spec": {"encryptedData": values},
        })
    );
}

#[test]
fn the_scope_goes_with_the_question_and_the_namespace_is_the_one_applied_to() {
    for scope in [Scope::NamespaceWide, Scope::ClusterWide] {
        let annotation = scope.annotation().unwrap();
        let text = file().replace("  namespace: app\n", "").replace(
            "labels: {a: b}",
            &format!("annotations: {{{annotation}: \"true\", other: x}}"),
        );
        let stream = Stream::parse(&text).unwrap();
        let mut all = questions(&stream, Some("app-dev"), target().fingerprint(), |_| None);
        let question = all.as_mut().unwrap().remove(0).question.unwrap();
        let body: Value = serde_json::from_str(&question.body()).unwrap();
        let metadata =
            json!({"name": "db", "namespace": "app-dev", "annotations": {annotation: "true"}});
        assert_eq!(body["metadata"], metadata);
    }
}

#[test]
fn new_values_take_the_place_of_the_old_ones_and_nothing_else_changes() {
    let text = file();
    let stream = Stream::parse(&text).unwrap();
    let question = asked(&stream);
    let honest = honest();
    let answer = question
        .read(honest.to_string().as_bytes(), target().public_key())
        .unwrap();
    let changed = splice(&stream, std::slice::from_ref(&answer)).unwrap();
    let mut expected = text.clone();
    for key in ["password", "user"] {
        let old: Value = serde_json::from_str(&question.body()).unwrap();
        let text_of = |object: &Value| {
            object["spec"]["encryptedData"][key]
                .as_str()
                .unwrap()
                .to_owned()
        };
        expected = expected.replace(&text_of(&old), &text_of(&honest));
    }
    assert_eq!(*changed, expected);
    let proof: Value = serde_json::from_str(&question.changed(&answer)).unwrap();
    assert_eq!(
        proof["spec"]["encryptedData"],
        honest["spec"]["encryptedData"]
    );
    let keys = key_file::parse(NEW_PRIVATE).unwrap().keys;
    let ring = KeyRing::new(vec![UnsealingKey::portable(&keys[0]).unwrap()]);
    let new = answer.values.values().next().unwrap();
    let opened = ring.unseal(&label(), new).unwrap();
    assert_eq!(opened.plaintext.expose(), b"first");
}

#[test]
fn values_of_the_target_are_not_asked_about_and_still_verified() {
    let text = file();
    let stream = Stream::parse(&text).unwrap();
    let first = sealed(OLD, &label(), b"first", 1);
    let here = target().fingerprint();
    let mut all = questions(&stream, None, here, |text| (text == first).then_some(here));
    let question = all.as_mut().unwrap().remove(0).question.unwrap();
    assert_eq!((question.current(), question.from().count()), (1, 1));
    let keys = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap();
        let data = body["spec"]["encryptedData"].as_object().unwrap().clone();
        data.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&question.body()), ["user"]);
    assert_eq!(keys(&question.unchanged()), ["password", "user"]);
    let mut answer = honest();
    let data = answer["spec"]["encryptedData"].as_object_mut().unwrap();
    data.remove("password");
    let answer = question.read(answer.to_string().as_bytes(), target().public_key());
    let proof: Value = serde_json::from_str(&question.changed(&answer.unwrap())).unwrap();
    assert_eq!(proof["spec"]["encryptedData"]["password"], first);
}

#[test]
fn an_alias_follows_the_value_it_repeats() {
    let value = sealed(OLD, &label(), b"first", 1);
    let text = format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: db, namespace: app}}\nspec:\n  encryptedData:\n    password: &p {value}\n    again: *p\n"
    );
    let stream = Stream::parse(&text).unwrap();
    let question = asked(&stream);
    assert_eq!(question.from().count(), 2);
    let new = sealed(NEW, &label(), b"first", 3);
    let answer = json!({"metadata": {"name": "db", "namespace": "app"}, "spec": {"encryptedData": {"password": new}}});
    let answer = question.read(answer.to_string().as_bytes(), target().public_key());
    let changed = splice(&stream, &[answer.unwrap()]).unwrap();
    assert_eq!(*changed, text.replace(&value, &new));
}

#[test]
fn what_no_controller_can_be_asked_is_said() {
    let elsewhere = file().replace("# kept\napi", "x: &x aaaa\napi");
    let elsewhere = elsewhere.replace(&sealed(OLD, &label(), b"abc", 2), "*x");
    assert!(problem(&elsewhere).contains("alias to a text outside"));
    let legacy = file().replace("spec:\n", "spec:\n  data: AAAA\n");
    assert!(problem(&legacy).starts_with("`spec.data` is the deprecated format"));
    let malformed = file().replace(&sealed(OLD, &label(), b"abc", 2), "AAAA");
    assert!(problem(&malformed).starts_with("key \"user\": "));
    let nameless = file().replace("  name: db\n", "");
    assert_eq!(problem(&nameless), "the SealedSecret has no name");
}

#[test]
fn an_answer_that_is_no_object_is_refused() {
    for (answer, expected) in [
        ("", "nothing in it"),
        ("<html>503</html>", "no JSON"),
        ("metadata: {name: db}", "no JSON"),
        ("[]", "no object"),
        ("\"text\"", "no object"),
        ("{} {}", "more than one object"),
        ("{\"a\": 1, \"a\": 2}", "no JSON"),
        ("{\"spec\": {", "no JSON"),
    ] {
        let said = refusal(answer.as_bytes());
        assert!(said.contains(expected), "{answer}: {said}");
    }
    assert!(refusal(b"\xff{}").contains("not UTF-8"));
    assert!(refusal(&vec![b' '; MAX_ANSWER + 1]).contains("larger than"));
    assert!(refusal("[".repeat(100_000).as_bytes()).contains("nested deeper"));
}

#[test]
fn an_answer_about_something_else_is_refused() {
    let said = lie(|answer| answer["metadata"]["name"] = json!("other"));
    assert_eq!(
        said,
        "the answer is about another SealedSecret: name is \"other\", not \"db\""
    );
    assert!(lie(|answer| answer["metadata"]["namespace"] = json!("prod")).contains("\"prod\""));
    assert!(lie(|answer| drop(answer["metadata"].take())).contains("name is \"\""));
    assert!(lie(|answer| answer["kind"] = json!("Secret")).contains("another kind"));
    assert!(lie(|answer| answer["kind"] = json!(7)).contains("another kind"));
    assert!(lie(|answer| answer["spec"] = json!(null)).contains("no spec.encryptedData"));
    assert!(lie(|answer| answer["spec"]["encryptedData"] = json!([])).contains("no spec.enc"));
}

#[test]
fn a_value_too_few_or_too_many_is_refused() {
    let data = |answer: &mut Value| {
        answer["spec"]["encryptedData"]
            .as_object_mut()
            .unwrap()
            .clone()
    };
    let said = lie(|answer| {
        let mut fewer = data(answer);
        fewer.remove("user");
        answer["spec"]["encryptedData"] = json!(fewer);
    });
    assert_eq!(said, "the answer leaves out key \"user\"");
    let said = lie(|answer| answer["spec"]["encryptedData"]["url"] = json!("AAAA"));
    assert_eq!(said, "the answer adds key \"url\"");
}

#[test]
fn a_value_that_is_not_a_newly_sealed_one_of_the_same_length_is_refused() {
    let instead =
        |value: Value| lie(|answer| answer["spec"]["encryptedData"]["user"] = value.clone());
    let new = |plaintext: &[u8]| json!(sealed(NEW, &label(), plaintext, 9));
    assert!(instead(json!("")).contains("\"user\" is no sealed value"));
    assert!(instead(json!("hunter2")).contains("\"user\" is no sealed value"));
    assert!(instead(json!(7)).contains("\"user\" is no sealed value"));
    assert!(instead(json!(null)).contains("a value that is no text"));
    assert!(instead(json!({"a": "b"})).contains("a value that is no text"));
    let old = |plaintext: &[u8], seed| json!(sealed(OLD, &label(), plaintext, seed));
    assert!(instead(old(b"abc", 2)).contains("\"user\" is not newly encrypted"));
    // The old text of another key of the same SealedSecret.
    assert!(instead(old(b"first", 1)).contains("\"user\" is not newly encrypted"));
    assert!(instead(new(b"abcd")).contains("holds 4 bytes, not 3"));
    assert!(instead(old(b"abc", 9)).contains("sealed for another key"));
}

#[test]
fn one_value_for_two_keys_is_refused() {
    let value = json!(sealed(NEW, &label(), b"first", 9));
    let text = file().replace(
        &sealed(OLD, &label(), b"abc", 2),
        &sealed(OLD, &label(), b"third", 5),
    );
    let stream = Stream::parse(&text).unwrap();
    let mut answer = honest();
    for key in ["password", "user"] {
        answer["spec"]["encryptedData"][key] = value.clone();
    }
    let read = asked(&stream).read(answer.to_string().as_bytes(), target().public_key());
    assert!(read.err().unwrap().to_string().contains("are the same"));
}

#[test]
fn two_sealed_secrets_that_share_a_text_are_not_changed() {
    let value = sealed(OLD, &label(), b"first", 1);
    let one = |value: &str| {
        format!(
            "- apiVersion: bitnami.com/v1alpha1\n  kind: SealedSecret\n  metadata: {{name: db, namespace: app}}\n  spec: {{encryptedData: {{password: {value}}}}}\n"
        )
    };
    let items = one(&format!("&p {value}")) + &one("*p");
    let stream = Stream::parse(&format!("apiVersion: v1\nkind: List\nitems:\n{items}")).unwrap();
    let all = questions(&stream, None, target().fingerprint(), |_| None).unwrap();
    let answers: Vec<_> = (3..)
        .zip(all)
        .map(|(seed, asking)| {
            let new = sealed(NEW, &label(), b"first", seed);
            let answer = json!({"metadata": {"name": "db", "namespace": "app"}, "spec": {"encryptedData": {"password": new}}});
            let question = asking.question.unwrap();
            question
                .read(answer.to_string().as_bytes(), target().public_key())
                .unwrap()
        })
        .collect();
    assert!(matches!(
        splice(&stream, &answers),
        Err(edit::Error::Conflict { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever bytes of an honest answer are lost or changed, either it is refused or its values are well formed.
    #[test]
    fn damaged_answers_never_give_a_value_of_another_shape(at in 0usize..2000, with in any::<u8>(), cut in any::<bool>()) {
        let text = file();
        let stream = Stream::parse(&text).unwrap();
        let question = asked(&stream);
        let mut answer = honest().to_string().into_bytes();
        let at = at % answer.len();
        if cut { answer.truncate(at); } else { answer[at] = with; }
        if let Ok(read) = question.read(&answer, target().public_key()) {
            prop_assert_eq!(read.values.len(), 2);
            let lengths: Vec<_> = read.values.values().map(SealedValue::plaintext_len).collect();
            prop_assert_eq!(lengths, vec![5, 3]);
        }
    }
}
