//! One object against its schema.

use super::duration;
use super::fault::{Fault, UnknownField};
use super::nearest;
use super::route::Route;
use super::shape::{Field, Format, Keys, Labels, List, Map, Shape, Text};
use super::words::{alternatives, converted, describe, range};
use crate::source::Span;
use crate::yaml::{Choice, Entry, Node, Value};

/// What is wrong with an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Why the API server refuses it.
    pub faults: Vec<Fault>,
    /// The fields that it drops, or refuses if the client asks for it.
    pub unknown: Vec<UnknownField>,
}

impl Review {
    /// Whether the object gets no further, however lenient the client is.
    pub fn is_refused(&self) -> bool {
        !self.faults.is_empty() || self.unknown.iter().any(|field| field.replaces_required)
    }
}

/// Everything that the fields say of `root`.
pub(super) fn review_object(root: Node<'_>, fields: &[Field]) -> Review {
    let mut reviewer = Reviewer {
        fields,
        review: Review::default(),
    };
    let place = Place {
        key: root.span(),
        route: &Route::ROOT,
    };
    reviewer.object(root, fields, place);
    reviewer.review
}

/// Whether a value is just what a shape asks for.
pub(super) fn fits(value: Node<'_>, shape: &Shape) -> bool {
    let mut reviewer = Reviewer {
        fields: &[],
        review: Review::default(),
    };
    let place = Place {
        key: value.span(),
        route: &Route::ROOT,
    };
    reviewer.value(value, shape, place);
    reviewer.review.faults.is_empty() && reviewer.review.unknown.is_empty()
}

/// The key of a value, and the way to it.
#[derive(Clone, Copy)]
struct Place<'r> {
    key: Span,
    route: &'r Route<'r>,
}

struct Reviewer<'s> {
    /// Of the whole object, for fields that stand in the wrong place.
    fields: &'s [Field],
    review: Review,
}

