//! Which config holds: the nearest one above the first path, up to the root of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::source::{self, normal};
use crate::yaml;

/// The name of a config.
pub const FILE_NAME: &str = ".peerauth.yaml";

/// What a config is called by mistake.
const MISNAMED: &str = ".peerauth.yml";

/// A config that was found, not read yet.
#[derive(Debug, Clone)]
pub struct Located {
    /// The path as it is shown.
    pub path: PathBuf,
    /// Its content as UTF-8.
    pub text: String,
    /// The directory that its paths are relative to.
    pub directory: PathBuf,
}

impl Located {
    /// Reads the config of that path.
    pub fn open(path: &Path) -> Result<Located, Error> {
        let unreadable = |reason| Error::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let bytes = source::read(path).map_err(unreadable)?;
        let text = yaml::transcode(&bytes).unwrap_or_else(|| source::decode(&bytes).into_owned());
        let directory = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Located {
            path: path.to_owned(),
            text,
            directory,
        })
    }

    /// A path of the config as this process can open it.
    pub fn resolve(&self, path: &str) -> PathBuf {
        let directory = self.directory.strip_prefix(".").unwrap_or(&self.directory);
        directory.join(path)
    }
}

/// The config for a run over `path`: that of the nearest directory at or above it. In a repository the
/// search ends at its root. Elsewhere only the directory itself is looked at, and those between it and the
/// working directory, lest a stray file far above decides.
pub fn locate(path: &Path, working_directory: &Path) -> Result<Option<Located>, Error> {
    let Ok(start) = fs::canonicalize(existing(path)) else {
        return Ok(None);
    };
    let start = if start.is_dir() {
        &*start
    } else {
        start.parent().unwrap_or(&start)
    };
    let working_directory =
        fs::canonicalize(working_directory).unwrap_or_else(|_| working_directory.to_owned());
    let last = start
        .ancestors()
        .find(is_root)
        .or_else(|| {
            start
                .starts_with(&working_directory)
                .then_some(&*working_directory)
        })
        .unwrap_or(start);
    for directory in start
        .ancestors()
        .take_while(|directory| directory.starts_with(last))
    {
        let candidate = directory.join(FILE_NAME);
        if candidate.is_file() {
            return Located::open(&candidate).map(Some);
        }
        // Reading on without it would apply other settings than those that somebody wrote.
        let misnamed = directory.join(MISNAMED);
        if misnamed.is_file() {
            return Err(Error::Usage(format!(
                "{}: a config is called `{FILE_NAME}`; rename it, or name it with `--config`",
                misnamed.display()
            )));
        }
    }
    Ok(None)
}

/// The root of the repository that holds an absolute path. Links are not followed: paths that are compared
/// with it are not either.
pub fn repository_root(path: &Path) -> Option<PathBuf> {
    let path: PathBuf = normal(path);
    path.ancestors().find(is_root).map(Path::to_owned)
}

fn is_root(directory: &&Path) -> bool {
    directory.join(".git").exists()
}

/// The part of a path that exists: of a glob, the directory that it starts in.
fn existing(path: &Path) -> &Path {
    let existing = path.ancestors().find(|part| part.exists());
    existing
        .filter(|part| *part != Path::new(""))
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(root: &Path, path: &str) -> Option<PathBuf> {
        let located = locate(&root.join(path), Path::new("/nowhere")).unwrap();
        let root = fs::canonicalize(root).unwrap();
        located.map(|located| located.path.strip_prefix(root).unwrap().to_owned())
    }

    #[test]
    fn the_nearest_config_of_the_repository_holds() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("repo/.git")).unwrap();
        fs::create_dir_all(root.join("repo/a/b")).unwrap();
        fs::write(root.join("repo/a/b/c.yaml"), "").unwrap();
        fs::write(root.join(FILE_NAME), "").unwrap();
        assert_eq!(found(root, "repo/a/b"), None);
        fs::write(root.join("repo").join(FILE_NAME), "").unwrap();
        assert_eq!(found(root, "repo/a/b/c.yaml"), Some("repo/.peerauth.yaml".into()));
        assert_eq!(found(root, "repo/a/*.yaml"), Some("repo/.peerauth.yaml".into()));
        fs::write(root.join("repo/a").join(FILE_NAME), "").unwrap();
        assert_eq!(
            found(root, "repo/a/b/c.yaml"),
            Some("repo/a/.peerauth.yaml".into())
        );
    }

    #[test]
    fn a_config_of_the_wrong_name_is_not_passed_over() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::write(root.join(MISNAMED), "").unwrap();
        let error = locate(root, root).unwrap_err().to_string();
        assert!(
            error.contains("/.peerauth.yml: a config is called `.peerauth.yaml`"),
            "{error}"
        );
        fs::write(root.join(FILE_NAME), "").unwrap();
        assert_eq!(found(root, ""), Some(FILE_NAME.into()));
    }

    #[test]
    fn outside_of_a_repository_nothing_far_above_holds() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join(FILE_NAME), "").unwrap();
        assert_eq!(found(root, "a/b"), None);
        assert!(locate(&root.join("a/b"), root).unwrap().is_some());
        assert_eq!(found(root, ""), Some(FILE_NAME.into()));
    }
}
