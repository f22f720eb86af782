//! The `.gitignore` files that hold at some place of a walk: those above it in the repository, and those
//! of the directories on the way down.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::Gitignore;

/// The ignore files in force in a directory.
pub(super) struct Ignored {
    /// Its own, or those above the walk with its own, the outermost first.
    own: Vec<Gitignore>,
    /// Those of the directories around it.
    around: Option<Arc<Ignored>>,
}

impl Ignored {
    /// Those of the directory where a walk begins; `root` is canonical.
    pub(super) fn at(root: &Path) -> Arc<Ignored> {
        let above = parents_in_repository(root).into_iter().rev();
        Arc::new(Ignored {
            own: above.chain([root]).filter_map(own).collect(),
            around: None,
        })
    }

    /// Those of a directory in one where these are in force.
    pub(super) fn within(self: &Arc<Self>, directory: &Path) -> Arc<Ignored> {
        match own(directory) {
            None => Arc::clone(self),
            Some(own) => Arc::new(Ignored {
                own: vec![own],
                around: Some(Arc::clone(self)),
            }),
        }
    }

    /// Whether an entry is ignored; the innermost ignore file that knows it decides.
    pub(super) fn ignores(&self, path: &Path, is_directory: bool) -> bool {
        let matches = |gitignore: &Gitignore| match gitignore.matched(path, is_directory) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        };
        let known = self.own.iter().rev().find_map(matches);
        known.unwrap_or_else(|| {
            let around = self.around.as_ref();
            around.is_some_and(|around| around.ignores(path, is_directory))
        })
    }
}

/// The ignore file of a directory, if it has one. What cannot be understood in it ignores nothing, as with git.
fn own(directory: &Path) -> Option<Gitignore> {
    let path = directory.join(".gitignore");
    path.is_file().then(|| Gitignore::new(path).0)
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
