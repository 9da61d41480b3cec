//! The catalogue: one file a rule, one line here.

macro_rules! rules {
    ($($rule:ident,)*) => {
        $(mod $rule;)*

        /// Every rule, in reporting order.
        pub static RULES: &[crate::rule::Rule] = &[$($rule::RULE,)*];
    };
}

rules! {
    outside_layout,
    sync_wave,
    bad_suppression,
    unused_suppression,
}
