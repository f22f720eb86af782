//! `VirtualService`.

use super::super::shape::{
    Field, INT32, Shape, TEXT, UINT32, boolean, duration, field, list, map, object, text, texts, word,
};
use super::sidecar::DESTINATION;

pub(in super::super) const SPEC: &[Field] = &[
    texts("hosts"),
    texts("gateways"),
    list("http", &Shape::Object(HTTP)),
    list("tls", &Shape::Object(TLS)),
    list("tcp", &Shape::Object(TCP)),
    texts("exportTo"),
];

const HTTP: &[Field] = &[
    text("name"),
    list("match", &Shape::Object(HTTP_MATCH)),
    list("route", &Shape::Object(HTTP_ROUTE)),
    object("redirect", REDIRECT),
    object("directResponse", DIRECT_RESPONSE),
    object("delegate", &[text("name"), text("namespace")]),
    object("rewrite", REWRITE),
    duration("timeout"),
    object("retries", RETRIES),
    object("fault", FAULT),
    object("mirror", DESTINATION),
    list("mirrors", &Shape::Object(MIRROR)),
    field("mirrorPercent", UINT32),
    field("mirror_percent", UINT32),
    object("mirrorPercentage", PERCENTAGE),
    object("corsPolicy", CORS),
    object("headers", HEADERS),
];

const PERCENTAGE: &[Field] = &[field("value", Shape::Number(f64::MIN, f64::MAX))];

const PATTERN: &[Field] = &[text("exact"), text("prefix"), text("regex")];

const HTTP_MATCH: &[Field] = &[
    text("name"),
    object("uri", PATTERN),
    object("scheme", PATTERN),
    object("method", PATTERN),
    object("authority", PATTERN),
    map("headers", &Shape::Object(PATTERN)),
    field("port", UINT32),
    map("sourceLabels", &TEXT),
    texts("gateways"),
    map("queryParams", &Shape::Object(PATTERN)),
    boolean("ignoreUriCase"),
    map("withoutHeaders", &Shape::Object(PATTERN)),
    text("sourceNamespace"),
    text("statPrefix"),
];

const HTTP_ROUTE: &[Field] = &[
    object("destination", DESTINATION).required(),
    field("weight", INT32),
    object("headers", HEADERS),
];

const MIRROR: &[Field] = &[
    object("destination", DESTINATION).required(),
    object("percentage", PERCENTAGE),
];

const HEADERS: &[Field] = &[object("request", OPERATIONS), object("response", OPERATIONS)];

const OPERATIONS: &[Field] = &[map("set", &TEXT), map("add", &TEXT), texts("remove")];

const REDIRECT: &[Field] = &[
    text("uri"),
    text("authority"),
    field("port", UINT32),
    word("derivePort", &["FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"]),
    text("scheme"),
    field("redirectCode", UINT32),
    text("prefixRewrite"),
];

const DIRECT_RESPONSE: &[Field] = &[
    field("status", UINT32).required(),
    object("body", &[text("string"), text("bytes")]),
];

const REWRITE: &[Field] = &[
    text("uri"),
    text("authority"),
    object("uriRegexRewrite", &[text("match"), text("rewrite")]),
];

const RETRIES: &[Field] = &[
    field("attempts", INT32),
    duration("perTryTimeout"),
    text("retryOn"),
    boolean("retryRemoteLocalities"),
    boolean("retryIgnorePreviousHosts"),
    duration("backoff"),
];

const FAULT: &[Field] = &[object("delay", DELAY), object("abort", ABORT)];

const DELAY: &[Field] = &[
    field("percent", INT32),
    duration("fixedDelay"),
    duration("exponentialDelay"),
    object("percentage", PERCENTAGE),
];

const ABORT: &[Field] = &[
    field("httpStatus", INT32),
    text("grpcStatus"),
    text("http2Error"),
    object("percentage", PERCENTAGE),
];

const CORS: &[Field] = &[
    texts("allowOrigin"),
    list("allowOrigins", &Shape::Object(PATTERN)),
    texts("allowMethods"),
    texts("allowHeaders"),
    texts("exposeHeaders"),
    duration("maxAge"),
    boolean("allowCredentials"),
    word("unmatchedPreflights", &["UNSPECIFIED", "FORWARD", "IGNORE"]),
];

const TLS: &[Field] = &[
    list("match", &Shape::Object(TLS_MATCH)).required(),
    list("route", &Shape::Object(ROUTE)),
];

const TLS_MATCH: &[Field] = &[
    texts("sniHosts").required(),
    texts("destinationSubnets"),
    field("port", UINT32),
    map("sourceLabels", &TEXT),
    texts("gateways"),
    text("sourceNamespace"),
];

const TCP: &[Field] = &[
    list("match", &Shape::Object(TCP_MATCH)),
    list("route", &Shape::Object(ROUTE)),
];

const TCP_MATCH: &[Field] = &[
    texts("destinationSubnets"),
    field("port", UINT32),
    text("sourceSubnet"),
    map("sourceLabels", &TEXT),
    texts("gateways"),
    text("sourceNamespace"),
];

const ROUTE: &[Field] = &[
    object("destination", DESTINATION).required(),
    field("weight", INT32),
];
