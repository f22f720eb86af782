//! Reading files, and knowing them again.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Window;

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

/// By what a [`SourceMap`](super::SourceMap) knows a file again. It has to notice an edit, not an attack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// In bytes.
    pub len: u64,
    hash: u64,
}

impl Fingerprint {
    /// That of a file with this content.
    pub fn of(content: &[u8]) -> Self {
        let len = content.len() as u64;
        if content.len() < LONG {
            return Self::of_parts(len, hashes_of_parts(content));
        }
        let parts: Vec<u64> = content.par_chunks(PART).map(hash_in_rows).collect();
        Self::of_parts(len, parts)
    }

    /// The same of the hashes of its parts.
    fn of_parts(len: u64, parts: impl IntoIterator<Item = u64>) -> Self {
        let hash = parts.into_iter().fold(len, mix);
        Self { len, hash }
    }
}

/// Has a text of any length looked at, in windows of about `step` bytes; the next one is read meanwhile. What it begins
/// with may be in the buffer. `cut` tells how much of what is held can be looked at by itself; where that is nothing, more
/// is held.
///
/// # Errors
/// What the reader says, or a text that is longer than offsets can tell.
pub(crate) fn read_in_windows<C>(
    reader: impl Read + Send,
    step: usize,
    buffer: &mut Buffer,
    cut: C,
    mut look: impl FnMut(Window<'_>) + Send,
) -> io::Result<Fingerprint>
where
    C: Fn(Window<'_>) -> Option<usize> + Send,
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
    let mut hashes: Vec<u64> = Vec::new();
    let mut look_and_hash = |window: Window<'_>, fresh: &[u8]| {
        rayon::join(|| look(window), || hashes.extend(hashes_of_parts(fresh)));
    };
    // Where what is held stands, and how much of it was held before.
    let (mut start, mut known) = (0, 0);
    let mut cut = windows.read_on(held)?;
    while !windows.is_at_end {
        let Some(end) = cut else {
            cut = windows.read_on(held)?;
            continue;
        };
        next.clear();
        next.extend_from_slice(&held[end..]);
        let rest = next.len();
        let window = Window::new(start, &held[..end]);
        let (read, ()) = rayon::join(|| windows.read_on(next), || look_and_hash(window, &held[known..]));
        cut = read?;
        (start, known) = (start + end, rest);
        mem::swap(held, next);
    }
    look_and_hash(Window::new(start, held), &held[known..]);
    Ok(Fingerprint::of_parts(windows.len as u64, hashes))
}

/// A text that is read a window at a time.
struct Windows<R, C> {
    reader: R,
    step: usize,
    cut: C,
    /// The bytes that were read so far.
    len: usize,
    is_at_end: bool,
}

impl<R: Read, C: Fn(Window<'_>) -> Option<usize>> Windows<R, C> {
    /// Reads up to a further step, or as much as is held already, lest a text that cannot be cut is looked at for each
    /// step; the result is where it can be cut.
    fn read_on(&mut self, held: &mut Vec<u8>) -> io::Result<Option<usize>> {
        let before = held.len();
        let wanted = (before / self.step + 1) * self.step - self.len % self.step;
        self.reader.by_ref().take(wanted as u64).read_to_end(held)?;
        let read = held.len() - before;
        self.is_at_end = read < wanted;
        self.len += read;
        check_size(self.len as u64)?;
        let window = Window::new(self.len - held.len(), held);
        Ok((self.cut)(window).filter(|&end| end > 0))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
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

fn hashes_of_parts(content: &[u8]) -> impl Iterator<Item = u64> {
    content.chunks(PART).map(hash_in_rows)
}

/// A step of a hash; a bijection of `word` and of `hash`.
fn mix(hash: u64, word: u64) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER)
}

/// Every byte of a tree passes through this: a word at a time, and in four rows, so that the processor need not wait for
/// one product to begin with the next.
fn hash_in_rows(bytes: &[u8]) -> u64 {
    let take = |hash: u64, word: [u8; 8]| mix(hash, u64::from_le_bytes(word));
    let (words, rest) = bytes.as_chunks();
    let (fours, words) = words.as_chunks();
    let length = bytes.len() as u64;
    let (mut one, mut two, mut three, mut four) = (length, length, length, length);
    for &[a, b, c, d] in fours {
        (one, two, three, four) = (take(one, a), take(two, b), take(three, c), take(four, d));
    }
    let hash = mix(mix(mix(one, two), three), four);
    let hash = words.iter().fold(hash, |hash, &word| take(hash, word));
    rest.iter().fold(hash, |hash, &byte| mix(hash, u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::super::SourceMap;
    use super::*;

    #[test]
    fn every_byte_counts_in_a_hash() {
        let text = b"apiVersion: v1\n";
        for at in 0..text.len() {
            let mut edited = *text;
            edited[at] ^= 1;
            assert_ne!(Fingerprint::of(&edited), Fingerprint::of(text), "{at}");
        }
        assert_ne!(Fingerprint::of(b"\0"), Fingerprint::of(b""));
        let mut long = vec![b' '; LONG + 9];
        let hash = Fingerprint::of(&long);
        for at in [0, PART - 1, PART, LONG, LONG + 8] {
            long[at] = b'-';
            assert_ne!(Fingerprint::of(&long), hash, "{at}");
            long[at] = b' ';
        }
        assert_eq!(Fingerprint::of(&long), hash);
    }

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
        let cut = |held: Window<'_>| memchr::memrchr(b'\n', held.bytes()).map(|line_feed| line_feed + 1);
        let mut ranges = Vec::new();
        read_in_windows(text.as_bytes(), step, &mut Buffer::default(), cut, |window| {
            assert_eq!(window.bytes(), &text.as_bytes()[window.range()]);
            ranges.push(window.range());
        })
        .unwrap();
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn windows_follow_each_other() {
        assert_eq!(windows("", 4), [""]);
        assert_eq!(windows("a\nb", 4), ["a\nb"]);
        assert_eq!(windows("a\nb\nc\nd", 4), ["a\nb\n", "c\nd"]);
        // What cannot be cut is held, and more with it.
        assert_eq!(
            windows("a\nbcdefghijk\nl\nm\n", 4),
            ["a\n", "bcdefghijk\nl\n", "m\n"]
        );
    }

    #[test]
    fn a_file_is_known_again_whether_it_was_held_or_not() {
        let text = "a: 1\n".repeat((LONG + PART) / 5);
        let cut = |held: Window<'_>| Some(held.bytes().len() - 1);
        let mut buffer = Buffer::default();
        for start in [0, 1, 9 << 10] {
            let (start, rest) = text.as_bytes().split_at(start);
            buffer.held = start.to_vec();
            let in_windows = read_in_windows(rest, WINDOW, &mut buffer, cut, |_| ()).unwrap();
            assert_eq!(in_windows, Fingerprint::of(text.as_bytes()));
        }
    }
}
