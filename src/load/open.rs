//! Opens one file after the other, most of which lie beside the one before.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens files by their names in a directory that is open already: else the system looks up every directory on the way
/// to each of them.
#[derive(Default)]
pub(super) struct Opener {
    #[cfg(unix)]
    last: Option<directory::Directory>,
}

impl Opener {
    /// Opens the file to be read.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        #[cfg(unix)]
        if let Some(file) = directory::open(&mut self.last, path) {
            return Ok(file);
        }
        File::open(path)
    }
}

#[cfg(unix)]
mod directory {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use rustix::fs::{Mode, OFlags, open as open_path, openat};

    /// A directory that is open.
    pub(super) struct Directory {
        path: Box<[u8]>,
        handle: OwnedFd,
    }

    /// Opens a file in the `last` directory, or in its own one, which is the last one then; `None` if that cannot be done,
    /// whatever the reason is.
    pub(super) fn open(last: &mut Option<Directory>, path: &Path) -> Option<File> {
        let path = path.as_os_str().as_bytes();
        let (directory, name) = path.split_at(memchr::memrchr(b'/', path)? + 1);
        let handle = match last {
            Some(last) if *last.path == *directory => &last.handle,
            _ => &last.insert(Directory::open(directory)?).handle,
        };
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        openat(handle, OsStr::from_bytes(name), flags, Mode::empty())
            .ok()
            .map(File::from)
    }

    impl Directory {
        fn open(path: &[u8]) -> Option<Directory> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let handle = open_path(OsStr::from_bytes(path), flags, Mode::empty()).ok()?;
            let path = path.into();
            Some(Directory { path, handle })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{ErrorKind, Read};

    use super::*;

    #[test]
    fn each_file_is_that_of_its_own_directory() {
        let root = tempfile::tempdir().unwrap();
        for directory in ["a", "b"] {
            fs::create_dir(root.path().join(directory)).unwrap();
            fs::write(root.path().join(directory).join("same"), directory).unwrap();
        }
        let mut opener = Opener::default();
        for directory in ["a", "b", "b", "a"] {
            let mut content = String::new();
            let file = opener.open(&root.path().join(directory).join("same"));
            file.unwrap().read_to_string(&mut content).unwrap();
            assert_eq!(content, directory);
        }
        let missing = |path: &str| opener.open(&root.path().join(path)).map_err(|error| error.kind());
        let kinds = ["a/other", "c/same"].map(missing).map(Result::err);
        assert_eq!(kinds, [Some(ErrorKind::NotFound); 2]);
    }
}
