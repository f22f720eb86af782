//! How a finding is recognised in the next version of the manifests.

use super::Finding;

/// A finding's identity across runs, versions and machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// FNV-1a, because baselines outlive compilers and std promises no hash across versions.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes a part of the identity; a byte that is in no text ends it.
    fn write(&mut self, part: &str) {
        for byte in part.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl Finding {
    /// What the finding is known by from one version of the manifests to the next. It holds no path and no
    /// line, so that moving an object, or editing above it, does not make an old finding new.
    pub fn fingerprint(&self) -> Fingerprint {
        let object = self.object.as_ref().map(ToString::to_string);
        let mut hash = Fnv::default();
        hash.write(self.rule.0);
        hash.write(&self.contexts.join(","));
        hash.write(&object.unwrap_or_default());
        hash.write(&self.detail);
        hash.write(&self.ordinal.to_string());
        Fingerprint(hash.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::{Finding, Severity};
    use crate::id::RuleId;
    use crate::source::{FileId, Span};

    #[test]
    fn a_fingerprint_knows_neither_place_nor_words() {
        let at = |start| Span::new(FileId(0), start, start + 1);
        let finding = |start, message| Finding::new(RuleId("a-rule"), Severity::Error, at(start), message);
        let one = finding(1, "one").detail("8080").fingerprint();
        assert_eq!(one, finding(2, "two").detail("8080").fingerprint());
        assert_ne!(one, finding(1, "one").detail("8081").fingerprint());
        assert_eq!(one.to_string(), "108a11b8ed54501c");
    }
}
