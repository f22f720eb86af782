//! Names of DNS, labels and addresses, as Istio and Kubernetes check them.

use std::net::IpAddr;

const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 255;

/// One label of a domain. Istio takes capitals too (`labels.IsDNS1123Label`).
pub(in super::super) fn is_label(text: &str) -> bool {
    let inner = |char: char| char.is_ascii_alphanumeric() || char == '-';
    text.len() <= LONGEST_LABEL
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.chars().all(inner)
}

/// The first label of a host, which may be, or begin with, a wildcard.
fn is_wildcard_label(text: &str) -> bool {
    if text.len() > LONGEST_LABEL {
        return false;
    }
    let rest = text
        .strip_prefix('*')
        .map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    text == "*" || is_label(rest.unwrap_or(text))
}

/// What is wrong with a host that may have a wildcard in front (`ValidateWildcardDomain`).
pub(super) fn refuse_wildcard_host(host: &str) -> Option<String> {
    if let Some(problem) = refuse_length(host) {
        return Some(problem);
    }
    let (first, rest) = host
        .split_once('.')
        .map_or((host, None), |(first, rest)| (first, Some(rest)));
    if !is_wildcard_label(first) {
        return Some(bad_label(host, first));
    }
    rest.and_then(|rest| refuse_labels(host, rest))
}

/// What is wrong with a full name (`ValidateFQDN`).
pub(super) fn refuse_name(name: &str) -> Option<String> {
    refuse_length(name).or_else(|| refuse_labels(name, name))
}

fn refuse_length(host: &str) -> Option<String> {
    if host.is_empty() {
        return Some("expected a host, found an empty text".to_owned());
    }
    (host.len() > LONGEST_NAME).then(|| format!("expected a host of at most {LONGEST_NAME} characters"))
}

fn refuse_labels(host: &str, labels: &str) -> Option<String> {
    let last = labels.rsplit('.').next().unwrap_or(labels);
    let digits = last.strip_prefix(['+', '-']).unwrap_or(last);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("expected a host, found `{host}`, which ends in a number"));
    }
    // The empty label behind a final dot is fine.
    let labels = labels.strip_suffix('.').unwrap_or(labels);
    let bad = labels.split('.').find(|label| !is_label(label))?;
    Some(bad_label(host, bad))
}

fn bad_label(host: &str, label: &str) -> String {
    match label {
        "" => format!("expected a host, found `{host}` with an empty part"),
        _ if label.contains('*') => {
            format!("expected a host with a wildcard in front only, found `{host}`")
        }
        _ => format!("expected a host, found `{host}` with the part `{label}`"),
    }
}

pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// An address, or a range of them such as `10.0.0.0/8`.
pub(super) fn is_subnet(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return is_address(text);
    };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// The name of a custom resource: small letters only, unlike the names of hosts.
pub(super) fn is_object_name(text: &str) -> bool {
    const LONGEST: usize = 253;
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= LONGEST && text.split('.').all(is_part)
}

/// A label's key, with its prefix or without.
pub(super) fn is_label_key(text: &str) -> bool {
    let is_key = |name: &str| name.len() <= LONGEST_LABEL && is_label_text(name);
    match text.split_once('/') {
        Some((prefix, name)) => {
            prefix.len() <= LONGEST_NAME && prefix.split('.').all(is_label) && is_key(name)
        }
        None => is_key(text),
    }
}

/// A label's value; Istio lets it be of any length (`labels.Instance.Validate`).
pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_label_text(text)
}

fn is_label_text(text: &str) -> bool {
    let inner = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.chars().all(inner)
}

/// Whether Istio knows a protocol by that name (`protocol.Parse`); no name means "look at the bytes".
pub(super) fn is_protocol(name: &str) -> bool {
    const NAMES: [&str; 13] = [
        "tcp",
        "udp",
        "grpc",
        "grpc-web",
        "http",
        "http_proxy",
        "http2",
        "https",
        "tls",
        "mongo",
        "mysql",
        "redis",
        "hbone",
    ];
    name.is_empty() || NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_wildcards_in_front_only() {
        for good in [
            "payment",
            "payment.prod.svc.cluster.local",
            "*",
            "*.local",
            "*-a.local",
            "istio.io.",
            "5",
        ] {
            assert_eq!(refuse_wildcard_host(good), None, "{good}");
        }
        for bad in [
            "",
            "10.0.0.1",
            "a.*",
            "a*",
            "a..b",
            "-bad",
            "a b",
            "x.5",
            "UPPER_case",
        ] {
            assert!(refuse_wildcard_host(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn names_of_objects_are_small() {
        assert!(is_object_name("payment.v1-a"));
        for bad in ["Payment", "a_b", "-a", "a.", ""] {
            assert!(!is_object_name(bad), "{bad}");
        }
    }
}
