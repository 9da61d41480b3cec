//! Newer controllers, and ones that fail halfway.

use crate::scene::{Scene, ended, plaintext, said};
use sealsmith_test_cluster::{Result, Ways};

#[test]
fn a_newer_controller_limits_requests_and_all_are_done() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(6, "{}");
    let proxy = scene.cluster.controller().put_proxy(Ways::newer())?;
    let output = folder.reseal(&scene.kubeconfig());
    ended(&output, 0);
    assert!(proxy.count_of("/v1/rotate", 429) > 0, "it was limited");
    assert!(said(&output).contains("limits requests"));
    for number in 0..6 {
        assert_eq!(folder.opened(number), plaintext(number));
    }
    Ok(())
}

#[test]
fn an_answer_without_an_entry_changes_nothing() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(1, "{}");
    let before = folder.text(0);
    let ways = Ways::same().drops("password");
    let _proxy = scene.cluster.controller().put_proxy(ways)?;
    let output = folder.reseal(&scene.kubeconfig());
    ended(&output, 1);
    assert!(said(&output).contains("leaves out key \"password\""));
    assert_eq!(folder.text(0), before);
    Ok(())
}

#[test]
fn other_statuses_of_verify_are_understood() -> Result<()> {
    let scene = Scene::alone()?;
    let folder = scene.folder(1, "{}");
    scene.cluster.controller().lose_keys()?;
    let ways = Ways::same().says("/v1/verify", 409, 422);
    let _proxy = scene.cluster.controller().put_proxy(ways)?;
    let output = folder.run(&[&["verify", "dev"], &scene.kubeconfig()[..]].concat());
    ended(&output, 1);
    assert!(said(&output).contains("the controller cannot open it"));
    Ok(())
}

#[test]
fn a_controller_that_goes_halfway_is_gone_on_with_later() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(9, "{}");
    let proxy = scene.cluster.controller().put_proxy(Ways::same())?;
    proxy.go_down_after(4, "/v1/rotate");
    let output = folder.reseal(&scene.kubeconfig());
    ended(&output, 2);
    assert!(said(&output).contains("not reached"), "{}", said(&output));
    proxy.come_back();
    let output = folder.reseal(&scene.kubeconfig());
    ended(&output, 0);
    for number in 0..9 {
        assert_eq!(folder.opened(number), plaintext(number));
    }
    Ok(())
}
