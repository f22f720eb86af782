//! `Gateway`.

use super::super::shape::{Field, Shape, UINT32, field, labels, list, object, text, texts};
use super::server;

pub(in super::super) const SPEC: &[Field] = &[
    list("servers", &Shape::Object(SERVER)),
    labels("selector", usize::MAX),
];

const SERVER: &[Field] = &[
    object("port", PORT).required(),
    text("bind"),
    texts("hosts").required(),
    object("tls", server::TLS),
    text("defaultEndpoint"),
    text("name"),
];

const PORT: &[Field] = &[
    field("number", UINT32).required(),
    text("protocol").required(),
    text("name").required(),
    field("targetPort", UINT32),
];
