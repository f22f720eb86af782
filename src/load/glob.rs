//! Globs: as arguments, where a shell did not expand them, and as the config's `include` and `exclude`.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::error::Error;

/// Whether a path is one only if no file has that very name.
pub(super) fn is_glob(path: &Path) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'{'))
}

/// A glob as an argument: the directory to walk, and what to take of it.
pub(super) struct GlobPath {
    /// The directory in front of the first part that varies; empty for the working directory.
    pub(super) base: PathBuf,
    matcher: GlobMatcher,
}

impl GlobPath {
    pub(super) fn new(path: &Path) -> Result<GlobPath, Error> {
        let base = path
            .components()
            .take_while(|part| !is_glob(part.as_ref()))
            .collect();
        let text = path.to_string_lossy();
        Ok(GlobPath {
            base,
            matcher: build(&text)?.compile_matcher(),
        })
    }

    /// Whether the glob matches the file itself, whatever its extension.
    pub(super) fn matches(&self, path: &Path) -> bool {
        self.matcher.is_match(path)
    }

    /// Whether the glob matches a directory that `path` lies in.
    pub(super) fn matches_parent(&self, path: &Path) -> bool {
        path.ancestors()
            .skip(1)
            .any(|parent| self.matcher.is_match(parent))
    }
}

/// What of a directory is read.
#[derive(Debug)]
pub(super) struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Filter, Error> {
        Ok(Filter {
            include: (!include.is_empty()).then(|| build_set(include)).transpose()?,
            exclude: build_set(exclude)?,
        })
    }

    /// Whether nothing is filtered, so that nobody has to ask.
    pub(super) fn is_open(&self) -> bool {
        self.include.is_none() && self.exclude.is_empty()
    }

    /// Whether a file or directory is left out, with all that it holds.
    pub(super) fn excludes(&self, path: &Path) -> bool {
        self.exclude.is_match(path)
    }

    /// Whether a file, or a directory that it lies in, is let in.
    pub(super) fn includes(&self, path: &Path) -> bool {
        self.include
            .as_ref()
            .is_none_or(|include| path.ancestors().any(|part| include.is_match(part)))
    }
}

/// A pattern without a slash holds at any depth, as in a `.gitignore`.
fn build_set(patterns: &[String]) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.trim_end_matches('/');
        let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
        if trimmed.contains('/') {
            set.add(build(trimmed.trim_start_matches('/'))?);
        } else {
            set.add(build(&format!("**/{trimmed}"))?);
        }
    }
    set.build().map_err(|error| invalid("", &error))
}

fn build(pattern: &str) -> Result<globset::Glob, Error> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| invalid(pattern, &error))
}

fn invalid(pattern: &str, error: &globset::Error) -> Error {
    Error::InvalidGlob {
        glob: error.glob().unwrap_or(pattern).to_owned(),
        reason: error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_of_a_glob_does_not_vary() {
        let base = |glob: &str| GlobPath::new(Path::new(glob)).unwrap().base;
        assert_eq!(base("a/b/*.yaml"), Path::new("a/b"));
        assert_eq!(base("/a/{b,c}/d"), Path::new("/a"));
        assert_eq!(base("**/x"), Path::new(""));
    }

    #[test]
    fn a_star_stays_in_its_directory() {
        let glob = GlobPath::new(Path::new("a/*")).unwrap();
        assert!(glob.matches(Path::new("a/b.txt")));
        assert!(!glob.matches(Path::new("a/b/c.yaml")));
        assert!(glob.matches_parent(Path::new("a/b/c.yaml")));
        assert!(!glob.matches_parent(Path::new("a/b.txt")));
    }

    #[test]
    fn filters_hold_for_directories_and_names() {
        let filter = Filter::new(&["k8s/".to_owned()], &["*.gen.yaml".to_owned()]).unwrap();
        assert!(filter.includes(Path::new("k8s/a/b.yaml")));
        assert!(!filter.includes(Path::new("docs/b.yaml")));
        assert!(filter.excludes(Path::new("k8s/a/b.gen.yaml")));
    }

    #[test]
    fn a_bad_glob_is_named() {
        let error = Filter::new(&["a[".to_owned()], &[]).err().unwrap();
        assert_eq!(
            error.to_string(),
            "`**/a[` is not a glob: unclosed character class; missing ']'"
        );
    }
}
