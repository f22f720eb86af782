//! `DestinationRule`.

use super::super::shape::{
    Field, INT32, Shape, UINT32, boolean, duration, field, labels, list, list_of, map, object, text, texts,
    word,
};
use super::connection::POOL;
use super::peer_authentication::SELECTOR;

pub(in super::super) const SPEC: &[Field] = &[
    text("host").required(),
    object("trafficPolicy", POLICY),
    list("subsets", &Shape::Object(SUBSET)),
    texts("exportTo"),
    object("workloadSelector", SELECTOR),
];

const SUBSET: &[Field] = &[
    text("name").required(),
    labels("labels", usize::MAX),
    object("trafficPolicy", POLICY),
];

const POLICY: &[Field] = &[
    object("loadBalancer", LOAD_BALANCER),
    object("connectionPool", POOL),
    object("outlierDetection", OUTLIERS),
    object("tls", TLS),
    list_of("portLevelSettings", &Shape::Object(PORT_POLICY), 0, 4096),
    object("tunnel", TUNNEL),
    object("proxyProtocol", &[word("version", &["V1", "V2"])]),
    object("retryBudget", RETRY_BUDGET),
];

const PORT_POLICY: &[Field] = &[
    object("port", &[field("number", UINT32)]),
    object("loadBalancer", LOAD_BALANCER),
    object("connectionPool", POOL),
    object("outlierDetection", OUTLIERS),
    object("tls", TLS),
];

const TLS: &[Field] = &[
    word("mode", &["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"]),
    text("clientCertificate"),
    text("privateKey"),
    text("caCertificates"),
    text("credentialName"),
    texts("subjectAltNames"),
    text("sni"),
    boolean("insecureSkipVerify"),
    text("caCrl"),
];

const LOAD_BALANCER: &[Field] = &[
    word(
        "simple",
        &[
            "UNSPECIFIED",
            "LEAST_CONN",
            "RANDOM",
            "PASSTHROUGH",
            "ROUND_ROBIN",
            "LEAST_REQUEST",
        ],
    ),
    object("consistentHash", CONSISTENT_HASH),
    object("localityLbSetting", LOCALITY),
    object("zoneAwareLbSetting", ZONES),
    duration("warmupDurationSecs"),
    object("warmup", WARMUP),
];

const UINT64: Shape = Shape::Integer(0, i64::MAX);
const PERCENT: Shape = Shape::Number(0.0, 100.0);

const CONSISTENT_HASH: &[Field] = &[
    text("httpHeaderName"),
    object("httpCookie", COOKIE),
    boolean("useSourceIp"),
    text("httpQueryParameterName"),
    object("ringHash", &[field("minimumRingSize", UINT64)]),
    object("maglev", &[field("tableSize", UINT64)]),
    field("minimumRingSize", UINT64),
];

const COOKIE: &[Field] = &[
    text("name").required(),
    text("path"),
    text("ttl"),
    list(
        "attributes",
        &Shape::Object(&[text("name").required(), text("value")]),
    ),
];

const LOCALITY: &[Field] = &[
    list("distribute", &Shape::Object(&[text("from"), map("to", &UINT32)])),
    list("failover", FAILOVER),
    texts("failoverPriority"),
    boolean("enabled"),
];

const ZONES: &[Field] = &[
    boolean("enabled"),
    list("failover", FAILOVER),
    texts("failoverPriority"),
    field("minClusterSize", Shape::Integer(1, 4_294_967_295)),
];

const FAILOVER: &Shape = &Shape::Object(&[text("from"), text("to")]);

const WARMUP: &[Field] = &[
    duration("duration").required(),
    field("minimumPercent", PERCENT),
    field("aggression", Shape::Number(0.0, f64::MAX)),
];

const OUTLIERS: &[Field] = &[
    field("consecutiveErrors", INT32),
    boolean("splitExternalLocalOriginErrors"),
    field("consecutiveLocalOriginFailures", UINT32),
    field("consecutiveGatewayErrors", UINT32),
    field("consecutive5xxErrors", UINT32),
    duration("interval"),
    duration("baseEjectionTime"),
    field("maxEjectionPercent", INT32),
    field("minHealthPercent", INT32),
    list("outlierDetectionHttpErrorCodes", &Shape::Integer(100, 599)),
];

const TUNNEL: &[Field] = &[
    text("protocol"),
    text("targetHost").required(),
    field("targetPort", UINT32).required(),
];

const RETRY_BUDGET: &[Field] = &[
    field("percent", PERCENT),
    field("minRetryConcurrency", UINT32),
    text("budgetInterval"),
];
