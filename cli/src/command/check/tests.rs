use std::path::{Path, PathBuf};
use std::process::Command;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::{self, digest};
use serde_json::{Value, json};

use super::*;
use crate::cluster::stand_in::StandIn;
use crate::ui::Colour;

const FIXTURES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/cmd/repository.in/pinned"
);
const FILE: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";

const SERVICE: &str = "/api/v1/namespaces/kube-system/services/sealed-secrets";
const CERTIFICATE: &str =
    "/api/v1/namespaces/kube-system/services/http:sealed-secrets:http/proxy/v1/cert.pem";
const LEASE: &str = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/sealsmith-dev";
const APPLICATION: &str = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/app-dev";
const SEALED: &str = "/apis/bitnami.com/v1alpha1/namespaces/app-dev/sealedsecrets/db";
const SECRET: &str = "/api/v1/namespaces/app-dev/secrets/db";
const POD: &str = "/api/v1/namespaces/app-dev/pods/web-1";

/// A repository that is committed and pushed, and a cluster that is as it says.
struct World {
    folder: tempfile::TempDir,
    server: StandIn,
}

impl World {
    fn green() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            server: StandIn::start(),
        };
        world.make_repository();
        world.fill_cluster();
        world
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    fn make_repository(&self) {
        let shared = self.folder.path().join("shared.git");
        std::fs::create_dir(self.root()).unwrap();
        self.git(&[
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            text(&shared),
        ]);
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["remote", "add", "origin", text(&shared)]);
        let certificate = fixture("certs/new.pem");
        let fingerprint = Certificate::parse(&certificate).unwrap().fingerprint();
        self.write("certs/dev.pem", &certificate);
        self.write(FILE, &fixture(FILE));
        let mut lock = Lock::default();
        for (_, value) in sealed_values() {
            let sealed_at = 1_700_000_000;
            lock.add(
                digest(&value),
                lock::Entry {
                    fingerprint,
                    sealed_at,
                },
            );
        }
        self.write(lock::FILE, lock.to_string().as_bytes());
        let kubeconfig = self.server.kubeconfig();
        let policy = json!({"environments": {"dev": {
            "certificate": "certs/dev.pem",
            "fingerprints": [fingerprint.to_string()],
            "controller": {"kubeconfig": kubeconfig},
            "argocd": {},
        }}});
        self.write("sealsmith.yaml", policy.to_string().as_bytes());
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=first"]);
        self.git(&["push", "--quiet", "--set-upstream", "origin", "main"]);
    }

    fn fill_cluster(&self) {
        let ports = json!([{"name": "http", "port": 8080}]);
        self.server.put(SERVICE, json!({"spec": {"ports": ports}}));
        let certificate = String::from_utf8(fixture("certs/new.pem")).unwrap();
        self.server.put_text(CERTIFICATE, &certificate);
        let repository = self.folder.path().join("shared.git");
        let source = json!({"repoURL": format!("file://{}", repository.display()),
            "path": "envs/dev/sealed-secrets/app", "targetRevision": "main"});
        self.server.put(
            APPLICATION,
            json!({
                "metadata": {"name": "app-dev"},
                "spec": {"source": source, "syncPolicy": {"automated": {}}},
                "status": {"sync": {"status": "Synced", "revision": self.git(&["rev-parse", "HEAD"])},
                    "health": {"status": "Healthy"}, "operationState": {"phase": "Succeeded"}},
            }),
        );
        let values: serde_json::Map<_, _> = sealed_values()
            .into_iter()
            .map(|(key, value)| (key, Value::from(value)))
            .collect();
        self.server.put(
            SEALED,
            json!({"metadata": {"generation": 1}, "spec": {"encryptedData": values},
                "status": {"observedGeneration": 1, "conditions": [{"type": "Synced", "status": "True"}]}}),
        );
        self.server.put(
            SECRET,
            json!({
                "metadata": {
                    "ownerReferences": [{"kind": "SealedSecret", "name": "db"}],
                    "managedFields": [{"time": "2026-11-27T01:00:00Z", "fieldsV1": {"f:data": {}}}],
                },
                "data": {"password": "b25l", "user": "dHdv"},
            }),
        );
        let container = json!({"name": "web", "envFrom": [{"secretRef": {"name": "db"}}]});
        self.server.put(
            POD,
            json!({"metadata": {"name": "web-1"}, "spec": {"containers": [container]},
                "status": {"phase": "Running", "startTime": "2026-11-27T02:00:00Z"}}),
        );
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut object = self.server.object(path).unwrap();
        change(&mut object);
        self.server.put(path, object);
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args([
                "-c",
                "commit.gpgSign=false",
                "-c",
                "core.hooksPath=/nonexistent",
            ])
            .args(arguments)
            .current_dir(self.root())
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn check(&self) -> Checked {
        self.check_with(false)
    }

    fn check_with(&self, wait: bool) -> Checked {
        let env = Env::for_test(&self.root(), b"");
        let (ui, out, _) = Ui::captured(Colour::Never);
        let args = Args {
            environment: "dev".to_owned(),
            wait,
            timeout: None,
            terminate_stuck_sync: false,
            controller: Flags::default(),
            format: Format::Json,
        };
        let ending = run(&args, &env, &ui);
        Checked {
            ending,
            report: serde_json::from_str(&out.text()).unwrap_or_default(),
        }
    }
}

