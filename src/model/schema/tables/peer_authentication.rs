//! `PeerAuthentication`.

use super::super::shape::{Field, Keys, Map, Shape, field, object, selector, word};
use super::MATCH_LABELS;

pub(in super::super) const SPEC: &[Field] = &[
    object("selector", SELECTOR),
    object("mtls", MTLS),
    field("portLevelMtls", Shape::Map(PORTS)),
];

pub(super) const SELECTOR: &[Field] = &[selector("matchLabels", MATCH_LABELS)];

const MTLS: &[Field] = &[word("mode", &["UNSET", "DISABLE", "PERMISSIVE", "STRICT"])];

const PORTS: Map = Map {
    keys: Keys::Ports,
    values: &Shape::Object(MTLS),
    least: 1,
    most: usize::MAX,
};
