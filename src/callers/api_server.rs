//! Services that the API server calls, and with its own TLS only: webhooks and aggregated APIs.

use crate::mesh::{Mesh, ServiceId};
use crate::model::Meta;
use crate::source::Span;

/// A call of the API server.
#[derive(Debug, Clone, Copy)]
pub struct ApiServerCall<'o> {
    /// The object that makes it call.
    pub object: &'o Meta,
    /// The service.
    pub service: ServiceId,
    /// The service's port.
    pub port: u16,
    /// The service's name in the object.
    pub span: Span,
}

/// Every call to a service that is given.
pub(super) fn calls<'o>(mesh: &Mesh<'o>) -> Vec<ApiServerCall<'o>> {
    let domain = &mesh.settings.cluster_domain.value;
    let objects = mesh.bystanders.api_server_calls.iter();
    let references =
        objects.flat_map(|object| object.spec.services.iter().map(move |service| (object, service)));
    let calls = references.filter_map(|(object, reference)| {
        let (namespace, name) = (reference.namespace.as_ref()?, reference.name.as_ref()?);
        let host = format!("{}.{}.svc.{domain}", name.value, namespace.value);
        Some(ApiServerCall {
            object: &object.meta,
            service: *mesh.services_of_host(&host).first()?,
            port: reference.port(),
            span: name.span,
        })
    });
    calls.collect()
}
