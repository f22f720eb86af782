//! `connectionPool`, which clients and servers share.

use super::super::shape::{Field, INT32, UINT32, boolean, duration, field, object, text, word};

pub(super) const POOL: &[Field] = &[object("tcp", TCP), object("http", HTTP)];

const TCP: &[Field] = &[
    field("maxConnections", INT32),
    duration("connectTimeout"),
    object("tcpKeepalive", KEEPALIVE),
    duration("maxConnectionDuration"),
    // The one duration without a lower bound: 0s switches it off.
    text("idleTimeout"),
];

const KEEPALIVE: &[Field] = &[field("probes", UINT32), duration("time"), duration("interval")];

const HTTP: &[Field] = &[
    field("http1MaxPendingRequests", INT32),
    field("http2MaxRequests", INT32),
    field("maxRequestsPerConnection", INT32),
    field("maxRetries", INT32),
    duration("idleTimeout"),
    word("h2UpgradePolicy", &["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"]),
    boolean("useClientProtocol"),
    field("maxConcurrentStreams", INT32),
    object("http2KeepAlive", &[duration("interval"), duration("timeout")]),
];
