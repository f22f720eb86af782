//! Reading files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

/// What all threads read one text after the other into without fresh memory.
#[derive(Default)]
pub struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// What `work` makes with a buffer that nobody uses.
    pub fn with_one<T>(&self, work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let unused = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = unused().pop().unwrap_or_default();
        let result = work(&mut buffer);
        if buffer.capacity() > ROOM {
            buffer = Vec::new();
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
pub(crate) const LONG: usize = 4 * PART;

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

#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
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
}
