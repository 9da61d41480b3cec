//! Before anything happens at AWS: is all as the policy says, is everything at rest, and is there a way back?

use sealsmith_lint::policy::{self, Guarded, Rotation};

use super::Args;
use super::choice::{Choice, choose};
use super::message;
use super::pieces;
use super::plan::Plan;
use super::seal::Targets;
use crate::aws::{Account, Identity};
use crate::backup::{AccessKey as Backup, Store};
use crate::certificates::Recipient;
use crate::cluster::watch::{Data, Telling};
use crate::controller;
use crate::env::{Env, clock};
use crate::failure::Failure;
use crate::operation::change::{Change, PlannedFile};
use crate::operation::{Arriving, Desk, Surroundings, checks};
use crate::ui::printable;

/// What `sealsmith.yaml` says about the access key of an environment.
pub(super) fn settings<'e>(environment: &str, env: &'e Env) -> Result<&'e policy::Aws, Failure> {
    let workspace = env.workspace()?;
    let Some(policy) = workspace.policy() else {
        return Err(Failure::could_not(
            "there is no sealsmith.yaml that says whose access key is rotated",
        ));
    };
    let Some(found) = policy.environment(environment) else {
        let names: Vec<_> = policy.environments.names().collect();
        return Err(
            Failure::could_not(format!("sealsmith.yaml has no environment {environment}"))
                .hint(format!("it has: {}", names.join(", "))),
        );
    };
    let settings = found.aws.as_ref().ok_or_else(|| {
        Failure::could_not(format!(
            "sealsmith.yaml says nothing about an access key of {environment}"
        ))
        .hint(format!(
            "environments.{environment}.aws names account-id, user, secret and apps"
        ))
    })?;
    let mut rules = policy.secrets.iter();
    let rule = rules.find(|rule| *rule.id == *settings.secret);
    match rule {
        Some(rule) if rule.rotation == Rotation::Manual => Err(Failure::refused(format!(
            "{} is changed by people only",
            *rule.id
        ))
        .cause(rule.reason.as_str())
        .hint("sealsmith.yaml calls it `manual`: set the new value with `sealsmith set`")),
        _ => Ok(settings),
    }
}

/// The cluster, without which nobody can tell whether the consumers have the new key.
pub(super) fn surroundings<'a>(desk: &'a Desk<'a>) -> Result<Surroundings<'a>, Failure> {
    Surroundings::of(desk)?.ok_or_else(|| {
        Failure::could_not(format!(
            "the controller of {} is not reached through a cluster",
            desk.environment
        ))
        .cause("whether each consumer has the new key can be seen in its cluster alone, and before that no key is retired")
        .hint("name the kubeconfig context in sealsmith.yaml, or pass --context NAME")
    })
}

/// The account, with the credentials of whoever does it.
pub(super) fn account(
    args: &Args,
    settings: &policy::Aws,
    desk: &Desk<'_>,
) -> Result<Account, Failure> {
    let profile = args.profile.as_deref().or(settings.profile.as_deref());
    Account::connect(profile, args.endpoint_url.as_deref(), desk.env)
}

/// The same for a rotation that has begun, with the flags that it began with.
pub(super) fn account_of(
    args: &Args,
    settings: &policy::Aws,
    plan: &Plan,
    desk: &Desk<'_>,
) -> Result<Account, Failure> {
    let profile = [&args.profile, &plan.profile, &settings.profile];
    let endpoint = args.endpoint_url.as_ref().or(plan.endpoint.as_ref());
    let profile = profile.into_iter().find_map(Option::as_deref);
    Account::connect(profile, endpoint.map(String::as_str), desk.env)
}

/// Refuses to go on when the policy is about another user now.
pub(super) fn refuse_other(settings: &policy::Aws, plan: &Plan) -> Result<(), Failure> {
    let now = (settings.account_id.as_str(), settings.user.as_str());
    if now == (plan.account.as_str(), plan.user.as_str()) {
        return Ok(());
    }
    Err(
        Failure::refused("sealsmith.yaml is about another user than when the rotation began")
            .cause(format!(
                "it began with {} in account {}",
                plan.user, plan.account
            ))
            .cause(format!(
                "sealsmith.yaml names {} in account {}",
                now.1, now.0
            ))
            .hint("bring the settings back until the rotation is over"),
    )
}

