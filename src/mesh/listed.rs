//! The endpoints of Services without a selector, as EndpointSlices and Endpoints list them
//! (`serviceregistry/kube/controller/endpointslice.go` `updateEndpointCacheForSlice`).

use std::collections::BTreeSet;

use super::services::{Service, ServiceId};
use super::workloads::{self, Workload, WorkloadId};
use crate::hash::HashMap;
use crate::model::Object;
use crate::model::endpoint_slice::{EndpointGroup, EndpointSlice};
use crate::model::workload::Workload as WorkloadModel;
use crate::source::Span;

/// An endpoint of a Service without a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedEndpoint<'o> {
    /// The name of the Service's port; empty without one.
    pub port_name: &'o str,
    /// Its address.
    pub address: &'o str,
    /// The workload port.
    pub port: u16,
    /// The given workload that has the address.
    pub workload: Option<WorkloadId>,
}

/// The endpoints of each Service that has no selector and is no other name, in order, each once.
pub(super) fn collect<'o>(
    slices: &[&'o Object<EndpointSlice>],
    services: &[Service<'o>],
    workloads: &[Workload<'o>],
    pods: &[&'o Object<WorkloadModel>],
) -> HashMap<ServiceId, Vec<ListedEndpoint<'o>>> {
    let unselecting = unselecting(services);
    let of_services = slices.iter().filter_map(|slice| {
        let key = (slice.meta.namespace_name(), slice.spec.service.as_deref()?);
        Some((*unselecting.get(&key)?, *slice))
    });
    let of_services: Vec<(ServiceId, &Object<EndpointSlice>)> = of_services.collect();
    if of_services.is_empty() {
        return HashMap::default();
    }
    let known = Pods::of(pods, workloads);
    let mut found: HashMap<ServiceId, BTreeSet<ListedEndpoint<'o>>> = HashMap::default();
    for (id, slice) in of_services {
        let namespace = slice.meta.namespace_name();
        let endpoints = slice.spec.groups.iter();
        let endpoints = endpoints.flat_map(|group| known.endpoints(namespace, group));
        found.entry(id).or_default().extend(endpoints);
    }
    let in_order = found
        .into_iter()
        .map(|(id, endpoints)| (id, endpoints.into_iter().collect()));
    in_order.collect()
}

/// The Kubernetes Services without a selector by namespace and name.
fn unselecting<'o>(services: &[Service<'o>]) -> HashMap<(Option<&'o str>, &'o str), ServiceId> {
    let all = services.iter().enumerate();
    let unselecting = all.filter(|(_, service)| {
        service.kubernetes().is_some() && service.selector().is_none() && service.external_name().is_none()
    });
    unselecting
        .map(|(index, service)| {
            let meta = service.meta();
            let key = (meta.namespace_name(), &*meta.name.value);
            (key, ServiceId(index as u32))
        })
        .collect()
}

/// The workloads of given pods.
struct Pods<'o> {
    by_name: HashMap<(Option<&'o str>, &'o str), WorkloadId>,
    by_address: HashMap<(Option<&'o str>, &'o str), WorkloadId>,
}

impl<'o> Pods<'o> {
    fn of(pods: &[&'o Object<WorkloadModel>], workloads: &[Workload<'o>]) -> Pods<'o> {
        let ids = workloads.iter().enumerate();
        let ids: HashMap<Span, WorkloadId> = ids
            .map(|(index, workload)| (workload.meta().span, WorkloadId(index as u32)))
            .collect();
        let mut known = Pods {
            by_name: HashMap::default(),
            by_address: HashMap::default(),
        };
        for (pod, owner) in workloads::owners(pods) {
            let Some(&id) = ids.get(&owner.meta.span) else {
                continue;
            };
            let namespace = pod.meta.namespace_name();
            known.by_name.insert((namespace, &*pod.meta.name.value), id);
            // A pod on the host's network has the node's address, which is not its own.
            if !pod.spec.template.spec.uses_host_network() {
                let addresses = pod.spec.addresses.iter();
                let addresses = addresses.map(|address| ((namespace, &**address), id));
                known.by_address.extend(addresses);
            }
        }
        known
    }

    fn endpoints<'a>(
        &'a self,
        namespace: Option<&'o str>,
        group: &'o EndpointGroup,
    ) -> impl Iterator<Item = ListedEndpoint<'o>> + use<'a, 'o> {
        group.endpoints.iter().flat_map(move |endpoint| {
            let by_name = endpoint.pod.as_deref().map(|name| (namespace, name));
            let by_name = by_name.and_then(|key| self.by_name.get(&key));
            let workload = by_name.or_else(|| self.by_address.get(&(namespace, &*endpoint.address)));
            let ports = group
                .ports
                .iter()
                .filter_map(|port| Some((port.name.as_deref().unwrap_or_default(), port.port?)));
            ports.map(move |(port_name, port)| ListedEndpoint {
                port_name,
                address: &endpoint.address,
                port,
                workload: workload.copied(),
            })
        })
    }
}
