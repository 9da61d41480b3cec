//! The three ways.

use crate::scene::{Scene, ended, plaintext, said};
use sealsmith_test_cluster::Result;

#[test]
fn cluster_url_and_keys_give_equal_plaintexts_and_change_nothing_else() -> Result<()> {
    let scene = Scene::lent()?;
    let kubeconfig = scene.kubeconfig();
    let url = scene.cluster.controller().url();
    let fetched = [&kubeconfig[..], &["--fetch-keys"]].concat();
    let url = ["--controller-url", url.as_str()];
    for (name, flags, policy) in [
        ("cluster", &kubeconfig[..], "{}"),
        ("url", &url[..], "{}"),
        ("fetched", &fetched[..], "{}"),
        ("keys", &[][..], "{keys: keys}"),
    ] {
        let folder = scene.folder(3, policy);
        let before = folder.text(1);
        let output = folder.reseal(flags);
        ended(&output, 0);
        assert!(said(&output).contains("changed 9 values in 3 files"));
        for number in 0..3 {
            assert_eq!(folder.opened(number), plaintext(number), "{name}");
        }
        let lines = |text: &str| {
            text.lines()
                .map(|line| line.split(": Ag").next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&folder.text(1)), lines(&before), "{name}");
        let again = folder.reseal(flags);
        ended(&again, 0);
        assert!(said(&again).contains("nothing to do"), "{}", said(&again));
    }
    Ok(())
}

#[test]
fn the_certificate_is_the_same_in_each_way() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(0, "{keys: keys-as-secrets}");
    let served = scene.cluster.controller().certificate()?;
    let kubeconfig = scene.kubeconfig();
    let through = folder.run(&[&["cert", "fetch"], &kubeconfig[..]].concat());
    ended(&through, 0);
    let url = scene.cluster.controller().url();
    let direct = folder.run(&["cert", "fetch", "--controller-url", &url]);
    ended(&direct, 0);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert_eq!(text(&through.stdout), served.trim());
    assert_eq!(through.stdout, direct.stdout);
    Ok(())
}

#[test]
fn verify_asks_about_each_sealed_secret() -> Result<()> {
    let scene = Scene::alone()?;
    let folder = scene.folder(2, "{}");
    let verify = [&["verify", "dev"], &scene.kubeconfig()[..]].concat();
    let output = folder.run(&verify);
    ended(&output, 0);
    assert!(said(&output).contains("2 SealedSecrets in 2 files open"));
    scene.cluster.controller().lose_keys()?;
    let output = folder.run(&verify);
    ended(&output, 1);
    assert!(said(&output).contains("sealed for another key"));
    Ok(())
}
