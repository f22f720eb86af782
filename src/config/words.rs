//! The words of a config that have a form of their own: days, objects and globs.

use std::borrow::Cow;
use std::num::NonZeroU16;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::id::{Kind, ObjectName};

/// A day: something holds until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl Day {
    /// The day of that name (`2026-12-31`).
    pub fn parse(text: &str) -> Option<Day> {
        // Times and zones would be read too, and be forgotten.
        let is_plain = text.len() == "2026-12-31".len();
        is_plain.then(|| text.parse().ok()).flatten().map(Day)
    }

    /// Whether the day is over.
    pub fn is_over(self, today: Date) -> bool {
        self.0 < today
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A port of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port(pub u16);

/// The name of objects: `[KIND/]NAME[.NAMESPACE]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// The kind, if it names one.
    kind: Option<Kind>,
    name: Box<str>,
}

impl ObjectRef {
    /// The name without its kind.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether an object is meant. What follows the last dot is the namespace, unless it is part of the name.
    pub fn names(&self, object: &ObjectName) -> bool {
        if self.kind.is_some_and(|kind| kind != object.kind) {
            return false;
        }
        let namespace = object.namespace.as_deref().unwrap_or_default();
        let in_namespace = self
            .name
            .strip_suffix(namespace)
            .and_then(|name| name.strip_suffix('.'));
        *self.name == *object.name || in_namespace == Some(&*object.name)
    }
}

/// A glob over names, or over paths, in which `*` stops at a `/`.
#[derive(Debug, Clone)]
pub struct Glob {
    text: Box<str>,
    matcher: GlobMatcher,
}

impl Glob {
    /// The glob of that text, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Glob, String> {
        let trimmed = text.trim_end_matches('/');
        let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
        let glob = GlobBuilder::new(trimmed).literal_separator(true).build();
        let glob = glob.map_err(|error| format!("`{text}` is not a glob: {}", error.kind()))?;
        Ok(Glob {
            text: text.into(),
            matcher: glob.compile_matcher(),
        })
    }

    /// The glob as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }

    /// Whether a relative path, or a directory that it lies in, matches; without a slash also any part of
    /// the path, as in a `.gitignore`.
    pub fn matches_path(&self, path: &Path) -> bool {
        let is_name = !self.text.trim_end_matches('/').contains('/');
        path.ancestors().any(|part| {
            let name = part.file_name().map(Path::new);
            self.matcher.is_match(part) || is_name && name.is_some_and(|name| self.matcher.is_match(name))
        })
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Glob) -> bool {
        self.text == other.text
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        Day::parse(&text).ok_or_else(|| {
            D::Error::custom(format_args!("expected a day such as 2026-12-31, found `{text}`"))
        })
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NonZeroU16::deserialize(deserializer).map(|port| Port(port.get()))
    }
}

impl<'de> Deserialize<'de> for ObjectRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let (kind, name) = match text.split_once('/') {
            Some((written, name)) => {
                let kind = Kind::named(written).ok_or_else(|| {
                    let message = format!("`{written}` is no kind that is read");
                    D::Error::custom(message)
                })?;
                (Some(kind), name)
            }
            None => (None, &*text),
        };
        if name.is_empty() || name.contains(['/', '*', ' ']) {
            let message = format_args!("expected [KIND/]NAME[.NAMESPACE], found `{text}`");
            return Err(D::Error::custom(message));
        }
        Ok(ObjectRef {
            kind,
            name: name.into(),
        })
    }
}

impl<'de> Deserialize<'de> for Glob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        Glob::parse(&text).map_err(D::Error::custom)
    }
}

/// The schema of a scalar with a form.
macro_rules! scalar_schema {
    ($type:ident, $schema:tt) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

scalar_schema!(Day, {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"});
scalar_schema!(ObjectRef, {"type": "string", "pattern": "^([^/*\\s]+/)?[^/*\\s]+$"});
scalar_schema!(Port, {"type": "integer", "minimum": 1, "maximum": 65535});
scalar_schema!(Glob, {"type": "string"});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight() {
        let day = Day::parse("2026-12-31").unwrap();
        assert!(!day.is_over("2026-12-31".parse().unwrap()));
        assert!(day.is_over("2027-01-01".parse().unwrap()));
        assert_eq!(Day::parse("2026-12-32"), None);
        assert_eq!(Day::parse("2026-12-31T00:00:00"), None);
    }

    #[test]
    fn a_name_may_hold_dots_and_a_namespace() {
        let object = |namespace: Option<&str>, name: &str| ObjectName {
            kind: Kind::Deployment,
            namespace: namespace.map(Box::from),
            name: name.into(),
        };
        let named = |kind, name: &str| ObjectRef {
            kind,
            name: name.into(),
        };
        assert!(named(None, "cart.shop").names(&object(Some("shop"), "cart")));
        assert!(named(None, "cart").names(&object(Some("shop"), "cart")));
        assert!(named(None, "cart.v1").names(&object(Some("shop"), "cart.v1")));
        assert!(!named(None, "cart.web").names(&object(Some("shop"), "cart")));
        assert!(!named(Some(Kind::Service), "cart").names(&object(Some("shop"), "cart")));
        assert!(named(None, "cart").names(&object(None, "cart")));
    }

    #[test]
    fn a_glob_holds_for_directories_and_names() {
        let matches = |glob: &str, path: &str| Glob::parse(glob).unwrap().matches_path(Path::new(path));
        assert!(matches("legacy/", "legacy/a/b.yaml"));
        assert!(matches("*.gen.yaml", "a/b.gen.yaml"));
        assert!(matches("a/*/c.yaml", "a/b/c.yaml"));
        assert!(!matches("a/*.yaml", "a/b/c.yaml"));
        assert!(!matches("b/c.yaml", "a/b/c.yaml"));
    }
}
