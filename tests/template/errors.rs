//! Each failure says what kind it is and where, and never a value.

use sealsmith_core::template::{Position, Problem};

use super::{problem, rendered};

#[test]
fn an_error_names_the_key_and_the_place() {
    let error = rendered("user={{ .user }}\nü={{ .user.name }}").unwrap_err();
    assert_eq!(error.at, Position { line: 2, column: 6 });
    assert_eq!(
        error.to_string(),
        r#"template "app.conf", line 2, column 6: can't evaluate field name in type string"#
    );
}

#[test]
fn a_template_that_does_not_parse_is_a_syntax_error() {
    for source in [
        "{{ .user",
        "{{ if }}{{ end }}",
        "{{ end }}",
        "{{ $x }}",
        "{{ \"\\q\" }}",
        "{{ range 1 }}",
    ] {
        assert!(matches!(problem(source), Problem::Syntax(_)), "{source}");
    }
}

#[test]
fn a_function_of_helm_or_of_the_environment_is_unknown_to_the_controller_too() {
    for name in [
        "required",
        "include",
        "toYaml",
        "tpl",
        "lookup",
        "env",
        "expandenv",
        "getHostByName",
    ] {
        let error =
            rendered(&format!("{{{{ if false }}}}{{{{ {name} }}}}{{{{ end }}}}")).unwrap_err();
        assert_eq!(error.problem, Problem::UnknownFunction(name.to_owned()));
        assert!(error.to_string().ends_with(
            "is not defined: the controller does not have it either and would refuse this SealedSecret"
        ));
    }
}

#[test]
fn what_depends_on_time_or_chance_is_refused_where_it_is_reached() {
    for call in [
        "now",
        "date \"2006\" now",
        "randAlphaNum 9",
        "genPrivateKey \"rsa\"",
        "htpasswd \"a\" \"b\"",
        "uuidv4",
    ] {
        let found = problem(&format!("{{{{ {call} }}}}"));
        assert!(
            matches!(found, Problem::Unsupported { .. }),
            "{call}: {found:?}"
        );
        assert_eq!(
            rendered(&format!("{{{{ if false }}}}{{{{ {call} }}}}{{{{ end }}}}x")).unwrap(),
            "x"
        );
    }
    let message = rendered("{{ now }}").unwrap_err().to_string();
    assert!(
        message.ends_with(
            "now is not supported offline: it depends on the time, the time zone or both"
        )
    );
}

#[test]
fn the_text_given_to_fail_is_not_repeated() {
    let error = rendered("{{ fail .password }}").unwrap_err();
    assert_eq!(error.problem, Problem::FailCalled);
    assert!(error.to_string().ends_with("fail was called"));
}

#[test]
fn no_error_holds_a_value() {
    let calls = [
        "upper 1 .password",
        "add .password | upper",
        "index .password 99",
        "index . 1",
        "index (list 1) .password",
        "call .password",
        "fail .password",
        "mustFromJson .password",
        "regexFind (cat \"(\" .password) \"x\"",
        "mustRegexMatch (print \"(\" .password) .password",
        "first .password",
        "substr 50 3 .password",
        "lt .password 1",
        "len 1 | index .password .password",
        "template .password",
        "dig .password 1 .user",
        "eq .password 1",
        "repeat (atoi .password) 1",
        "slice .password",
        "range .password",
        "ternary 1 2 .password",
        "get (dict) 1 .password",
        "set .password .password 1",
        "(dict \"a\" .password).a.b",
        "divf .password 0",
    ];
    for call in calls {
        let error = rendered(&format!("{{{{ {call} }}}}")).unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("s3cr3t"), "{call}: {shown}");
        }
    }
}
