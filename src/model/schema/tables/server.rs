//! `tls` of a server, and ports with a protocol.

use super::super::shape::{Field, Shape, TEXT, UINT32, boolean, field, list_of, text, texts, word};

pub(super) const PORT: &[Field] = &[
    field("number", UINT32),
    text("protocol"),
    text("name"),
    field("targetPort", UINT32),
];

const VERSIONS: &[&str] = &["TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"];

pub(super) const TLS: &[Field] = &[
    boolean("httpsRedirect"),
    word(
        "mode",
        &[
            "PASSTHROUGH",
            "SIMPLE",
            "MUTUAL",
            "AUTO_PASSTHROUGH",
            "ISTIO_MUTUAL",
            "OPTIONAL_MUTUAL",
        ],
    ),
    text("serverCertificate"),
    text("privateKey"),
    text("caCertificates"),
    text("caCrl"),
    text("credentialName"),
    text("caCertCredentialName"),
    list_of("credentialNames", &TEXT, 1, 2),
    list_of("tlsCertificates", CERTIFICATE, 1, 2),
    texts("subjectAltNames"),
    texts("verifyCertificateSpki"),
    texts("verifyCertificateHash"),
    word("minProtocolVersion", VERSIONS),
    word("maxProtocolVersion", VERSIONS),
    texts("cipherSuites"),
    boolean("insecureSkipVerify"),
];

const CERTIFICATE: &Shape = &Shape::Object(&[
    text("serverCertificate"),
    text("privateKey"),
    text("caCertificates"),
]);