struct Checked {
    ending: Result<Ending, Failure>,
    report: Value,
}

impl Checked {
    /// `point: result` of every point that did not pass.
    fn amiss(&self) -> Vec<String> {
        let points = self.report["points"].as_array().unwrap().iter();
        points
            .filter(|point| point["result"] != "pass")
            .map(|point| {
                format!(
                    "{}: {}",
                    text_of(&point["point"]),
                    text_of(&point["result"])
                )
            })
            .collect()
    }

    /// Everything that is said about a point.
    fn says(&self, name: &str) -> String {
        let mut points = self.report["points"].as_array().unwrap().iter();
        points
            .find(|point| point["point"] == name)
            .unwrap()
            .to_string()
    }

    #[track_caller]
    fn fails_only(&self, name: &str, says: &str) {
        assert_eq!(self.amiss(), [format!("{name}: fail")], "{:#}", self.report);
        assert_eq!(self.ending.as_ref().unwrap(), &Ending::No);
        assert!(self.says(name).contains(says), "{}", self.says(name));
    }
}

fn sealed_values() -> Vec<(String, String)> {
    let text = String::from_utf8(fixture(FILE)).unwrap();
    let stream = Stream::parse(&text).unwrap();
    let secrets = sealed_secrets(&stream).unwrap();
    let items = secrets[0].items().unwrap().into_iter();
    items
        .map(|item| (item.key.to_owned(), item.text.to_owned()))
        .collect()
}

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(FIXTURES).join(path)).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn an_environment_that_is_as_its_repository_says_passes() {
    let world = World::green();
    let checked = world.check();
    assert_eq!(
        checked.amiss(),
        Vec::<String>::new(),
        "{:#}",
        checked.report
    );
    assert_eq!(checked.ending.unwrap(), Ending::Done);
    let asked = world.server.asked();
    assert!(
        asked.iter().all(|asked| asked.starts_with("GET ")),
        "{asked:?}"
    );
}

#[test]
fn waiting_reports_what_arrived() {
    let checked = World::green().check_with(true);
    assert_eq!(checked.report["arrival"]["arrived"], true);
    assert_eq!(checked.ending.unwrap(), Ending::Done);
}

#[test]
fn another_key_of_the_controller_is_seen() {
    let world = World::green();
    let other = String::from_utf8(fixture("../certs/old.pem")).unwrap();
    world.server.put_text(CERTIFICATE, &other);
    let checked = world.check();
    let expected = ["controller: fail", "certificate: fail", "sealed-for: fail"];
    assert_eq!(checked.amiss(), expected);
    assert!(checked.says("controller").contains("not pinned"));
}

#[test]
fn a_controller_under_another_name_is_told_with_the_usual_ones() {
    let world = World::green();
    world.server.remove(SERVICE);
    world
        .check()
        .fails_only("controller", "sealed-secrets-controller");
}

#[test]
fn what_is_not_committed_or_not_pushed_is_seen() {
    let world = World::green();
    let file = [fixture(FILE), b"# more\n".to_vec()].concat();
    world.write(FILE, &file);
    world.check().fails_only("repository", "is changed");
    world.git(&["commit", "--quiet", "--all", "--message=second"]);
    world
        .check()
        .fails_only("repository", "1 commit not pushed");
    world.git(&["push", "--quiet"]);
    world.check().fails_only("applications", "still at");
    world.git(&["checkout", "--quiet", "--detach"]);
    assert!(world.check().says("repository").contains("no branch"));
}

