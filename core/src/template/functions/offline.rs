//! What the controller can do and Sealsmith cannot.

use super::Callable;

const GROUPS: [(&str, &[&str]); 4] = [
    (
        "it depends on the time, the time zone or both",
        &[
            "ago",
            "date",
            "date_in_zone",
            "date_modify",
            "dateInZone",
            "dateModify",
            "duration",
            "durationRound",
            "htmlDate",
            "htmlDateInZone",
            "must_date_modify",
            "mustDateModify",
            "mustToDate",
            "now",
            "toDate",
            "unixEpoch",
        ],
    ),
    (
        "the controller draws random bytes for it, each time anew",
        &[
            "bcrypt",
            "encryptAES",
            "htpasswd",
            "randAlpha",
            "randAlphaNum",
            "randAscii",
            "randBytes",
            "randInt",
            "randNumeric",
            "shuffle",
            "uuidv4",
        ],
    ),
    (
        "the controller makes a new key or certificate, each time anew",
        &[
            "buildCustomCert",
            "genCA",
            "genCAWithKey",
            "genPrivateKey",
            "genSelfSignedCert",
            "genSelfSignedCertWithKey",
            "genSignedCert",
            "genSignedCertWithKey",
        ],
    ),
    (
        "Sealsmith does not have it",
        &[
            "decryptAES",
            "derivePassword",
            "semver",
            "semverCompare",
            "urlJoin",
            "urlParse",
        ],
    ),
];

pub(super) fn find(name: &str) -> Option<Callable> {
    GROUPS.iter().find_map(|(why, names)| {
        let name = names.iter().find(|known| **known == name)?;
        Some(Callable::Offline { name, why })
    })
}
