//! The catalogue: one file a rule, one line here.

macro_rules! rules {
    ($($rule:ident,)*) => {
        $(mod $rule;)*

        /// Every rule, in reporting order.
        pub static RULES: &[crate::rule::Rule] = &[$($rule::RULE,)*];
    };
}

rules! {
    unreadable_input,
    ambiguous_yaml,
    outside_layout,
    mixed_file,
    namespace_mismatch,
    name_mismatch,
    duplicate_secret,
    env_drift,
    irregular_file,
    plaintext_secret,
    literal_in_generator,
    credential_in_text,
    private_material,
    stray_plaintext,
    leaked_last_applied,
    malformed_ciphertext,
    wrong_key_size,
    foreign_ciphertext,
    repeated_ciphertext,
    plain_length,
    scope_mismatch,
    scope_not_allowed,
    schema,
    stale_certificate,
    sync_wave,
    missing_checksum,
    competing_owner,
    unclassified_secret,
    unapproved_manual_change,
    automation_on_manual,
    reseal_changed_more,
    partial_rotation,
    rotation_overdue,
    dirty_tree,
    unfinished_git,
    behind_upstream,
    invalid_policy,
    contradictory_policy,
    stale_policy,
    bad_suppression,
    unused_suppression,
    weak_policy,
    policy_loosened,
}
