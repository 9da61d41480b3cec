//! Key files, env files, kubeconfigs and backups of the controller's key stay out of the repository.

use crate::context::Context;
use crate::finding::Findings;
use crate::policy::Severity;
use crate::private::materials;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

/// The most places that are named in one file.
const MOST: usize = 50;

pub(super) const RULE: Rule = Rule {
    name: "private-material",
    code: "SL204",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: true,
    since: "0.1.0",
    summary: "a private key, an env file, a kubeconfig or a backup of the controller's key is in the repository",
    why: "A backup of the controller's key opens every value that was sealed for it, in the whole history, and \
          the others open clusters and accounts.",
    how: "Keep it outside the repository with mode 0600, or seal it; then make a new one, because the one that \
          was committed counts as known. Files that show the form only, such as `.env.example`, are not reported.",
    bad: "\
-- apps/airflow/.env --
LOG_LEVEL=info
DB_PASSWORD=hunter22
",
    good: "\
-- apps/airflow/.env.example --
LOG_LEVEL=info
DB_PASSWORD=hunter22
-- apps/airflow/airflow.env --
LOG_LEVEL=info
DB_PASSWORD=${DB_PASSWORD}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !source.file().tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    for material in materials(source).into_iter().take(MOST) {
        let mark = material.at.and_then(|at| source.mark(at));
        findings
            .add(source.path(), mark, format!("{} is in the repository", material.what))
            .severity(material.severity)
            .note(material.note)
            .help("`git rm --cached` it, keep it elsewhere with mode 0600, and replace what was committed")
            .about(material.object, material.field);
    }
}
