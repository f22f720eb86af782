//! Paths as a kustomization writes them.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and, where something stands in front of it, without `..`.
pub(in crate::load) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Component::RootDir) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}

/// Whether a resource is fetched from elsewhere.
pub(super) fn is_remote(resource: &str) -> bool {
    resource.contains("://")
        || resource.contains("?ref=")
        || resource.starts_with("git@")
        || resource.starts_with("github.com/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_up_are_taken_where_that_is_possible() {
        for (path, expected) in [
            ("a/./b/../c", "a/c"),
            ("./a", "a"),
            ("a/..", ""),
            ("../../b", "../../b"),
            ("a/../../b", "../b"),
            ("/a/../../b", "/b"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn addresses_are_no_paths() {
        assert!(is_remote("https://example.org/a//b?ref=v1"));
        assert!(is_remote("github.com/example/a//b"));
        assert!(!is_remote("../base"));
    }
}
