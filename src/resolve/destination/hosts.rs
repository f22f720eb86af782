//! Hosts and wildcards: the most specific one counts
//! (`pilot/pkg/model/push_context.go` `MostSpecificHostMatch`).

use crate::hash::HashMap;

/// Values by host; wildcards are kept by what follows the `*`.
#[derive(Debug)]
pub struct HostMap<V> {
    exact: HashMap<Box<str>, V>,
    by_suffix: HashMap<Box<str>, V>,
    /// How long the suffixes are, in bytes, the longest first: few lengths are worth a look.
    lengths: Vec<usize>,
}

impl<V> Default for HostMap<V> {
    fn default() -> Self {
        HostMap {
            exact: HashMap::default(),
            by_suffix: HashMap::default(),
            lengths: Vec::new(),
        }
    }
}

impl<V: Default> HostMap<V> {
    /// The value of a host or wildcard, made where there is none.
    pub fn slot(&mut self, host: &str) -> &mut V {
        match host.strip_prefix('*') {
            Some(suffix) => {
                let longest_first = |length: &usize| suffix.len().cmp(length);
                if let Err(place) = self.lengths.binary_search_by(longest_first) {
                    self.lengths.insert(place, suffix.len());
                }
                self.by_suffix.entry(suffix.into()).or_default()
            }
            None => self.exact.entry(host.into()).or_default(),
        }
    }
}

impl<V> HostMap<V> {
    /// The value of this very host or wildcard.
    pub fn get(&self, host: &str) -> Option<&V> {
        match host.strip_prefix('*') {
            Some(suffix) => self.by_suffix.get(suffix),
            None => self.exact.get(host),
        }
    }

    /// Every wildcard with its value, in no particular order.
    pub fn wildcards(&self) -> impl Iterator<Item = (String, &V)> {
        let of_suffix = |(suffix, value)| (format!("*{suffix}"), value);
        self.by_suffix.iter().map(of_suffix)
    }

    /// The value of the host itself, else of the longest wildcard that covers it. A wildcard host is
    /// covered by itself and by shorter wildcards.
    pub fn most_specific<'a>(&'a self, host: &'a str) -> Option<&'a V> {
        self.all_matching(host).next()
    }

    /// The values of everything that covers a host, the most specific first.
    pub fn all_matching<'a>(&'a self, host: &'a str) -> impl Iterator<Item = &'a V> {
        let (exact, rest) = match host.strip_prefix('*') {
            Some(rest) => (None, rest),
            None => (self.exact.get(host), host),
        };
        let suffix = |length: &usize| rest.get(rest.len().checked_sub(*length)?..);
        let suffixes = self.lengths.iter().filter_map(suffix);
        exact
            .into_iter()
            .chain(suffixes.filter_map(|suffix| self.by_suffix.get(suffix)))
    }
}

/// The full name of a rule's host: a name without a dot belongs to the rule's own namespace, so that
/// `svc.other` is taken literally and matches nothing (`ResolveShortnameToFQDN`).
pub fn normalize(host: &str, namespace: &str, domain: &str) -> String {
    let is_literal = host.contains('.') || host == "*" || host.parse::<std::net::IpAddr>().is_ok();
    if is_literal {
        host.to_owned()
    } else {
        format!("{host}.{namespace}.svc.{domain}")
    }
}

/// Whether a rule's host, a name or a wildcard, covers a name or a narrower wildcard.
pub fn covers(host: &str, name: &str) -> bool {
    match host.strip_prefix('*') {
        Some(suffix) => name.strip_prefix('*').unwrap_or(name).ends_with(suffix),
        None => host == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_host_wins() {
        let mut map: HostMap<u8> = HostMap::default();
        *map.slot("*") = 1;
        *map.slot("*.svc.cluster.local") = 2;
        *map.slot("*.prod.svc.cluster.local") = 3;
        *map.slot("pay.prod.svc.cluster.local") = 4;
        assert_eq!(map.most_specific("pay.prod.svc.cluster.local"), Some(&4));
        assert_eq!(map.most_specific("web.prod.svc.cluster.local"), Some(&3));
        assert_eq!(map.most_specific("web.dev.svc.cluster.local"), Some(&2));
        assert_eq!(map.most_specific("example.com"), Some(&1));
        assert_eq!(map.most_specific("*.prod.svc.cluster.local"), Some(&3));
    }

    #[test]
    fn a_short_name_belongs_to_the_namespace_of_the_rule() {
        assert_eq!(
            normalize("pay", "prod", "cluster.local"),
            "pay.prod.svc.cluster.local"
        );
        assert_eq!(normalize("pay.dev", "prod", "cluster.local"), "pay.dev");
        assert_eq!(normalize("*", "prod", "cluster.local"), "*");
        assert_eq!(normalize("::1", "prod", "cluster.local"), "::1");
    }
}
