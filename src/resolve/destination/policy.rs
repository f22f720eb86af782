//! What a rule says about TLS on one port of one subset. Two places of Istio read it differently, and
//! both count: clusters (`networking/util/util.go` `GetPortLevelTrafficPolicy`, `MergeSubsetTrafficPolicy`)
//! and endpoints (`xds/endpoints/mtls_checker.go` `tlsModeForDestinationRule`).

use super::merge::{MergedRule, Owned};
use crate::model::Object;
use crate::model::destination_rule::{
    ClientTls, DestinationRule, LoadBalancer, PortPolicy, TlsMode, TrafficPolicy,
};
use crate::source::Span;
use crate::yaml::Spanned;

/// TLS as a rule sets it, with its place.
#[derive(Debug, Clone, Copy)]
pub struct TlsSetting<'o> {
    /// The rule.
    pub rule: &'o Object<DestinationRule>,
    /// The `tls` part.
    pub tls: &'o Spanned<ClientTls>,
}

impl TlsSetting<'_> {
    /// The mode in force.
    pub fn mode(&self) -> TlsMode {
        self.tls.effective_mode()
    }

    /// Which part of its rule it is, in words that no edit elsewhere changes: `tls`, `port 80`,
    /// `subset v1`, `subset v1 port 80`.
    pub fn part(&self) -> String {
        let spec = &self.rule.spec;
        let policies = std::iter::once((None, spec.traffic_policy.as_ref())).chain(
            spec.subsets
                .iter()
                .map(|subset| (Some(&subset.name), subset.traffic_policy.as_ref())),
        );
        for (subset, policy) in policies {
            let Some(policy) = policy else { continue };
            let is_own =
                |tls: &Option<Spanned<ClientTls>>| tls.as_ref().is_some_and(|tls| tls.span == self.tls.span);
            let port = policy.port_level_settings.iter().find(|entry| is_own(&entry.tls));
            let port = port.and_then(|entry| entry.number());
            if port.is_none() && !is_own(&policy.tls) {
                continue;
            }
            let subset = subset.map(|subset| format!("subset {subset}"));
            let port = port.map(|port| format!("port {port}"));
            let parts: Vec<String> = subset.into_iter().chain(port).collect();
            return if parts.is_empty() {
                "tls".to_owned()
            } else {
                parts.join(" ")
            };
        }
        "tls".to_owned()
    }

    /// The value to change: that of `mode`, or the `tls` key where the mode is left out.
    pub fn span(&self) -> Span {
        self.tls.mode.as_ref().map_or(self.tls.key, |mode| mode.span)
    }
}

/// What a rule says for the cluster of one port and subset.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClusterPolicy<'o> {
    /// TLS; `None` leaves it to auto-mTLS.
    pub tls: Option<TlsSetting<'o>>,
    /// Whether the port's effective policy passes connections through to the dialled address.
    pub is_passthrough: bool,
    /// Whether the policy that the service-level inference looks at does: the rule's own, of a subset the
    /// subset's own, never that of a port.
    pub is_inferred_passthrough: bool,
    /// The entry of `portLevelSettings` that replaced the policy.
    pub port_entry: Option<Owned<'o, PortPolicy>>,
}

