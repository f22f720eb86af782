//! What share of the ports is closed.

use std::collections::BTreeMap;

use super::{Question, is_server};
use crate::finding::Assumptions;
use crate::mesh::NamespaceId;
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolution;
use crate::resolve::capture::Bypass;
use crate::resolve::dataplane::DataPlane;

/// The figures of a namespace, or of the mesh. Gateways and waypoints do not count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Coverage<'a> {
    /// The namespace; `None` for objects that name none, and for the mesh.
    pub namespace: Option<&'a str>,
    /// The given workloads.
    pub workloads: usize,
    /// Those of them that no data plane serves.
    pub outside: usize,
    /// The ports that something declares.
    pub ports: Ports,
    /// How many of these figures rest on something that is not given.
    pub assumed: usize,
}

/// Ports by what is enforced on them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ports {
    /// Mutual TLS of the mesh and nothing else.
    pub strict: usize,
    /// Plaintext as well.
    pub permissive: usize,
    /// No mutual TLS.
    pub disable: usize,
    /// There is no proxy, or the port bypasses it.
    pub no_proxy: usize,
}

impl Ports {
    /// All of them.
    pub fn total(self) -> usize {
        self.strict + self.permissive + self.disable + self.no_proxy
    }

    /// A part of them in tenths of a percent, rounded down, so that 100 % are all; `None` where there is none.
    pub fn per_mille(self, part: usize) -> Option<u16> {
        (part * 1000)
            .checked_div(self.total())
            .map(|tenths| tenths as u16)
    }

    fn add(&mut self, mode: Option<Mode>) {
        *match mode {
            Some(Mode::Strict) => &mut self.strict,
            Some(Mode::Permissive) => &mut self.permissive,
            Some(Mode::Disable) => &mut self.disable,
            None => &mut self.no_proxy,
        } += 1;
    }
}

/// The figures of each namespace by name, and of all together.
pub(super) fn coverage<'a>(
    resolution: &Resolution<'a, 'a>,
    question: Question<'_>,
) -> (Vec<Coverage<'a>>, Coverage<'a>) {
    let mesh = resolution.mesh;
    let mut of_namespaces: BTreeMap<NamespaceId, Coverage<'a>> = BTreeMap::new();
    let mut all = Coverage::default();
    for (id, workload) in mesh.workloads() {
        let namespace = mesh.namespaces[workload.namespace].name;
        let plane = resolution.workload(id).enrolment.plane;
        if !is_server(plane) || !(question.keeps)(resolution, namespace, Some(id)) {
            continue;
        }
        let of_namespace = of_namespaces.entry(workload.namespace).or_default();
        of_namespace.namespace = namespace;
        for figures in [&mut *of_namespace, &mut all] {
            figures.workloads += 1;
            figures.outside += usize::from(plane == DataPlane::None);
        }
        for port in resolution.declared_ports(id) {
            let decision = resolution.decide(id, Some(port));
            if matches!(decision.bypass, Some(Bypass::ProxyPort)) {
                continue;
            }
            for figures in [&mut *of_namespace, &mut all] {
                figures.ports.add(decision.mode);
                figures.assumed += usize::from(decision.rests_on != Assumptions::NONE);
            }
        }
    }
    (of_namespaces.into_values().collect(), all)
}
