//! A progress bar that only a terminal sees.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ui, lock, printable};

/// A running progress bar; it disappears when dropped.
///
/// It may be moved forward from any thread. Whatever the [`Ui`] prints meanwhile appears above it.
pub(crate) struct Progress<'a> {
    ui: &'a Ui,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Shows a bar over `total` pieces of work named `what`.
    pub(super) fn start(ui: &'a Ui, what: &str, total: usize) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let target = if ui.bars {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target)
            .with_style(style())
            .with_message(printable(what).into_owned());
        *lock(&ui.bar) = ui.bars.then(|| bar.clone());
        Self { ui, bar }
    }

    /// Moves the bar forward by one piece.
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        *lock(&self.ui.bar) = None;
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {eta}")
        .expect("the template is a constant, and a test draws it")
        .progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use crate::ui::{Colour, Ui};

    #[test]
    fn a_bar_writes_nothing_without_a_terminal() {
        let (ui, out, err) = Ui::captured(Colour::Never);
        let progress = ui.progress("re-sealing", 2);
        progress.advance();
        ui.note("still here");
        drop(progress);
        assert_eq!(out.text(), "");
        assert_eq!(err.text(), "note: still here\n");
    }
}
