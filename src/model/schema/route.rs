//! The way from an object's root to a value, kept on the stack and written out only for what is wrong.

use std::fmt;

/// One step of the way, and the steps before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route<'a> {
    before: Option<&'a Route<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Route<'a> {
    pub(super) const ROOT: Route<'static> = Route {
        before: None,
        step: Step::Root,
    };

    pub(super) fn key(&'a self, key: &'a str) -> Route<'a> {
        Route {
            before: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) fn index(&'a self, index: usize) -> Route<'a> {
        Route {
            before: Some(self),
            step: Step::Index(index),
        }
    }

    pub(super) fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

impl fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.before.filter(|before| !before.is_root());
        if let Some(before) = before {
            before.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(key) if before.is_some() => write!(f, ".{key}"),
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