impl<'o> ClusterPolicy<'o> {
    /// The policy of a rule for a Service port; `subset` is `None` for the service as a whole.
    pub fn of(rule: &MergedRule<'o>, port: u16, subset: Option<&str>) -> ClusterPolicy<'o> {
        let whole = match rule.policy {
            Some(policy) => ClusterPolicy::of_part(policy, port),
            None => ClusterPolicy::default(),
        };
        let Some(name) = subset else { return whole };
        // The inference sees the subset's policy alone.
        let whole = ClusterPolicy {
            is_inferred_passthrough: false,
            ..whole
        };
        let own = rule.subset(name).and_then(|subset| {
            let policy = subset.part.traffic_policy.as_ref()?;
            Some(Owned {
                rule: subset.rule,
                part: policy,
            })
        });
        own.map_or(whole, |own| whole.overridden_by(own, port))
    }

    fn of_part(policy: Owned<'o, TrafficPolicy>, port: u16) -> ClusterPolicy<'o> {
        let is_inferred_passthrough = passes_through(policy.part.load_balancer.as_ref());
        let rule = policy.rule;
        match entry(policy, port) {
            Some(entry) => ClusterPolicy {
                tls: entry.tls.as_ref().map(|tls| TlsSetting { rule, tls }),
                is_passthrough: passes_through(entry.load_balancer.as_ref()),
                is_inferred_passthrough,
                port_entry: Some(Owned { rule, part: entry }),
            },
            None => ClusterPolicy {
                tls: policy.part.tls.as_ref().map(|tls| TlsSetting { rule, tls }),
                is_passthrough: is_inferred_passthrough,
                is_inferred_passthrough,
                port_entry: None,
            },
        }
    }

    /// A subset's policy overrides field by field, its entry for the port wholesale. Pass-through of the
    /// whole is inherited: the subset's cluster is a copy of the main one.
    fn overridden_by(self, own: Owned<'o, TrafficPolicy>, port: u16) -> ClusterPolicy<'o> {
        let subset = ClusterPolicy::of_part(own, port);
        ClusterPolicy {
            tls: if subset.port_entry.is_some() {
                subset.tls
            } else {
                subset.tls.or(self.tls)
            },
            is_passthrough: self.is_passthrough || subset.is_passthrough,
            is_inferred_passthrough: subset.is_inferred_passthrough,
            port_entry: subset.port_entry.or(self.port_entry),
        }
    }
}

/// The first entry for a port; it replaces the policy wholesale.
fn entry(policy: Owned<'_, TrafficPolicy>, port: u16) -> Option<&Spanned<PortPolicy>> {
    policy
        .part
        .value
        .port_level_settings
        .iter()
        .find(|entry| entry.number() == Some(u32::from(port)))
}

fn passes_through(load_balancer: Option<&Spanned<LoadBalancer>>) -> bool {
    load_balancer.is_some_and(|load_balancer| load_balancer.is_passthrough())
}

/// The TLS that a rule sets for other ports and that an entry for this one, which has none, takes away.
pub fn hidden_tls<'o>(rule: &MergedRule<'o>, port: u16, subset: Option<&str>) -> Option<TlsSetting<'o>> {
    let policy = ClusterPolicy::of(rule, port, subset);
    if policy.tls.is_some() || policy.port_entry.is_none() {
        return None;
    }
    let of_subset = subset.and_then(|name| {
        let Owned { rule, part } = *rule.subset(name)?;
        let tls = part.traffic_policy.as_ref()?.tls.as_ref()?;
        Some(TlsSetting { rule, tls })
    });
    of_subset.or_else(|| {
        let Owned { rule, part } = rule.policy?;
        let tls = part.tls.as_ref()?;
        Some(TlsSetting { rule, tls })
    })
}

/// The mode that endpoints are told, which need not be the cluster's: a port's entry without TLS does not
/// hide the rule's own mode here.
pub fn eds_mode<'o>(rule: &MergedRule<'o>, port: u16, subset: Option<&str>) -> Option<TlsSetting<'o>> {
    let of_subset = subset.and_then(|name| {
        let subset = rule.subset(name)?;
        let policy = subset.part.traffic_policy.as_ref()?;
        eds_mode_of(
            Owned {
                rule: subset.rule,
                part: policy,
            },
            port,
        )
    });
    of_subset.or_else(|| eds_mode_of(rule.policy?, port))
}

fn eds_mode_of(policy: Owned<'_, TrafficPolicy>, port: u16) -> Option<TlsSetting<'_>> {
    let entries = policy.part.value.port_level_settings.iter();
    let of_port = entries
        .filter(|entry| entry.number() == Some(u32::from(port)))
        .find_map(|entry| entry.tls.as_ref());
    let tls = of_port.or(policy.part.value.tls.as_ref())?;
    Some(TlsSetting {
        rule: policy.rule,
        tls,
    })
}