/// Works out the plan, and shows it.
pub(super) fn prepare(
    args: &Args,
    settings: &policy::Aws,
    desk: &Desk<'_>,
    surroundings: &Surroundings<'_>,
    account: &Account,
    store: &Store,
) -> Result<Plan, Failure> {
    let targets = Targets::find(settings, desk)?;
    let recipient = recipient(desk)?;
    let change = change(&targets, desk)?;
    safe(&targets, &change, desk)?;
    let caller = account.caller()?;
    refuse_account(&caller, settings)?;
    let user = account.user(&settings.user)?.ok_or_else(|| {
        Failure::refused(format!(
            "account {} has no IAM user {}",
            caller.account,
            printable(&settings.user)
        ))
        .hint(format!(
            "environments.{}.aws.user names it",
            desk.environment
        ))
    })?;
    let keys = account.keys(&user.name)?;
    let grace = args
        .grace
        .unwrap_or_else(|| settings.grace(is_protected(desk)));
    let soak = args
        .soak
        .unwrap_or_else(|| settings.soak(is_protected(desk)));
    let places = surroundings.places(&change)?;
    let holders = super::holders::find(surroundings, &places, &settings.keys.id)?;
    super::holders::warn_about_strangers(&holders, &keys, desk.ui);
    let now = clock::now();
    let Choice { old, spare } = choose(
        &user.name,
        &keys,
        &holders,
        &args.given_up(),
        grace.as_seconds(),
        now,
    )?;
    store.check(Backup::ROOM)?;
    at_rest(&change, surroundings, desk)?;
    let plan = Plan {
        account: caller.account.clone(),
        user: user.name,
        operator: caller.arn.clone(),
        user_arn: user.arn,
        profile: args.profile.clone(),
        endpoint: args.endpoint_url.clone(),
        old: old.as_str().to_owned(),
        spare: spare.map(|spare| spare.id().as_str().to_owned()),
        before: Vec::new(),
        asked: None,
        new: None,
        backup: None,
        key: recipient.fingerprint().to_string(),
        certificate: recipient.certificate.to_pem(),
        apps: settings.apps.clone(),
        grace: grace.as_seconds(),
        soak: soak.as_seconds(),
        in_use: None,
        inactive: None,
        overridden: Vec::new(),
        change,
        undo: None,
    };
    if !desk.quiet {
        let pieces = pieces::forward().map(|piece| piece.says);
        message::intention(desk.environment, &plan, &keys, &pieces, desk.ui);
        let kept = match store.seals() {
            true => "an encrypted copy of the new key is kept in",
            false => "a copy of the new key is kept in",
        };
        desk.say(format!("  {kept} {}", crate::ui::shown(store.folder())));
    }
    Ok(plan)
}

/// Asks before a protected environment changes.
pub(super) fn agreed(args: &Args, desk: &Desk<'_>, plan: &Plan) -> Result<bool, Failure> {
    if args.yes || !is_protected(desk) {
        return Ok(true);
    }
    let question = format!(
        "Rotate the access key of {} in {}?",
        printable(&plan.user),
        desk.environment
    );
    desk.ui.confirm(&question)
}

pub(super) fn is_protected(desk: &Desk<'_>) -> bool {
    let workspace = desk.env.workspace();
    workspace.is_ok_and(|workspace| workspace.is_protected(desk.environment))
}

/// The certificate of the environment, which has to be the one that its controller serves.
fn recipient(desk: &Desk<'_>) -> Result<Recipient, Failure> {
    let recipient = Recipient::of_environment(desk.environment, desk.env, desk.ui)?;
    let controller = controller::of_environment(desk.environment, desk.controller, desk.env)?;
    let served = controller.certificate()?.fingerprint();
    let own = recipient.fingerprint();
    if served == own {
        return Ok(recipient);
    }
    Err(Failure::refused(format!(
        "{} serves another certificate than that of {}",
        controller.title(),
        desk.environment
    ))
    .cause(format!("it serves {served}"))
    .cause(format!("the environment's certificate has {own}"))
    .hint(format!(
        "if its key was renewed: sealsmith reseal {} --fingerprint {served}",
        desk.environment
    )))
}

fn change(targets: &Targets, desk: &Desk<'_>) -> Result<Change, Failure> {
    let root = desk.publisher.root();
    let files = targets.paths(desk)?;
    let files = files
        .iter()
        .map(|path| PlannedFile::of(root, path))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Change {
        root: root.display().to_string(),
        files,
        git: checks::route(desk, true)?,
    })
}

/// Git could bring everything back, and our commit would be the only new one.
fn safe(targets: &Targets, change: &Change, desk: &Desk<'_>) -> Result<(), Failure> {
    let workspace = desk.env.workspace()?;
    let paths: Vec<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
    workspace.refuse_unless_safe(Guarded::Rotate, &paths)?;
    checks::ours(workspace, change)?;
    checks::known(workspace, targets.sites())?;
    let Some(to) = &change.git.to else {
        return Err(Failure::refused(
            "this repository has no remote, so that nothing would reach the applications",
        )
        .hint("git remote add origin URL"));
    };
    checks::up_to_date(&desk.publisher, &change.git.base, to)
}

pub(super) fn refuse_account(caller: &Identity, settings: &policy::Aws) -> Result<(), Failure> {
    let wanted = settings.account_id.as_str();
    if caller.account == wanted {
        return Ok(());
    }
    Err(
        Failure::refused("these are credentials of another AWS account")
            .cause(format!(
                "{} is in account {}",
                printable(&caller.arn),
                caller.account
            ))
            .cause(format!("sealsmith.yaml names account {wanted}"))
            .hint("choose the profile with --profile NAME or AWS_PROFILE"),
    )
}

/// Refuses to begin in a cluster that has not arrived where the repository is: a trouble that was there before would be
/// taken for one of the rotation.
fn at_rest(
    change: &Change,
    surroundings: &Surroundings<'_>,
    desk: &Desk<'_>,
) -> Result<(), Failure> {
    desk.say("looking whether everything is at rest");
    let report = surroundings.see_through_within(
        Arriving {
            change,
            commit: &change.git.base,
            data: Data::Any,
            telling: Telling::Troubles,
        },
        REST,
    )?;
    if report.has_arrived() {
        return Ok(());
    }
    report.print(desk.ui)?;
    Err(Failure::refused(format!(
        "{} is not at rest: the cluster does not have what the repository has",
        desk.environment
    ))
    .hint(format!(
        "see `sealsmith check {}`, and rotate once all is well",
        desk.environment
    )))
}

/// How long an environment that is at rest may take to show it.
const REST: std::time::Duration = std::time::Duration::from_secs(30);
