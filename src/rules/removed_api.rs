//! `removed-api`

use super::manifest::{self, Proposal};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::id::Kind;
use crate::mesh::ServiceId;
use crate::model::peer_authentication::Mode;
use crate::model::removed_api::{RemovedApi as Spec, Target};
use crate::model::{Meta, Object};
use crate::resolve::endpoints;

declare_rule! {
    /// ## What it does
    /// Finds objects of kinds that Istio removed in version 1.6: `Policy` and `MeshPolicy` of
    /// `authentication.istio.io`, and `ClusterRbacConfig`, `RbacConfig`, `ServiceRole` and
    /// `ServiceRoleBinding` of `rbac.istio.io`. The help holds what says the same today.
    ///
    /// ## Why is this bad?
    /// A current cluster does not know these kinds, so that applying them fails; where the definitions of the
    /// kinds are left over, the objects are taken and no control plane reads them. Either way what they say
    /// is not in force: a `STRICT` among them leaves the workloads open to plaintext.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: authentication.istio.io/v1alpha1
    /// kind: Policy
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   peers:
    ///   - mtls: {}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct RemovedApi {
        id: "removed-api",
        family: Object,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for RemovedApi {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let removed = facts.given.objects.removed.iter();
        findings.extend(removed.map(|object| self.report(facts, object)));
    }
}

impl RemovedApi {
    fn report(self, facts: &Facts<'_>, object: &Object<Spec>) -> Finding {
        let meta = &object.meta;
        let message = format!(
            "no control plane reads {}: Istio removed the kind in version 1.6",
            meta.object_name()
        );
        self.finding(meta.name.span, message)
            .on(meta.object_name())
            .label("not in force")
            .help(help(facts, object))
    }
}

fn help(facts: &Facts<'_>, object: &Object<Spec>) -> String {
    let Object { meta, spec } = object;
    match meta.kind {
        Kind::MeshPolicy => {
            let root = &facts.mesh.settings.root_namespace.value;
            let manifest = wide("default", root, spec.mode());
            format!("write:\n{}", manifest.trim_end())
        }
        Kind::Policy if spec.targets.is_empty() => {
            let namespace = meta.namespace_name().unwrap_or("default");
            let manifest = wide(&meta.name.value, namespace, spec.mode());
            format!("write:\n{}", manifest.trim_end())
        }
        Kind::Policy => targeted(facts, meta, spec),
        Kind::ServiceRole | Kind::ServiceRoleBinding => {
            "write an AuthorizationPolicy: the role's rules are its `to`, the binding's subjects its `from`"
                .to_owned()
        }
        _ => "remove it: an AuthorizationPolicy is in force as soon as it exists".to_owned(),
    }
}

fn wide(name: &str, namespace: &str, mode: Mode) -> String {
    manifest::policy(&Proposal {
        name,
        namespace,
        selector: None,
        mode: Some(mode),
        ports: &[],
    })
}

/// The old policies named Services and their ports; today's name labels of pods and ports of pods.
fn targeted(facts: &Facts<'_>, meta: &Meta, spec: &Spec) -> String {
    const MANIFESTS: usize = 3;
    let namespace = meta.namespace_name().unwrap_or("default");
    let mut manifests = Vec::new();
    let mut unknown = Vec::new();
    for target in &spec.targets {
        match translated(facts, namespace, target, spec.mode()) {
            Some(manifest) => manifests.push(manifest),
            None => unknown.push(&*target.name.value),
        }
    }
    let rest = match manifests.len().saturating_sub(MANIFESTS) {
        0 => String::new(),
        more => format!(", and likewise for {}", wording::counted(more, "further target")),
    };
    manifests.truncate(MANIFESTS);
    let known = match manifests.as_slice() {
        [] => String::new(),
        _ => format!("write{rest}:\n{}", manifests.join("---\n")),
    };
    let unknown = match unknown.as_slice() {
        [] => String::new(),
        names => format!(
            "write a PeerAuthentication with mode {} and the labels that Service {} selects; ports are those of the pods",
            spec.mode(),
            wording::list(names)
        ),
    };
    let between = if known.is_empty() || unknown.is_empty() {
        ""
    } else {
        "; and "
    };
    format!("{unknown}{between}{known}").trim_end().to_owned()
}

/// The policy for one target, if its Service is given and all of its ports lead to known ones.
fn translated(facts: &Facts<'_>, namespace: &str, target: &Target, mode: Mode) -> Option<String> {
    let mesh = facts.mesh;
    let domain = &mesh.settings.cluster_domain.value;
    let host = format!("{}.{namespace}.svc.{domain}", target.name.value);
    let &id = mesh.services_of_host(&host).first()?;
    let selector = mesh
        .service(id)
        .selector()
        .filter(|selector| !selector.is_empty())?;
    let ports = target.ports.iter().map(|port| {
        let ports = mesh.service(id).ports.iter();
        let is_meant = |number: u16, name: Option<&str>| {
            port.number == Some(number) || port.name.is_some() && port.name.as_deref() == name
        };
        let index = ports.clone().position(|own| is_meant(own.number, own.name))?;
        Some((workload_port(facts, id, index)?, mode))
    });
    let ports: Vec<(u16, Mode)> = ports.collect::<Option<_>>()?;
    Some(manifest::policy(&Proposal {
        name: &target.name.value,
        namespace,
        selector: Some(selector),
        mode: ports.is_empty().then_some(mode),
        ports: &ports,
    }))
}

fn workload_port(facts: &Facts<'_>, service: ServiceId, index: usize) -> Option<u16> {
    let mesh = facts.mesh;
    let own = &mesh.service(service).ports[index];
    if let crate::mesh::TargetPort::Number(number) = own.target {
        return Some(number);
    }
    let &workload = facts.resolution.endpoints(service).first()?;
    endpoints::target_port(mesh.service(service), own, mesh.workload(workload))
}
