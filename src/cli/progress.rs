//! How far reading is, on a terminal and only where it takes long enough to wonder.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::load::Progress;

/// Nobody wants to see a bar flash by.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error that appears after a while.
pub(super) struct Bar {
    start: Instant,
    drawn: ProgressBar,
    shown: OnceLock<()>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Bar::since(Instant::now())
    }

    fn since(start: Instant) -> Self {
        Bar {
            start,
            drawn: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            shown: OnceLock::new(),
        }
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        self.drawn.finish_and_clear();
    }

    fn show(&self) {
        self.shown.get_or_init(|| {
            let style = ProgressStyle::with_template("reading {wide_bar} {pos}/{len} files");
            if let Ok(style) = style {
                self.drawn.set_style(style);
            }
            self.drawn.set_draw_target(ProgressDrawTarget::stderr());
        });
    }
}

impl Progress for Bar {
    fn found(&self, files: usize) {
        self.drawn.set_length(files as u64);
    }

    fn read(&self, files: usize) {
        self.drawn.inc(files as u64);
        if self.start.elapsed() > PATIENCE {
            self.show();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_appears_only_where_reading_takes_long() {
        let bar = Bar::new();
        bar.found(2);
        bar.read(1);
        assert_eq!((bar.shown.get(), bar.drawn.position()), (None, 1));
        let Some(before) = Instant::now().checked_sub(2 * PATIENCE) else {
            return;
        };
        let bar = Bar::since(before);
        bar.found(2);
        assert_eq!(bar.shown.get(), None);
        bar.read(1);
        assert_eq!((bar.shown.get(), bar.drawn.length()), (Some(&()), Some(2)));
    }
}
