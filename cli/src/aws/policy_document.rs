//! The least an operator may be allowed, as an IAM policy.

use serde::Serialize;

use super::action::Action;

/// What is done to the user: its own ARN covers all of it.
const ACTIONS: [Action; 6] = [
    Action::GetUser,
    Action::ListAccessKeys,
    Action::GetAccessKeyLastUsed,
    Action::CreateAccessKey,
    Action::UpdateAccessKey,
    Action::DeleteAccessKey,
];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: [Statement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: [&'static str; 6],
    resource: [String; 2],
}

/// Writes the policy that lets an operator rotate the access keys of one user, and nothing else.
///
/// The partition is `aws` unless given. The user's path is not known here; a name is unique in its account whatever the path, so both
/// ARNs are of the same user. `sts:GetCallerIdentity` needs no permission.
pub(crate) fn policy_document(account: &str, user: &str, partition: Option<&str>) -> String {
    let partition = partition.unwrap_or("aws");
    let resource =
        ["", "*/"].map(|path| format!("arn:{partition}:iam::{account}:user/{path}{user}"));
    let statement = Statement {
        sid: "SealsmithRotatesAccessKeys",
        effect: "Allow",
        action: ACTIONS.map(Action::name),
        resource,
    };
    let document = Document {
        version: "2012-10-17",
        statement: [statement],
    };
    serde_json::to_string_pretty(&document).expect("texts always become JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_about_one_user_and_its_keys() {
        let text = policy_document("111122223333", "deployer", Some("aws-cn"));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let statement = &json["Statement"][0];
        assert_eq!(json["Version"], "2012-10-17");
        assert_eq!(json["Statement"].as_array().unwrap().len(), 1);
        assert_eq!(
            statement["Resource"],
            serde_json::json!([
                "arn:aws-cn:iam::111122223333:user/deployer",
                "arn:aws-cn:iam::111122223333:user/*/deployer"
            ])
        );
        let actions = statement["Action"].as_array().unwrap();
        assert_eq!(actions.len(), 6);
        assert!(!text.contains("iam:*"));
        assert!(text.starts_with("{\n  \"Version\""), "in the usual order");
    }
}