#[test]
fn a_value_that_nobody_remembers_is_seen() {
    let world = World::green();
    world.write(lock::FILE, Lock::default().to_string().as_bytes());
    world.git(&["commit", "--quiet", "--all", "--message=second"]);
    world.git(&["push", "--quiet"]);
    let checked = world.check();
    assert!(checked.amiss().contains(&"sealed-for: fail".to_owned()));
    assert!(checked.says("sealed-for").contains("not in sealsmith.lock"));
}

#[test]
fn somebody_at_work_is_named() {
    let world = World::green();
    world.server.put(
        LEASE,
        json!({"metadata": {}, "spec": {"holderIdentity": "alice@laptop/01K"}}),
    );
    world.check().fails_only("lock", "alice@laptop/01K");
}

#[test]
fn an_application_elsewhere_and_no_application_are_seen() {
    let world = World::green();
    world.change(APPLICATION, |app| {
        app["status"]["health"]["status"] = "Degraded".into();
    });
    world.check().fails_only("applications", "Degraded");
    world.change(APPLICATION, |app| {
        app["spec"]["source"]["path"] = "envs/prod".into();
    });
    world
        .check()
        .fails_only("applications", "there is none in argocd");
}

#[test]
fn a_sealed_secret_that_was_not_unsealed_is_seen_although_argo_cd_says_synced() {
    let world = World::green();
    world.change(SEALED, |sealed| sealed["metadata"]["generation"] = 2.into());
    world.check().fails_only("sealed-secrets", "generation 1");
    world.change(SEALED, |sealed| {
        sealed["spec"]["encryptedData"]["user"] = "AgB=".into();
    });
    world
        .check()
        .fails_only("sealed-secrets", "other sealed values");
    world.server.remove(SEALED);
    world
        .check()
        .fails_only("sealed-secrets", "not in the cluster");
}

#[test]
fn a_secret_that_lacks_a_key_or_belongs_to_another_is_seen() {
    let world = World::green();
    world.change(SECRET, |secret| {
        secret["data"] = json!({"password": "b25l"});
    });
    world.check().fails_only("secrets", "app-dev/db lacks user");
    world.change(SECRET, |secret| {
        secret["data"] = json!({"password": "b25l", "user": "dHdv"});
        secret["metadata"]["ownerReferences"] = json!([{"kind": "ExternalSecret", "name": "db"}]);
    });
    world
        .check()
        .fails_only("secrets", "belongs to ExternalSecret db");
    world.server.remove(SECRET);
    world.check().fails_only("secrets", "is not there");
}

#[test]
fn a_pod_older_than_its_secret_is_seen() {
    let world = World::green();
    world.change(POD, |pod| {
        pod["status"]["startTime"] = "2026-11-27T00:59:59Z".into();
    });
    world
        .check()
        .fails_only("workloads", "app-dev/web-1 started");
}

#[test]
fn a_missing_permission_leaves_a_point_open_and_exits_with_2() {
    let world = World::green();
    world.server.forbid("GET /api/v1/namespaces/app-dev/pods");
    world.server.forbid("GET /apis/coordination.k8s.io");
    let checked = world.check();
    assert_eq!(checked.amiss(), ["lock: unknown", "workloads: unknown"]);
    assert_eq!(checked.ending.err().unwrap().exit_code(), 2);
}

#[test]
fn a_controller_that_one_may_not_ask_is_no_broken_one() {
    for (forbidden, missing) in [
        (SERVICE, "read the Service"),
        (CERTIFICATE, "ask the controller"),
    ] {
        let world = World::green();
        world.server.forbid(&format!("GET {forbidden}"));
        let checked = world.check();
        assert_eq!(
            checked.amiss(),
            ["controller: unknown"],
            "{:#}",
            checked.report
        );
        assert!(checked.says("controller").contains(missing));
        assert_eq!(checked.ending.err().unwrap().exit_code(), 2);
    }
}

#[test]
fn no_api_server_is_no_answer() {
    let world = World::green();
    world.server.is_away_for(1000);
    assert_eq!(world.check().ending.err().unwrap().exit_code(), 2);
}
