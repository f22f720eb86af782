//! `ServiceEntry`.

use super::super::shape::{Field, PORT, Shape, TEXT, field, list, list_of, object, short_text, texts, word};
use super::sidecar::SELECTOR;
use super::workload_entry::ENDPOINT;

pub(in super::super) const SPEC: &[Field] = &[
    list_of("hosts", &TEXT, 1, 256).required(),
    list_of("addresses", &short_text(64), 0, 256),
    list_of("ports", ENTRY_PORT, 0, 256),
    word("location", &["MESH_EXTERNAL", "MESH_INTERNAL"]),
    word(
        "resolution",
        &["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"],
    ),
    list_of("endpoints", ENDPOINT, 0, 4096),
    object("workloadSelector", SELECTOR),
    texts("exportTo"),
    list("subjectAltNames", &TEXT),
];

const ENTRY_PORT: &Shape = &Shape::Object(&[
    field("number", PORT).required(),
    field("protocol", short_text(256)),
    field("name", short_text(256)).required(),
    field("targetPort", PORT),
]);
