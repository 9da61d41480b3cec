//! Readable Secrets in every shape that Kubernetes tools read one in, and what only looks like one.

use sealsmith_lint::policy::Severity;

use crate::example::{Example, line};

/// How serious what the rule says about a file is; nothing when it says nothing.
fn severity(path: &str, text: &str) -> Option<Severity> {
    let example = Example::parse("-- README.md --\ntext\n").with(path.as_bytes(), text.as_bytes());
    let report = example.check();
    let findings = report.findings.iter();
    let mut of_rule = findings.filter(|finding| finding.rule.name == "plaintext-secret");
    let found = of_rule.next()?;
    assert!(
        !line(found).contains("hunter2") && !line(found).contains("aHVudGVyMg"),
        "{}: the value is shown",
        line(found)
    );
    Some(found.severity)
}

fn assert_found(name: &str, text: &str) {
    assert_eq!(
        severity("apps/a/x.yaml", text),
        Some(Severity::Error),
        "{name}:\n{text}"
    );
}

fn assert_passes(name: &str, path: &str, text: &str) {
    assert_eq!(severity(path, text), None, "{name}:\n{text}");
}

/// The shapes of section 1.1 of the design, of which the usual hook misses nine.
#[test]
fn every_shape_that_gos_parser_takes_for_a_secret_is_found() {
    let data = "metadata: {name: x}\nstringData: {password: hunter2}\n";
    for (name, text) in [
        ("block", format!("apiVersion: v1\nkind: Secret\n{data}")),
        ("flow", "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {password: hunter2}}\n".to_owned()),
        ("quotes", format!("apiVersion: 'v1'\nkind: \"Secret\"\n{data}")),
        ("blanks", format!("apiVersion:   v1\nkind:\t Secret   # {{{{ no }}}}\n{data}").replace('\t', " ")),
        ("alias", format!("x: &k Secret\napiVersion: v1\nkind: *k\n{data}")),
        ("byte order mark", format!("\u{feff}apiVersion: v1\nkind: Secret\n{data}")),
        ("second document behind a byte order mark", format!("a: 1\n---\n\u{feff}apiVersion: v1\nkind: Secret\n{data}")),
        ("escape", format!("apiVersion: v1\nkind: \"S\\x65cret\"\n{data}")),
        ("escaped key", format!("apiVersion: v1\n\"k\\u0069nd\": Secret\n{data}")),
        ("JSON", "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"x\"}, \"data\": {\"p\": \"aHVudGVyMg==\"}}".to_owned()),
        ("JSON with an escape", "{\"apiVersion\": \"v1\", \"kind\": \"\\u0053ecret\", \"data\": {\"p\": \"aHVudGVyMg==\"}}".to_owned()),
        ("List", format!("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  {}", data.replace("\ns", "\n  s"))),
        ("List in a List", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, data: {p: aHVudGVyMg==}}]}\n".to_owned()),
        ("SecretList", "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: x}, data: {p: aHVudGVyMg==}}]\n".to_owned()),
        ("merge key", format!("base: &b {{apiVersion: v1, kind: Secret}}\n<<: *b\n{data}")),
        ("merge key for the data", "base: &b {stringData: {p: hunter2}}\napiVersion: v1\nkind: Secret\n<<: *b\n".to_owned()),
        ("NEL", format!("apiVersion: v1\nkind: ConfigMap # note\u{85}kind: Secret\n{data}")),
        ("LS", format!("apiVersion: v1\nkind: ConfigMap # note\u{2028}kind: Secret\n{data}")),
        ("PS", format!("apiVersion: v1 # note\u{2029}kind: Secret\n{data}")),
        ("? key", format!("apiVersion: v1\n? kind\n: Secret\n{data}")),
        ("tag", format!("apiVersion: v1\nkind: !!str Secret\n{data}")),
        ("anchor and tag", format!("apiVersion: v1\nkind: &a !<tag:yaml.org,2002:str> Secret\n{data}")),
        ("folded scalar", format!("apiVersion: v1\nkind: >-\n  Secret\n{data}")),
        ("kind twice", format!("apiVersion: v1\nkind: ConfigMap\nkind: Secret\n{data}")),
        ("other letters", format!("apiversion: v1\nKind: Secret\n{data}")),
        ("content on the marker", "a: 1\n--- {apiVersion: v1, kind: Secret, stringData: {p: hunter2}}\n".to_owned()),
        ("after an end", format!("a: 1\n...\napiVersion: v1\nkind: Secret\n{data}")),
        ("CRLF", format!("apiVersion: v1\nkind: Secret\n{data}").replace('\n', "\r\n")),
        ("CR alone", format!("apiVersion: v1\nkind: Secret\n{data}").replace('\n', "\r")),
        ("behind a broken document", format!("a: [\n---\napiVersion: v1\nkind: Secret\n{data}")),
        ("no apiVersion", format!("kind: Secret\n{data}")),
        ("one value among placeholders", "apiVersion: v1\nkind: Secret\nstringData: {a: \"${A}\", b: hunter2}\n".to_owned()),
    ] {
        assert_found(name, &text);
    }
}

