//! `sealsmith check`: the checklist of an environment, read-only.

mod controller;
mod live;
pub(super) mod point;
mod repository;

use sealsmith_lint::policy::{self, Environment};

use super::Ending;
use crate::cluster::argocd::{self, Choice, Lineage};
use crate::cluster::expected::Repository;
use crate::cluster::watch::{Data, Job, Report, Stuck, Telling, watch};
use crate::cluster::{Cluster, lineage};
use crate::controller::{Flags, cluster_of};
use crate::env::git::publish::Publisher;
use crate::env::git::tree::Git;
use crate::env::{Env, Site, Workspace};
use crate::failure::Failure;
use crate::output::Format;
use crate::ui::Ui;
use point::{Outcome, Point};

const EXAMPLES: &str = "\
Examples:
  sealsmith check dev
  sealsmith check prod --format json
  sealsmith check dev --wait --timeout 5m      # after a push: until it has arrived";

/// Check that an environment is as its repository says, from the controller's key to the running pods
///
/// Without --wait nothing is changed. Each point passes, fails, or is skipped because the environment does not have
/// what it is about. Exit 1 when one fails, 2 when one could not be looked at.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml
    #[arg(value_name = "ENV")]
    environment: String,

    /// Wait first until the branch's head has arrived; asks Argo CD to look at the repository now
    #[arg(long)]
    wait: bool,

    /// How long to wait, such as 5m [default: argocd.timeout of the environment]
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = policy::Duration::parse)]
    timeout: Option<policy::Duration>,

    /// End a sync of an older commit that fails again and again and keeps the head from being applied
    #[arg(long, requires = "wait")]
    terminate_stuck_sync: bool,

    #[command(flatten)]
    controller: Flags,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// What the points are about.
struct Scene<'a> {
    env: &'a Env,
    workspace: &'a Workspace,
    name: &'a str,
    settings: &'a Environment,
    sites: Vec<Site>,
    repository: Repository,
    git: Option<Git>,
    /// The commit that should be deployed: the upstream's, or the checked-out one.
    head: Option<String>,
    /// The cluster, and the namespace in it that the controller and the lock are in.
    cluster: Option<(Cluster, String)>,
    /// Which controller is meant, where it is another than that of `sealsmith.yaml`.
    flags: &'a Flags,
}

pub(super) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let scene = Scene::of(args, env)?;
    let choice = scene.choice()?;
    let waited = args.wait.then(|| scene.wait(args, choice.as_ref(), ui));
    let waited = waited.transpose()?;
    let points = scene.points(choice.as_ref())?;
    match args.format {
        Format::Human => {
            let late = waited.filter(|report| !report.has_arrived());
            late.map_or(Ok(()), |report| report.print(ui))?;
            point::print(&points, ui)?;
        }
        Format::Json => {
            let mut report = point::as_json(scene.name, &points);
            report["arrival"] = waited.map(|report| report.as_json()).into();
            ui.line(format!("{report:#}"))?;
        }
    }
    ending(&points)
}

/// A point that failed is an answer; one that could not be looked at leaves the question open.
pub(super) fn ending(points: &[Point]) -> Result<Ending, Failure> {
    let any = |outcome| points.iter().any(|point| point.outcome == outcome);
    if any(Outcome::Fail) {
        Ok(Ending::No)
    } else if any(Outcome::Unknown) {
        Err(Failure::could_not("not every point could be looked at")
            .hint("ask for the permissions that are named above"))
    } else {
        Ok(Ending::Done)
    }
}

impl<'a> Scene<'a> {
    fn of(args: &'a Args, env: &'a Env) -> Result<Self, Failure> {
        let name = args.environment.as_str();
        let workspace = env.workspace()?;
        let settings = settings(workspace, name)?;
        let sites = workspace.files_of(name)?;
        if sites.is_empty() {
            return Err(
                Failure::could_not(format!("{name} has no sealed secrets to check"))
                    .hint("layout.allow in sealsmith.yaml says where they are"),
            );
        }
        let git = env.git()?;
        Ok(Self {
            env,
            workspace,
            name,
            settings,
            repository: Repository::read(&sites, workspace.layout())?,
            sites,
            head: git.as_ref().map(lineage::head).transpose()?.flatten(),
            git,
            cluster: cluster_of(name, &args.controller, env)?,
            flags: &args.controller,
        })
    }

    /// The Applications that deploy the environment, when it names Argo CD.
    fn choice(&self) -> Result<Option<Choice>, Failure> {
        let remote = &self.settings.git.remote;
        let publisher = self.git.as_ref().and_then(|git| Publisher::new(git).ok());
        let address = publisher.and_then(|publisher| publisher.address(remote));
        let files = self.sites.iter().map(|site| site.path.clone()).collect();
        Choice::of(self.settings.argocd.as_ref(), address.as_deref(), files)
    }

    fn points(&self, choice: Option<&Choice>) -> Result<Vec<Point>, Failure> {
        let served = controller::served(self);
        let certificate = served.as_ref().ok();
        let mut points = vec![
            controller::answers(self, &served),
            controller::lasts(self, certificate),
            repository::newest_key(self, certificate)?,
            repository::pushed(self)?,
        ];
        points.extend(match &self.cluster {
            Some((cluster, namespace)) => live::points(self, cluster, namespace, choice)?,
            None => live::skipped(),
        });
        Ok(points)
    }

    fn wait(&self, args: &Args, choice: Option<&Choice>, ui: &Ui) -> Result<Report, Failure> {
        let (Some((cluster, _)), Some(head)) = (&self.cluster, &self.head) else {
            return Err(Failure::could_not("there is nothing to wait for")
                .cause("it takes a controller in a cluster and a commit"));
        };
        let job = Job {
            commit: head,
            argocd: choice,
            expected: &self.repository.expected,
            data: Data::Any,
            telling: Telling::All,
            timeout: argocd::timeout(self.settings.argocd.as_ref(), args.timeout),
            stuck: match args.terminate_stuck_sync {
                true => Stuck::Terminate,
                false => Stuck::Leave,
            },
        };
        watch(cluster, &job, &mut |revision| self.lineage(revision), ui)
    }

    fn lineage(&self, revision: &str) -> Lineage {
        match (&self.git, &self.head) {
            (Some(git), Some(head)) => lineage::of(git, head, revision),
            _ => Lineage::Unknown,
        }
    }
}

fn settings<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Environment, Failure> {
    let Some(policy) = workspace.policy() else {
        return Err(Failure::could_not(format!(
            "cannot check {name}: there is no sealsmith.yaml that could name environments"
        ))
        .hint("sealsmith init makes one"));
    };
    policy.environment(name).ok_or_else(|| {
        let names: Vec<_> = policy.environments.names().collect();
        Failure::could_not(format!("sealsmith.yaml has no environment {name}"))
            .hint(format!("it has: {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests;
