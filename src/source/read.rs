//! Reading files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Window;
use super::fingerprint::{Fingerprint, Parts};

/// What one text after the other is read into without fresh memory.
#[derive(Debug, Default)]
pub struct Buffer {
    /// What is looked at.
    pub(crate) held: Vec<u8>,
    /// What is looked at next, of a long text.
    next: Vec<u8>,
}

/// Those of all threads.
#[derive(Default)]
pub struct Buffers(Mutex<Vec<Buffer>>);

impl Buffers {
    /// What `work` makes with a buffer that nobody uses.
    pub fn with_one<T>(&self, work: impl FnOnce(&mut Buffer) -> T) -> T {
        let unused = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = unused().pop().unwrap_or_default();
        let result = work(&mut buffer);
        for bytes in [&mut buffer.held, &mut buffer.next] {
            if bytes.capacity() > ROOM {
                *bytes = Vec::new();
            }
        }
        unused().push(buffer);
        result
    }
}

/// The content of a file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = vec![];
    read_to_limit(File::open(path)?, &mut bytes)?;
    Ok(bytes)
}

/// That a file is no text.
pub(crate) fn binary() -> io::Error {
    io::Error::other("a binary file, neither YAML nor JSON")
}

/// So many bytes tell a binary file from a text, as they do for git.
pub(crate) const HEAD: usize = 8000;

/// Reads on to the end, or until it is more than offsets of 32 bits can name: a device has no end. Zeros, of which
/// `/dev/zero` has as many as anybody asks for, are no text in any encoding.
pub(crate) fn read_to_limit(mut reader: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let start = bytes.len();
    reader.by_ref().take(HEAD as u64).read_to_end(bytes)?;
    let head = &bytes[start..];
    if head.len() == HEAD && head.iter().all(|byte| *byte == 0) {
        return Err(binary());
    }
    reader
        .take(u64::from(u32::MAX) + 1 - HEAD as u64)
        .read_to_end(bytes)?;
    check_size(bytes.len() as u64)
}

/// Bytes of a long file that a thread takes at once.
const PART: usize = 1 << 22;

/// A file from this length on is taken by several threads: most of what it costs to read is fresh memory.
const LONG: usize = 4 * PART;

/// Bytes that an allocator takes from the system by themselves and gives back as a whole. Some megabytes may come from
/// among what stays, and leave a hole there that little fits in; of these, what is not used takes no memory.
const ROOM: usize = 1 << 25;

/// A file from this length on gets that much room.
const LARGE: usize = 1 << 20;

/// Reads a regular file, of which `bytes` may hold the start, to its end; it is about `len` bytes long.
pub(crate) fn read_at_length(file: &mut File, len: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    check_size(len)?;
    let len = len as usize;
    if len < LONG {
        let room = if len < LARGE { len } else { ROOM };
        bytes.reserve_exact(room.saturating_sub(bytes.len()));
    } else {
        // Not while the last one is still there.
        *bytes = vec![];
        *bytes = vec![0; len];
        let parts = bytes.par_chunks_mut(PART).enumerate();
        parts.try_for_each(|(index, part)| read_exact_at(file, part, (index * PART) as u64))?;
        file.seek(SeekFrom::Start(len as u64))?;
    }
    file.take(u64::from(u32::MAX)).read_to_end(bytes)?;
    check_size(bytes.len() as u64)
}

/// How much of a long file is held at once, or twice that.
pub(crate) const WINDOW: usize = LONG;

