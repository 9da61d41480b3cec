//! What can be wrong with the cluster.

use super::faults::{EVERYWHERE, Fault, Healing, Meets};
use crate::side_by_side::desk::Desk;
use crate::stand_in::Trouble;

const ALWAYS: usize = usize::MAX;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "cluster: the API server is away",
        pieces: EVERYWHERE,
        strikes: |desk| {
            desk.cluster.fails("", Trouble::Closed, ALWAYS);
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: Secrets may not be read",
        pieces: EVERYWHERE,
        strikes: |desk| {
            desk.cluster
                .fails("/secrets/", Trouble::Status(403), ALWAYS);
            healed()
        },
        meets: Meets::Either,
    },
    Fault {
        name: "cluster: Argo CD never syncs",
        pieces: &["pushing"],
        strikes: |desk| {
            desk.cluster.world().argocd.stopped = true;
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: Argo CD retries an older commit",
        pieces: &["committing"],
        strikes: |desk| {
            let mut world = desk.cluster.world();
            let world = &mut *world;
            world.argocd.gets_stuck(&mut world.objects);
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: the controller is stopped",
        pieces: &["pushing"],
        strikes: |desk| {
            desk.cluster.world().controller.stopped = true;
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: the controller cannot decrypt",
        pieces: &["pushing"],
        strikes: |desk| {
            desk.cluster.world().controller.lost_its_keys = true;
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: new pods do not become ready",
        pieces: &["pushing"],
        strikes: |desk| {
            desk.cluster.world().workloads.stuck = true;
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "cluster: 500 to every third request, for a while",
        pieces: &[
            "arriving",
            "checking consumers",
            "deactivating",
            "undo: returning",
        ],
        strikes: |desk| {
            desk.cluster
                .fails("GET /apis/argoproj.io", Trouble::Status(500), 3);
            desk.cluster
                .fails("GET /apis/bitnami.com", Trouble::Status(503), 3);
            desk.cluster.fails("/secrets/", Trouble::Closed, 3);
            desk.cluster.fails("/pods", Trouble::Status(429), 3);
            healed()
        },
        meets: Meets::Passes,
    },
    Fault {
        name: "cluster: a question is never answered",
        pieces: &["arriving"],
        strikes: |desk| {
            desk.cluster
                .fails("GET /apis/argoproj.io", Trouble::Hangs, 1);
            healed()
        },
        meets: Meets::Either,
    },
    Fault {
        name: "cluster: the answer to the lock is lost",
        pieces: &["arriving"],
        strikes: |desk| {
            desk.cluster.fails("/leases", Trouble::Lost, 1);
            healed()
        },
        meets: Meets::Either,
    },
];

fn healed() -> Healing {
    Box::new(|desk: &Desk| desk.cluster.recovers())
}
