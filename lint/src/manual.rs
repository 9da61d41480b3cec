//! The secrets that only a person may change, and what a commit does to them.

use crate::change::Commit;
use crate::deed::{Deed, deeds};
use crate::policies::{Class, Policies};
use crate::reseal::Reseal;

/// A secret that only a person may change, and what a commit does to it.
pub(crate) struct Touched<'c, 'p> {
    pub(crate) deed: Deed<'c>,
    /// What the policies say about it.
    pub(crate) class: Class<'p>,
    /// What happens to it, to stand behind its name.
    pub(crate) what: String,
    /// Whether no more can be seen than a re-seal would do.
    pub(crate) like_reseal: bool,
}

/// Returns every such secret that a commit adds, changes, moves or removes.
pub(crate) fn touched<'c, 'p>(commit: &'c Commit, policies: &Policies<'p>) -> Vec<Touched<'c, 'p>> {
    let beyond = Reseal::of(commit, policies).paths_beyond();
    let deeds = deeds(&commit.changes, policies).into_iter();
    let touched = deeds.filter_map(|deed| {
        let class = deed.class(policies);
        let what = if deed.escapes(policies) {
            "moves to where no rule makes it manual".to_owned()
        } else {
            deed.what()?
        };
        let touched = Touched {
            like_reseal: deed.is_within(&beyond),
            deed,
            class,
            what,
        };
        touched.class.is_for_people().then_some(touched)
    });
    touched.collect()
}

impl Touched<'_, '_> {
    /// Why it is manual, in the words of the policy; nothing when no rule says what it is.
    pub(crate) fn reason(&self) -> Option<&str> {
        let rule = self.class.manual.first()?;
        Some(rule.reason.as_str())
    }
}
