//! `ValidateDestinationRule`.

use std::collections::BTreeSet;

use super::export_to::Exporter;
use super::{Judge, filled, items, names, number, part, present};
use crate::yaml::{Entry, Node, Value};

/// The parts of a policy, of which it needs one.
const PARTS: [&str; 4] = ["outlierDetection", "connectionPool", "loadBalancer", "tls"];
const TOP_PARTS: [&str; 3] = ["tunnel", "proxyProtocol", "retryBudget"];

impl Judge<'_, '_> {
    pub(super) fn destination_rule(&mut self, spec: Entry<'_>) {
        let node = spec.value;
        if let Some(host) = part(node, "host")
            && let Some(problem) = host.value.as_str().and_then(names::refuse_wildcard_host)
        {
            self.refuse(host.value.span(), "spec.host", problem);
        }
        if let Some(policy) = part(node, "trafficPolicy") {
            self.policy(policy, "spec.trafficPolicy");
        }
        self.subsets(node);
        let exporter = match part(node, "workloadSelector") {
            Some(_) => Exporter::SelectingRule,
            None => Exporter::DestinationRule,
        };
        self.export_to(node, exporter);
    }

    fn subsets(&mut self, spec: Node<'_>) {
        let mut seen = BTreeSet::new();
        for (index, subset) in items(spec, "subsets") {
            let route = format!("spec.subsets[{index}]");
            if let Some(name) = part(subset, "name") {
                let text = name.value.as_str().unwrap_or_default();
                let problem = if !names::is_label(text) {
                    Some(format!(
                        "expected a subset's name of letters, digits and `-`, found `{text}`"
                    ))
                } else if !seen.insert(text) {
                    Some(format!("expected each subset once, found `{text}` again"))
                } else {
                    None
                };
                if let Some(problem) = problem {
                    self.refuse(name.value.span(), format_args!("{route}.name"), problem);
                }
            }
            self.label_syntax(subset, &route);
            if let Some(policy) = part(subset, "trafficPolicy") {
                self.policy(policy, &format!("{route}.trafficPolicy"));
            }
        }
    }

    /// Labels of endpoints (`labels.Instance.Validate`).
    pub(super) fn label_syntax(&mut self, node: Node<'_>, route: &str) {
        let labels = part(node, "labels");
        for label in labels.into_iter().flat_map(|labels| present(labels.value)) {
            let route = format!("{route}.labels.{}", label.key);
            if !names::is_label_key(label.key) {
                let message = format!("expected a label's name, found `{}`", label.key);
                self.refuse(label.key_span, &route, message);
            }
            let value = label.value.as_str().unwrap_or_default();
            if !names::is_label_value(value) {
                let message = format!("expected a label's value, found `{value}`");
                self.refuse(label.value.span(), &route, message);
            }
        }
    }

    fn policy(&mut self, policy: Entry<'_>, route: &str) {
        let node = policy.value;
        let has_ports = items(node, "portLevelSettings").next().is_some();
        let has = |name: &&str| part(node, name).is_some();
        if !has_ports && !PARTS.iter().chain(&TOP_PARTS).any(has) {
            let message = "expected at least one setting in `trafficPolicy`";
            self.refuse(policy.key_span, route, message);
        }
        self.settings(node, route);
        for (index, port) in items(node, "portLevelSettings") {
            self.port_policy(port, &format!("{route}.portLevelSettings[{index}]"));
        }
    }

    fn port_policy(&mut self, entry: Node<'_>, route: &str) {
        if part(entry, "port").is_none() {
            self.refuse(
                entry.span(),
                route,
                "expected `port.number` in each entry of `portLevelSettings`",
            );
        }
        if !PARTS.iter().any(|name| part(entry, name).is_some()) {
            let message = "expected at least one setting beside `port`";
            self.refuse(entry.span(), route, message);
        }
        self.settings(entry, route);
    }

    fn settings(&mut self, node: Node<'_>, route: &str) {
        if let Some(pool) = part(node, "connectionPool") {
            self.connection_pool(pool, &format!("{route}.connectionPool"));
        }
        if let Some(balancer) = part(node, "loadBalancer") {
            self.load_balancer(balancer, &format!("{route}.loadBalancer"));
        }
        if let Some(outliers) = part(node, "outlierDetection") {
            let route = format!("{route}.outlierDetection");
            for name in ["maxEjectionPercent", "minHealthPercent"] {
                self.percent(outliers.value, name, &route);
            }
        }
        if let Some(tls) = part(node, "tls") {
            self.client_tls(tls, &format!("{route}.tls"));
        }
    }

