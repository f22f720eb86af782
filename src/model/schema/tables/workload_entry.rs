//! `WorkloadEntry` and `WorkloadGroup`.

use super::super::shape::{
    Field, INT32, Keys, PORT, Shape, TEXT, UINT32, field, labels, list, map_of, object, short_text, text,
};
use super::LABELS;

pub(in super::super) const SPEC: &[Field] = &[
    field("address", short_text(256)),
    map_of("ports", Keys::PortNames, &PORT, 128),
    labels("labels", LABELS),
    field("network", short_text(2048)),
    field("locality", short_text(2048)),
    field("weight", UINT32),
    field("serviceAccount", short_text(253)),
];

pub(in super::super) const GROUP: &[Field] = &[
    object("metadata", METADATA),
    object("template", SPEC).required(),
    object("probe", PROBE),
];

const METADATA: &[Field] = &[labels("labels", LABELS), labels("annotations", LABELS)];

const COUNT: Shape = Shape::Integer(0, 2_147_483_647);

const PROBE: &[Field] = &[
    field("initialDelaySeconds", COUNT),
    field("timeoutSeconds", COUNT),
    field("periodSeconds", COUNT),
    field("successThreshold", COUNT),
    field("failureThreshold", INT32),
    object("httpGet", HTTP_GET),
    object("tcpSocket", &[text("host"), field("port", PORT).required()]),
    object("exec", &[list("command", &TEXT).required()]),
    object("grpc", &[field("port", PORT), text("service")]),
];

const HTTP_GET: &[Field] = &[
    text("path"),
    field("port", PORT).required(),
    text("host"),
    text("scheme"),
    list("httpHeaders", &Shape::Object(&[text("name"), text("value")])),
];

/// The endpoints of a `ServiceEntry` are such entries too.
pub(super) const ENDPOINT: &Shape = &Shape::Object(SPEC);
