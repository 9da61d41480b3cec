//! What AWS can do.

use serde_json::json;

use super::faults::{EVERYWHERE, Fault, Healing, Meets};
use crate::side_by_side::desk::Desk;

/// Every call that the operator makes.
const OPERATOR: [&str; 6] = [
    "GetUser",
    "ListAccessKeys",
    "GetAccessKeyLastUsed",
    "CreateAccessKey",
    "UpdateAccessKey",
    "DeleteAccessKey",
];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "AWS: every call is denied",
        pieces: EVERYWHERE,
        strikes: |desk| {
            OPERATOR.iter().for_each(|action| deny(desk, action));
            healed()
        },
        meets: Meets::Either,
    },
    Fault {
        name: "AWS: every call is throttled twice",
        pieces: &[
            "creating",
            "proving",
            "deactivating",
            "deleting",
            "undo: reviving",
            "undo: withdrawing",
        ],
        strikes: |desk| {
            for action in OPERATOR.iter().chain(&["GetCallerIdentity"]) {
                // Making a key is never sent twice.
                if *action != "CreateAccessKey" {
                    desk.aws.fault(action, "throttle", 2);
                }
            }
            healed()
        },
        meets: Meets::Passes,
    },
    Fault {
        name: "AWS: 500 and nothing done, twice",
        pieces: &[
            "proving",
            "deactivating",
            "deleting",
            "undo: reviving",
            "undo: withdrawing",
        ],
        strikes: |desk| {
            for action in ["GetCallerIdentity", "UpdateAccessKey", "DeleteAccessKey"] {
                desk.aws.fault(action, "before500", 2);
            }
            healed()
        },
        meets: Meets::Passes,
    },
    Fault {
        name: "AWS: done, and the answer is lost",
        pieces: &[
            "deactivating",
            "deleting",
            "undo: reviving",
            "undo: withdrawing",
        ],
        strikes: |desk| {
            desk.aws.fault("UpdateAccessKey", "drop_after", 1);
            desk.aws.fault("DeleteAccessKey", "drop_after", 1);
            healed()
        },
        meets: Meets::Passes,
    },
    create("CreateAccessKey: the answer is lost", |desk| {
        desk.aws.fault("CreateAccessKey", "drop_after", 1);
        healed()
    }),
    create("CreateAccessKey: the answer comes too late", |desk| {
        desk.aws.slow("CreateAccessKey", 75);
        healed()
    }),
    create("CreateAccessKey: 500 after it was done", |desk| {
        desk.aws.fault("CreateAccessKey", "after500", 1);
        healed()
    }),
    create("CreateAccessKey: half an answer", |desk| {
        desk.aws.fault("CreateAccessKey", "garbled_after", 1);
        healed()
    }),
    create("CreateAccessKey: 500 and nothing done", |desk| {
        desk.aws.fault("CreateAccessKey", "before500", 1);
        healed()
    }),
    create("CreateAccessKey: connection closed", |desk| {
        desk.aws.fault("CreateAccessKey", "drop_before", 1);
        healed()
    }),
    create("CreateAccessKey: throttled", |desk| {
        desk.aws.fault("CreateAccessKey", "throttle", 1);
        healed()
    }),
    create("CreateAccessKey: LimitExceeded", |desk| {
        let message = "Cannot exceed quota for AccessKeysPerUser: 2";
        desk.aws
            .refuse("CreateAccessKey", 409, "LimitExceeded", message);
        healed()
    }),
    Fault {
        name: "AWS: the new key is unknown for 4 seconds",
        pieces: &["proving"],
        strikes: |desk| {
            desk.aws.delay(4.0);
            Box::new(|desk| desk.aws.delay(0.0))
        },
        meets: Meets::Passes,
    },
    Fault {
        name: "AWS: the signature does not match",
        pieces: &["proving"],
        strikes: |desk| {
            desk.aws
                .refuse("GetCallerIdentity", 403, "SignatureDoesNotMatch", "no");
            healed()
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "AWS: the bucket is denied",
        pieces: &["proving", "checking consumers", "deactivating"],
        strikes: |desk| {
            refuse(desk, "s3:GET");
            healed()
        },
        meets: Meets::Stops,
    },
];

const fn create(name: &'static str, strikes: fn(&Desk) -> Healing) -> Fault {
    let pieces = &["creating"];
    let meets = Meets::Stops;
    Fault {
        name,
        pieces,
        strikes,
        meets,
    }
}

fn deny(desk: &Desk, action: &str) {
    refuse(desk, action);
}

fn refuse(desk: &Desk, action: &str) {
    let message = "User: arn:aws:iam::123456789012:user/operator is not authorized to perform this";
    desk.aws.order(
        json!({"fault": {"action": action, "mode": "error", "status": 403,
        "code": "AccessDenied", "message": message, "times": 100_000}}),
    );
}

fn healed() -> Healing {
    Box::new(|desk| desk.aws.clear())
}
