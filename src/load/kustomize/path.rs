//! Paths as a kustomization writes them.

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
    fn addresses_are_no_paths() {
        assert!(is_remote("https://example.org/a//b?ref=v1"));
        assert!(is_remote("github.com/example/a//b"));
        assert!(!is_remote("../base"));
    }
}