#[test]
fn patches_of_kustomize_are_secrets_too() {
    for (name, text) in [
        (
            "strategic merge",
            "kind: Kustomization\npatches:\n- patch: |\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: x}\n    stringData: {p: hunter2}\n",
        ),
        (
            "the older field",
            "kind: Kustomization\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Secret\n  metadata: {name: x}\n  data: {p: aHVudGVyMg==}\n",
        ),
        (
            "JSON patch",
            "kind: Kustomization\npatches:\n- target: {kind: Secret, name: x}\n  patch: |\n    - op: add\n      path: /data/p\n      value: aHVudGVyMg==\n",
        ),
        (
            "JSON patch in a file",
            "- op: replace\n  path: /stringData/p\n  value: hunter2\n",
        ),
    ] {
        assert_found(name, text);
    }
    assert_passes(
        "a deletion",
        "apps/a/x.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n$patch: delete\n",
    );
    assert_passes(
        "a deletion of data",
        "apps/a/x.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {$patch: delete}\n",
    );
}

#[test]
fn a_secret_inside_a_text_warns() {
    let inner =
        "      apiVersion: v1\n      kind: Secret\n      stringData:\n        password: hunter2\n";
    let text = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  x.yaml: |\n{inner}")
        .replace("      ", "    ");
    assert_eq!(severity("apps/a/x.yaml", &text), Some(Severity::Warning));
    let json = "apiVersion: v1\nkind: ConfigMap\ndata:\n  x: '{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"p\":\"aHVudGVyMg==\"}}'\n";
    assert_eq!(severity("apps/a/x.yaml", json), Some(Severity::Warning));
    let manifests = "kind: Application\napiVersion: argoproj.io/v1alpha1\nspec:\n  x: &a\n    apiVersion: v1\n    kind: Secret\n    data: {p: aHVudGVyMg==}\n";
    assert_eq!(severity("apps/a/x.yaml", manifests), Some(Severity::Error));
}

#[test]
fn helm_templates_are_scanned_line_by_line() {
    let template = "{{- if .Values.x }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n  user: {{ .Values.user }}\n  password: hunter2\n{{- end }}\n";
    let path = "charts/a/templates/secret.yaml";
    assert_eq!(severity(path, template), Some(Severity::Error));
    for value in [
        "{{ .Values.x }}",
        "{{ .Values.x | b64enc | quote }}",
        "\"{{ .Values.x }}\"",
        "\"\"",
        "{{ randAlphaNum 32 | b64enc }}",
    ] {
        let text = template.replace("hunter2", value);
        assert_passes("filled in by Helm", path, &text);
    }
}

#[test]
fn what_holds_no_value_is_no_plaintext() {
    let secret =
        |rest: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\n{rest}\n");
    for (name, text) in [
        ("no data", secret("type: Opaque")),
        ("empty data", secret("data: {}")),
        ("null data", secret("data: ~\nstringData:")),
        ("empty values", secret("stringData: {a: '', b: ~, c: \"  \"}")),
        ("substitution", secret("stringData: {a: \"${A}\", b: \"$(B)\"}")),
        ("Argo CD Vault plugin", secret("stringData: {a: <path:kv/data/x#y>, b: \"<b | base64encode>\"}")),
        ("encoded placeholder", secret("data: {a: JHtEQl9QQVNTV09SRH0=}")),
        ("service account token", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n  annotations: {kubernetes.io/service-account.name: x}\ntype: kubernetes.io/service-account-token\n".to_owned()),
        ("another group", "apiVersion: other.example/v1\nkind: Secret\nstringData: {a: hunter2}\n".to_owned()),
        ("a reference", "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\nref: {apiVersion: v1, kind: Secret, name: x}\n".to_owned()),
        ("a list of references", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nreplacements: [{source: {kind: Secret, name: x}}]\n".to_owned()),
    ] {
        assert_passes(name, "apps/a/x.yaml", &text);
    }
}

#[test]
fn sops_passes_unless_one_key_was_left_out() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  a: ENC[AES256_GCM,data:aa,iv:bb,tag:cc,type:str]\n  b: VALUE\nsops:\n  mac: ENC[AES256_GCM,data:aa,iv:bb,tag:cc,type:str]\n  version: 3.9.0\n";
    let encrypted = text.replace("VALUE", "ENC[AES256_GCM,data:dd,iv:ee,tag:ff,type:str]");
    assert_passes("encrypted", "apps/a/x.yaml", &encrypted);
    assert_found("a key that was left out", &text.replace("VALUE", "hunter2"));
    let claimed = encrypted
        .split("sops:")
        .next()
        .expect("there is a first part");
    assert_found("the form without the notes of SOPS", claimed);
}

#[test]
fn copies_that_editors_leave_are_looked_at() {
    let text = "apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n";
    for path in [
        "x.yaml.bak",
        "x.YAML",
        "x.yaml~",
        ".x.yaml.swp",
        "x.json.orig",
        "x.yaml.tpl",
    ] {
        assert_eq!(severity(path, text), Some(Severity::Error), "{path}");
    }
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [b"\xff\xfe".as_slice(), &utf16].concat();
    let report = Example::parse("-- README.md --\ntext\n")
        .with(b"x.yaml", &bytes)
        .check();
    let rules: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.rule.name)
        .collect();
    assert!(
        rules.contains(&"plaintext-secret") && rules.contains(&"unreadable-input"),
        "{rules:?}"
    );
}
