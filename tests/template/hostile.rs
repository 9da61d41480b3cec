//! No template panics, overflows the stack, hangs or eats memory.

use proptest::prelude::*;
use sealsmith_core::template::Problem;

use super::{problem, rendered};

fn is_limit(source: &str) {
    let found = problem(source);
    assert!(
        matches!(found, Problem::Limit(_)),
        "{}: {found:?}",
        &source[..source.len().min(80)]
    );
}

#[test]
fn nesting_is_limited_in_every_form() {
    let deep = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(5000), close.repeat(5000))
    };
    is_limit(&format!("{{{{ {} }}}}", deep("(", "1", ")")));
    is_limit(&deep("{{ if true }}", "", "{{ end }}"));
    is_limit(&deep("{{ if false }}{{ else }}", "", "{{ end }}"));
    is_limit(&deep(
        "{{ with 1 }}{{ else }}{{ range 1 }}",
        "",
        "{{ end }}{{ end }}",
    ));
    is_limit("{{ define `x` }}{{ template `x` }}{{ end }}{{ template `x` }}");
    is_limit(
        "{{ define `x` }}{{ if true }}{{ template `x` (list .) }}{{ end }}{{ end }}{{ template `x` 1 }}",
    );
}

const DEEP_LIST: &str = "{{ $l := list }}{{ range until 98 }}{{ $l = list $l }}{{ end }}";

#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let deepest = |open: &str, close: &str| format!("{}{}", open.repeat(99), close.repeat(99));
    let parens = format!("{{{{ {}1{} }}}}", "(list ".repeat(98), ")".repeat(98));
    let sources = [
        deepest("{{ if true }}", "{{ end }}"),
        deepest("{{ range 1 }}", "{{ end }}"),
        deepest("{{ with list . }}", "{{ end }}"),
        parens.clone(),
        parens.replace("{{ ", "{{ toPrettyJson "),
        parens.replace("{{ ", "{{ deepCopy "),
        format!("{DEEP_LIST}{{{{ {}toPrettyJson $l{} }}}}", "(".repeat(97), ")".repeat(97)),
        format!("{DEEP_LIST}{{{{ {}printf `%#v` $l{} }}}}", "(".repeat(97), ")".repeat(97)),
        format!("{DEEP_LIST}{{{{ {}deepEqual $l (deepCopy $l){} }}}}", "(".repeat(97), ")".repeat(97)),
        "{{ define `x` }}{{ with (list (list .)) }}{{ template `x` (or (and .)) }}{{ end }}{{ end }}{{ template `x` 1 }}".into(),
    ];
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let run = move || sources.iter().for_each(|source| drop(rendered(source)));
    small.spawn(run).unwrap().join().unwrap();
}

#[test]
fn an_else_if_may_be_repeated_for_long() {
    let arms: String = (0..2000)
        .map(|i| format!("{{{{ else if eq {i} 1999 }}}}{i}"))
        .collect();
    assert_eq!(
        rendered(&format!("{{{{ if false }}}}{arms}{{{{ end }}}}")).unwrap(),
        "1999"
    );
}

#[test]
fn work_is_limited() {
    is_limit("{{ range 9223372036854775807 }}{{ end }}");
    is_limit(
        "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}",
    );
    is_limit("{{ until 9223372036854775807 }}");
    is_limit("{{ untilStep -9223372036854775808 9223372036854775807 1 }}");
    is_limit("{{ seq 1 9223372036854775807 }}");
    is_limit("{{ $d := dict }}{{ range until 60 }}{{ $d = dict `a` $d `b` $d }}{{ end }}{{ $d }}");
    is_limit(
        "{{ $d := dict }}{{ range until 60 }}{{ $d = dict `a` $d `b` $d }}{{ end }}{{ deepCopy $d }}",
    );
    is_limit("{{ $l := list }}{{ range until 30 }}{{ $l = concat $l $l (list 1) }}{{ end }}");
    is_limit("{{ $s := repeat 1000000 `a` }}{{ range until 5000 }}{{ $x := upper $s }}{{ end }}");
    is_limit("{{ $s := repeat 1000000 `a` }}{{ contains (cat $s `b`) (repeat 9 $s) }}");
    is_limit("{{ range until 100000 }}{{ $x := regexMatch `a{1000}` `a` }}{{ end }}");
    is_limit("{{ regexMatch `((a{1000}){1000}){1000}` `a` }}");
    is_limit(&"{{ $x := 1 }}".repeat(2000));
}

#[test]
fn text_is_limited() {
    is_limit("{{ repeat 9223372036854775807 `ab` }}");
    is_limit("{{ indent 9223372036854775807 `ab` }}");
    is_limit("{{ $s := repeat 1000000 `a` }}{{ range until 20 }}{{ $s }}{{ end }}");
    is_limit("{{ $s := repeat 1000000 `a` }}{{ replace `a` `aaaaaaaaaaaaaaaaaaaa` $s }}");
    is_limit("{{ $s := repeat 1000000 `\n` }}{{ indent 100 $s }}");
    is_limit("{{ printf `%1000000d%1000000d%1000000d` 1 1 1 | repeat 9 }}");
    is_limit(&"a".repeat((1 << 20) + 1));
    assert_eq!(rendered(&"a".repeat(1 << 20)).unwrap().len(), 1 << 20);
}

#[test]
fn a_dict_that_contains_itself_is_an_error_only_when_it_is_looked_into() {
    let itself = "{{ $d := dict }}{{ $x := set $d `d` $d }}";
    assert_eq!(
        rendered(&format!("{itself}{{{{ len $d.d.d.d }}}}")).unwrap(),
        "1"
    );
    for call in [
        "$d",
        "toJson $d",
        "deepCopy $d",
        "merge $d (deepCopy $d)",
        "print $d",
    ] {
        is_limit(&format!("{itself}{{{{ {call} }}}}"));
    }
}

fn token() -> impl Strategy<Value = String> {
    let words = "{{ }} {{- -}} ( ) | . $ $x := = , nil true if else end range with define template block break \
        continue \"a\" `b` 'c' 1 -3 2.5 0x1F 1e9 .user .password .x.y list dict index printf \"%[2]*.[1]d\" \"%v\" \
        toJson fromJson merge set $d until repeat substr regexReplaceAll \"(a*)*\" \"\\xff\" slice trunc wrap abbrev \
        and or not eq lt len first rest chunk dig round addf divf snakecase camelcase b32dec b64dec seq splitn join \
        quote indent untilStep 9223372036854775807 -9223372036854775808";
    let words: Vec<String> = words
        .split_whitespace()
        .map(|word| format!("{word} "))
        .collect();
    prop_oneof![9 => prop::sample::select(words), 1 => "\\PC{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics(source in "\\PC*") {
        drop(rendered(&source));
    }

    #[test]
    fn no_action_panics(tokens in prop::collection::vec(token(), 0..25)) {
        drop(rendered(&tokens.concat()));
        drop(rendered(&format!("{{{{ {} }}}}", tokens.concat())));
    }

    #[test]
    fn no_call_panics(name in 0..226_usize, arguments in prop::collection::vec(token(), 0..5)) {
        let name = include_str!("../vectors/template/functions.txt").lines().nth(name).unwrap();
        drop(rendered(&format!("{{{{ {name} {}}}}}", arguments.concat())));
    }
}
