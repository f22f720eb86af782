//! `Sidecar`.

use super::super::shape::{Field, Shape, UINT32, field, list, object, selector, text, texts, word};
use super::connection::POOL;
use super::{LABELS, server};

pub(in super::super) const SPEC: &[Field] = &[
    object("workloadSelector", SELECTOR),
    list("ingress", &Shape::Object(INGRESS)),
    list("egress", &Shape::Object(EGRESS)),
    object("inboundConnectionPool", POOL),
    object("outboundTrafficPolicy", OUTBOUND),
];

pub(super) const SELECTOR: &[Field] = &[selector("labels", LABELS)];

const CAPTURE_MODES: &[&str] = &["DEFAULT", "IPTABLES", "NONE"];

const INGRESS: &[Field] = &[
    object("port", server::PORT).required(),
    text("bind"),
    word("captureMode", CAPTURE_MODES),
    text("defaultEndpoint"),
    object("tls", server::TLS),
    object("connectionPool", POOL),
];

const EGRESS: &[Field] = &[
    object("port", server::PORT),
    text("bind"),
    word("captureMode", CAPTURE_MODES),
    texts("hosts").required(),
];

const OUTBOUND: &[Field] = &[
    word("mode", &["REGISTRY_ONLY", "ALLOW_ANY"]),
    object("egressProxy", DESTINATION),
];

/// Where traffic is sent on.
pub(super) const DESTINATION: &[Field] = &[
    text("host").required(),
    text("subset"),
    object("port", &[field("number", UINT32)]),
];
