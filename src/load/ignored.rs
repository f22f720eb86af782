//! The `.gitignore` files that hold at some place of a walk: those above it in the repository, and those
//! of the directories on the way down.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::Gitignore;

/// The ignore files in force, outermost first.
#[derive(Default)]
pub(super) struct IgnoreStack {
    /// Each with the depth of its directory in the walk; those above the walk have depth 0 too.
    levels: Vec<(usize, Gitignore)>,
}

impl IgnoreStack {
    /// Those of the directories above `root`, up to the one that holds `.git`; `root` is canonical.
    pub(super) fn above(root: &Path) -> IgnoreStack {
        let mut stack = IgnoreStack::default();
        for directory in parents_in_repository(root).into_iter().rev() {
            stack.enter(0, directory);
        }
        stack
    }

    /// Takes the ignore file of a directory that is entered, if it has one.
    pub(super) fn enter(&mut self, depth: usize, directory: &Path) {
        let path = directory.join(".gitignore");
        if path.is_file() {
            // What cannot be understood in an ignore file ignores nothing, as with git.
            let (gitignore, _errors) = Gitignore::new(path);
            self.levels.push((depth, gitignore));
        }
    }

    /// Leaves the directories that do not hold an entry of this depth.
    pub(super) fn leave_to(&mut self, depth: usize) {
        while self
            .levels
            .last()
            .is_some_and(|(level, _)| *level >= depth && *level > 0)
        {
            self.levels.pop();
        }
    }

    /// Whether an entry is ignored; the innermost ignore file that knows it decides.
    pub(super) fn ignores(&self, path: &Path, is_directory: bool) -> bool {
        let matches = |(_, gitignore): &(usize, Gitignore)| match gitignore.matched(path, is_directory) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        };
        self.levels.iter().rev().find_map(matches).unwrap_or(false)
    }
}

/// The directories above `root`, innermost first, if one of them is the root of a repository.
fn parents_in_repository(root: &Path) -> Vec<&Path> {
    let is_repository = |directory: &Path| directory.join(".git").exists();
    if is_repository(root) {
        return vec![];
    }
    let parents = || root.ancestors().skip(1);
    match parents().position(is_repository) {
        Some(last) => parents().take(last + 1).collect(),
        None => vec![],
    }
}