    /// `validateConnectionPool`, which also holds for the pools of a `Sidecar`.
    pub(super) fn connection_pool(&mut self, pool: Entry<'_>, route: &str) {
        let parts = ["tcp", "http"].map(|name| part(pool.value, name));
        if parts.iter().all(Option::is_none) {
            self.refuse(
                pool.key_span,
                route,
                "expected `tcp` or `http` in `connectionPool`",
            );
        }
        for entry in parts.into_iter().flatten().flat_map(|part| present(part.value)) {
            if matches!(entry.value.value(), Value::Int(..0)) {
                let route = format!("{route}.{}", entry.key);
                self.refuse(
                    entry.value.span(),
                    route,
                    "expected a number that is not negative",
                );
            }
        }
    }

    fn load_balancer(&mut self, balancer: Entry<'_>, route: &str) {
        let hash = part(balancer.value, "consistentHash");
        if let Some(hash) = hash.filter(|_| part(balancer.value, "simple").is_some()) {
            let message = "expected either `simple` or `consistentHash`";
            self.refuse(hash.key_span, format_args!("{route}.consistentHash"), message);
        }
        let keys = [
            "httpHeaderName",
            "httpCookie",
            "useSourceIp",
            "httpQueryParameterName",
        ];
        let chosen = hash.into_iter().flat_map(|hash| present(hash.value));
        let mut chosen = chosen.filter(|entry| keys.contains(&entry.key));
        if let (Some(_), Some(second)) = (chosen.next(), chosen.next()) {
            let route = format!("{route}.consistentHash.{}", second.key);
            self.refuse(second.key_span, route, "expected one key to hash by");
        }
    }

    fn percent(&mut self, node: Node<'_>, name: &str, route: &str) {
        if let Some(entry) = part(node, name)
            && number(node, name).is_some_and(|percent| !(0..=100).contains(&percent))
        {
            let message = "expected a percentage from 0 to 100";
            self.refuse(entry.value.span(), format_args!("{route}.{name}"), message);
        }
    }

    /// `ValidateTLS`.
    fn client_tls(&mut self, tls: Entry<'_>, route: &str) {
        let node = tls.value;
        let mode = filled(node, "mode").map_or("DISABLE", |(_, mode)| mode);
        if !matches!(mode, "SIMPLE" | "MUTUAL") {
            return;
        }
        self.skipped_verification(node, mode, route);
        if let Some((credential, _)) = filled(node, "credentialName") {
            let files = ["clientCertificate", "privateKey", "caCertificates", "caCrl"];
            if let Some((file, _)) = files.into_iter().find_map(|name| filled(node, name)) {
                let message = format!("expected either `credentialName` or `{}`", file.key);
                self.refuse(
                    credential.key_span,
                    format_args!("{route}.credentialName"),
                    message,
                );
            } else if let Some(problem) = self.refuse_config_map(node) {
                self.refuse(
                    credential.value.span(),
                    format_args!("{route}.credentialName"),
                    problem,
                );
            }
            return;
        }
        let required = ["clientCertificate", "privateKey"].into_iter();
        for name in required.filter(|_| mode == "MUTUAL") {
            if filled(node, name).is_none() {
                let at = part(node, "mode").map_or(tls.key_span, |mode| mode.value.span());
                let message = format!("mode `MUTUAL` needs `{name}`");
                self.refuse(at, format_args!("{route}.{name}"), message);
            }
        }
    }

    fn skipped_verification(&mut self, node: Node<'_>, mode: &str, route: &str) {
        let skips = part(node, "insecureSkipVerify").filter(|entry| entry.value.value() == Value::Bool(true));
        let Some(skips) = skips else {
            return;
        };
        let authority = filled(node, "caCertificates").map(|(entry, _)| entry);
        let credential = filled(node, "credentialName").map(|(entry, _)| entry);
        let names = part(node, "subjectAltNames").filter(|names| names.value.items().next().is_some());
        let verifies = authority.or(credential.filter(|_| mode == "SIMPLE")).or(names);
        if let Some(verifies) = verifies {
            let message = format!("expected either `insecureSkipVerify` or `{}`", verifies.key);
            self.refuse(
                skips.key_span,
                format_args!("{route}.insecureSkipVerify"),
                message,
            );
        }
    }

    /// `configmap://[namespace/]name`, where only the rule's own namespace will do.
    fn refuse_config_map(&self, tls: Node<'_>) -> Option<String> {
        let (_, credential) = filled(tls, "credentialName")?;
        let name = credential.strip_prefix("configmap://")?;
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() > 2 || parts.iter().any(|part| part.is_empty()) {
            let expected = "expected `configmap://namespace/name`";
            return Some(format!("{expected}, found `{credential}`"));
        }
        let namespace = (parts.len() == 2).then(|| parts[0]).zip(self.namespace);
        let (named, own) = namespace.filter(|(named, own)| named != own)?;
        Some(format!(
            "expected a ConfigMap of namespace `{own}`, found one of `{named}`"
        ))
    }
}
