//! Looking up places in long files.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::fingerprint::{Fingerprint, Parts};
use super::read::read_exact_at;
use super::{Buffers, Window};

/// Some lines of a text, and those of the places looked for that begin in them; they end there, too.
pub(crate) struct Stretch<'s, P> {
    /// Whole lines.
    pub(crate) window: Window<'s>,
    /// How many lines stand in front of them.
    pub(crate) lines_before: u32,
    pub(crate) places: &'s [P],
}

/// A file that is not read as a whole.
pub(super) struct LongFile<'f> {
    file: File,
    parts: &'f Parts,
}

impl<'f> LongFile<'f> {
    /// Opens a file with these parts, unless it has another length by now.
    pub(super) fn open(path: &Path, fingerprint: &Fingerprint, parts: &'f Parts) -> Option<Self> {
        let file = File::open(path).ok()?;
        let is_as_long = file.metadata().ok()?.len() == fingerprint.len();
        is_as_long.then_some(Self { file, parts })
    }

    /// What is made of each stretch with places, unless it was changed.
    pub(super) fn look<P: Sync, T: Send>(
        &self,
        places: &[P],
        bytes_of: impl Fn(&P) -> Range<usize>,
        buffers: &Buffers,
        look: impl Fn(&Stretch<'_, P>) -> T + Sync,
    ) -> Vec<T> {
        let stretches = self.parts.stretches(places.iter().map(bytes_of));
        let made = stretches.into_par_iter().filter_map(|(parts, indexes)| {
            buffers.with_one(|buffer| {
                let stretch = Stretch {
                    window: self.read(parts.clone(), buffer)?,
                    lines_before: self.parts.lines_before(parts.start),
                    places: &places[indexes],
                };
                Some(look(&stretch))
            })
        });
        made.collect()
    }

    /// Some parts that follow each other, if they are still the same.
    fn read<'b>(&self, parts: Range<usize>, buffer: &'b mut Vec<u8>) -> Option<Window<'b>> {
        let Range { start, end } = self.parts.bytes(&parts);
        buffer.resize(end - start, 0);
        read_exact_at(&self.file, buffer, start as u64).ok()?;
        let is_same = self.parts.are_of(parts, buffer);
        is_same.then(|| Window::new(start, buffer))
    }
}