/// Has a text of any length looked at, in windows of about `step` bytes; the next one is read meanwhile. What it begins
/// with may be in the buffer. `cut` tells how many of the lines that are held can be looked at by themselves, and what it
/// found in them; where that is nothing, more is held.
///
/// # Errors
/// What the reader says, or a text that is longer than offsets can tell.
pub(crate) fn read_in_windows<C, T: Send>(
    reader: impl Read + Send,
    step: usize,
    buffer: &mut Buffer,
    cut: C,
    mut look: impl FnMut(Window<'_>, Option<T>) + Send,
) -> io::Result<Fingerprint>
where
    C: Fn(Window<'_>) -> Option<(usize, T)> + Send,
{
    let Buffer { held, next } = buffer;
    for bytes in [&mut *held, next] {
        bytes.reserve_exact(ROOM.saturating_sub(bytes.len()));
    }
    let mut windows = Windows {
        reader,
        step,
        cut,
        len: held.len(),
        is_at_end: false,
    };
    let mut parts = Parts::default();
    let mut look = |window: Window<'_>, found: Option<T>| {
        rayon::join(|| look(window, found), || parts.add(window.bytes()));
    };
    // Where what is held stands.
    let mut start = 0;
    let mut cut = windows.read_on(held)?;
    while !windows.is_at_end {
        let Some((end, found)) = cut else {
            cut = windows.read_on(held)?;
            continue;
        };
        next.clear();
        next.extend_from_slice(&held[end..]);
        let window = Window::new(start, &held[..end]);
        let (read, ()) = rayon::join(|| windows.read_on(next), || look(window, Some(found)));
        cut = read?;
        start += end;
        mem::swap(held, next);
    }
    look(Window::new(start, held), None);
    Ok(parts.into())
}

/// How many times as long as the first window the longest is.
const SOONER: usize = 16;

/// A text that is read a window at a time.
struct Windows<R, C> {
    reader: R,
    step: usize,
    cut: C,
    /// The bytes that were read so far.
    len: usize,
    is_at_end: bool,
}

impl<R: Read, T, C: Fn(Window<'_>) -> Option<(usize, T)>> Windows<R, C> {
    /// Reads a further step, or as much as is held already, lest a text that cannot be cut is looked at for each step. The
    /// first steps are shorter, so that there is something to look at soon. The result is what `cut` says.
    fn read_on(&mut self, held: &mut Vec<u8>) -> io::Result<Option<(usize, T)>> {
        let before = held.len();
        let wanted = self.len.clamp(self.step.div_ceil(SOONER), self.step).max(before);
        self.reader.by_ref().take(wanted as u64).read_to_end(held)?;
        let read = held.len() - before;
        self.is_at_end = read < wanted;
        self.len += read;
        check_size(self.len as u64)?;
        let window = Window::new(self.len - held.len(), held);
        Ok((self.cut)(window).filter(|&(end, _)| end > 0))
    }
}

#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
pub(super) fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

/// Offsets are 32 bits wide.
pub(crate) fn check_size(bytes: u64) -> io::Result<()> {
    if bytes > u64::from(u32::MAX) {
        return Err(io::Error::other("larger than 4 GiB"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::SourceMap;
    use super::*;

    #[test]
    fn a_long_file_is_read_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        let text = "a: 1\nbc: 2\n".repeat(LONG / 10);
        std::fs::write(&path, &text).unwrap();
        let mut map = SourceMap::default();
        let file = map.add_file(path.clone(), text.as_bytes());
        assert!(map.text(file, &mut vec![]).is_some_and(|read| read == text));
        // It grew while it was read, and its start was read before.
        let (mut file, mut bytes) = (File::open(path).unwrap(), b"a: 1".to_vec());
        read_at_length(&mut file, text.len() as u64 - 7, &mut bytes).unwrap();
        assert!(bytes == text.as_bytes());
    }

    /// The windows of a text that is cut behind line feeds.
    fn windows(text: &str, step: usize) -> Vec<&str> {
        let cut = |held: Window<'_>| {
            let last = memchr::memrchr(b'\n', held.bytes())?;
            Some((last + 1, held.range().start..held.range().start + last + 1))
        };
        let mut ranges = Vec::new();
        read_in_windows(
            text.as_bytes(),
            step,
            &mut Buffer::default(),
            cut,
            |window, found| {
                assert_eq!(window.bytes(), &text.as_bytes()[window.range()]);
                assert!(found.is_none_or(|range| range == window.range()));
                ranges.push(window.range());
            },
        )
        .unwrap();
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn windows_follow_each_other() {
        assert_eq!(windows("", 4), [""]);
        assert_eq!(windows("a\nb\nc\nd", 32), ["a\n", "b\n", "c\nd"]);
        let lengths = |text: &str| windows(text, 32).into_iter().map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(&"a\n".repeat(50)), [2, 2, 4, 8, 16, 32, 32, 4]);
        // What cannot be cut is held, and more with it.
        assert_eq!(
            windows("a\nbcdefghijk\nl\nm\n", 4),
            ["a\n", "bcdefghijk\n", "l\nm\n"]
        );
    }

    #[test]
    fn a_file_is_known_again_whether_it_was_held_or_not() {
        let text = "a: 1\n".repeat((LONG + PART) / 5);
        let cut = |held: Window<'_>| Some((held.bytes().len() / 5 * 5, ()));
        let mut buffer = Buffer::default();
        for start in [0, 1, 9 << 10] {
            let (start, rest) = text.as_bytes().split_at(start);
            buffer.held = start.to_vec();
            let in_windows = read_in_windows(rest, WINDOW, &mut buffer, cut, |_, _| ()).unwrap();
            assert!(in_windows.is_of(text.as_bytes()));
        }
    }
}