impl Reviewer<'_> {
    fn value(&mut self, node: Node<'_>, shape: &Shape, place: Place<'_>) {
        match (shape, node.value()) {
            (Shape::Any, _) | (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Text(text), Value::Str(found)) => self.text(node, text, found, place),
            (Shape::Word(words), Value::Str(found)) => self.word(node, words, found, place),
            (Shape::Integer(least, most), value) if integer(value).is_some() => {
                let found = integer(value).unwrap_or_default();
                if found < i128::from(*least) || found > i128::from(*most) {
                    let message = format!("expected {}, found {found}", range(*least, *most));
                    self.fault(node.span(), place, message);
                }
            }
            (Shape::Number(least, most), Value::Int(_) | Value::UInt(_) | Value::Float(_)) => {
                self.number(node, *least, *most, place);
            }
            (Shape::Labels(labels), Value::Map) => self.labels(node, *labels, place),
            (Shape::Map(map), Value::Map) => self.map(node, *map, place),
            (Shape::List(list), Value::Seq) => self.list(node, *list, place),
            (Shape::Object(fields), Value::Map) => self.object(node, fields, place),
            _ => self.mismatch(node, shape, place),
        }
    }

    fn fault(&mut self, span: Span, place: Place<'_>, message: impl Into<String>) {
        let fault = Fault::new(span, place.route, message);
        self.review.faults.push(fault);
    }

    fn mismatch(&mut self, node: Node<'_>, shape: &Shape, place: Place<'_>) {
        let message = format!("expected {}, found {}", describe(shape), node.value().describe());
        let mut fault = Fault::new(node.span(), place.route, message);
        if let Some((title, text)) = converted(node, shape) {
            fault = fault.replace_by(title, text);
        }
        if let (Shape::Word(words), Some(written)) = (shape, node.source_text()) {
            fault.choice = Some(Choice {
                found: written.into(),
                allowed: words,
            });
        }
        self.review.faults.push(fault);
    }

    fn text(&mut self, node: Node<'_>, text: &Text, found: &str, place: Place<'_>) {
        if found.chars().count() > text.longest {
            let message = format!("expected at most {} characters", text.longest);
            self.fault(node.span(), place, message);
        }
        if text.format == Format::Duration && duration::parse(found).is_none_or(|length| length < 1e6) {
            let message = format!("expected a duration of at least 1ms such as `10s`, found `{found}`");
            self.fault(node.span(), place, message);
        }
    }

    fn word(&mut self, node: Node<'_>, words: &'static [&'static str], found: &str, place: Place<'_>) {
        if words.contains(&found) {
            return;
        }
        let message = format!("expected {}, found `{found}`", alternatives(words));
        let mut fault = Fault::new(node.span(), place.route, message);
        fault.choice = Some(Choice {
            found: found.into(),
            allowed: words,
        });
        self.review.faults.push(fault);
    }

    fn number(&mut self, node: Node<'_>, least: f64, most: f64, place: Place<'_>) {
        let written = node.source_text().unwrap_or_default();
        let found: Option<f64> = written.parse().ok();
        if found.is_some_and(|found| found < least || found > most) {
            let message = if most > 1e300 {
                format!("expected a number that is not negative, found {written}")
            } else {
                format!("expected a number from {least} to {most}, found {written}")
            };
            self.fault(node.span(), place, message);
        }
    }

    fn labels(&mut self, node: Node<'_>, labels: Labels, place: Place<'_>) {
        let entries = present(node);
        if entries.clone().count() > labels.most {
            let message = format!("expected at most {} labels", labels.most);
            self.fault(place.key, place, message);
        }
        for entry in entries {
            let route = place.route.key(entry.key);
            let place = Place {
                key: entry.key_span,
                route: &route,
            };
            match entry.value.value() {
                Value::Str(value) if labels.selects => self.selector_label(entry, value, place),
                // A boolean or a number is a finding of its own, with quotes as its repair.
                Value::Str(_) | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => {}
                Value::Null | Value::Seq | Value::Map => {
                    self.mismatch(entry.value, &super::shape::TEXT, place);
                }
            }
        }
    }

    /// An entry of `matchLabels`: equality is all that a policy's selector knows.
    fn selector_label(&mut self, entry: Entry<'_>, value: &str, place: Place<'_>) {
        const LONGEST_VALUE: usize = 63;
        if entry.key.is_empty() {
            self.fault(
                entry.key_span,
                place,
                "expected a label's name, found an empty one",
            );
        }
        if entry.key.contains('*') {
            self.fault(entry.key_span, place, "a selector knows no wildcards");
        }
        if value.contains('*') {
            self.fault(entry.value.span(), place, "a selector knows no wildcards");
        }
        if value.len() > LONGEST_VALUE {
            let message = format!("expected a label's value of at most {LONGEST_VALUE} characters");
            self.fault(entry.value.span(), place, message);
        }
    }

    fn map(&mut self, node: Node<'_>, map: Map, place: Place<'_>) {
        let entries = present(node);
        let count = entries.clone().count();
        if count < map.least {
            self.fault(place.key, place, "expected at least one entry");
        }
        if count > map.most {
            let message = format!("expected at most {} entries", map.most);
            self.fault(place.key, place, message);
        }
        for entry in entries {
            let route = place.route.key(entry.key);
            let place = Place {
                key: entry.key_span,
                route: &route,
            };
            if let Some(expected) = map.keys.refuse(entry.key) {
                let message = format!("expected {expected}, found `{}`", entry.key);
                self.fault(entry.key_span, place, message);
            }
            self.value(entry.value, map.values, place);
        }
    }

    fn list(&mut self, node: Node<'_>, list: List, place: Place<'_>) {
        let count = node.items().count();
        if count < list.least {
            self.fault(place.key, place, "expected at least one item");
        }
        if count > list.most {
            let message = format!("expected at most {} items", list.most);
            self.fault(place.key, place, message);
        }
        for (index, item) in node.items().enumerate() {
            let route = place.route.index(index);
            let place = Place {
                key: item.span(),
                route: &route,
            };
            self.value(item, list.items, place);
        }
    }

    fn object(&mut self, node: Node<'_>, fields: &[Field], place: Place<'_>) {
        let first_unknown = self.review.unknown.len();
        for entry in node.entries() {
            let Some(field) = fields.iter().find(|field| field.name == entry.key) else {
                self.unknown(node, entry, fields, place);
                continue;
            };
            if entry.value.is_null() {
                continue;
            }
            let route = place.route.key(entry.key);
            let place = Place {
                key: entry.key_span,
                route: &route,
            };
            self.value(entry.value, &field.shape, place);
        }
        for field in fields.iter().filter(|field| field.required) {
            if present(node).all(|entry| entry.key != field.name) {
                self.missing(field, first_unknown, place);
            }
        }
    }

    fn unknown(&mut self, node: Node<'_>, entry: Entry<'_>, fields: &[Field], place: Place<'_>) {
        // Each takes a look at every field: an object of nothing but nonsense gets no advice.
        const MOST_SUGGESTIONS: usize = 50;
        let parent = place.route.to_string();
        let is_worth_it = self.review.unknown.len() < MOST_SUGGESTIONS;
        let suggestion = is_worth_it
            .then(|| nearest::suggest(node, entry, fields, self.fields))
            .flatten();
        self.review.unknown.push(UnknownField {
            key: entry.key_span,
            name: entry.key.into(),
            is_lost_selector: nearest::is_lost_selector(&parent, entry, suggestion.as_ref()),
            parent: parent.into(),
            suggestion,
            replaces_required: false,
        });
    }

    /// A required field that only has the wrong name is one mistake, not two.
    fn missing(&mut self, field: &Field, first_unknown: usize, place: Place<'_>) {
        let unknown = &mut self.review.unknown[first_unknown..];
        let parent = place.route.to_string();
        let meant = unknown
            .iter_mut()
            .find(|unknown| *unknown.parent == *parent && nearest::means(unknown, field.name));
        if let Some(unknown) = meant {
            unknown.replaces_required = true;
        } else {
            let message = format!("expected the field `{}`", field.name);
            self.fault(place.key, place, message);
        }
    }
}

impl Keys {
    /// What was expected in the place of a key that is refused.
    fn refuse(self, key: &str) -> Option<&'static str> {
        let is_taken = match self {
            Keys::Any => true,
            Keys::Ports => is_port(key),
            Keys::PortNames => is_port_name(key),
        };
        let expected = match self {
            Keys::Ports => "a port number from 1 to 65535",
            Keys::PortNames | Keys::Any => "a port's name",
        };
        (!is_taken).then_some(expected)
    }
}

/// CEL reads a key as a number, and protobuf as JSON: no sign, no leading zero.
fn is_port(key: &str) -> bool {
    !key.starts_with(['0', '+']) && key.parse::<u16>().is_ok()
}

fn is_port_name(key: &str) -> bool {
    const LONGEST: usize = 62;
    key.len() <= LONGEST && super::admission::names::is_label(key)
}

/// The entries of a mapping that are not null: nulls are dropped before anything is judged.
pub(super) fn present(node: Node<'_>) -> impl Iterator<Item = Entry<'_>> + Clone {
    node.entries().filter(|entry| !entry.value.is_null())
}

fn integer(value: Value<'_>) -> Option<i128> {
    match value {
        Value::Int(int) => Some(i128::from(int)),
        Value::UInt(uint) => Some(i128::from(uint)),
        _ => None,
    }
}
