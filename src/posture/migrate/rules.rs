//! DestinationRules that send plaintext where the servers take mutual TLS of the mesh: saying `ISTIO_MUTUAL` instead
//! removes what they hinder.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Reserved;
use super::known::{Caller, Known};
use super::targets::{Server, Target};
use crate::hash::HashMap;
use crate::id::ObjectName;
use crate::matrix::{Answers, EndpointClass};
use crate::mesh::WorkloadId;
use crate::model::destination_rule::{DestinationRule, TlsMode, TrafficPolicy};
use crate::model::{Meta, Object};
use crate::resolve::client::{EndpointPlace, Wire};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::TlsSetting;
use crate::resolve::server::Reception;
use crate::source::{SourceMap, Span};
use crate::yaml::{self, Node};

/// A rule with some of its parts set to `ISTIO_MUTUAL`.
#[derive(Debug, Clone)]
pub struct RuleChange<'a> {
    /// The rule.
    pub rule: &'a Object<DestinationRule>,
    /// The parts.
    parts: BTreeSet<Part>,
    /// Where their modes stand.
    pub spans: Vec<Span>,
}

/// A part of a rule that has a word on TLS: of a subset or the whole, of an entry for a port or of all ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    subset: Option<usize>,
    entry: Option<usize>,
}

impl Part {
    fn of(tls: &TlsSetting<'_>) -> Option<Part> {
        let spec = &tls.rule.spec;
        let entry_in = |policy: &TrafficPolicy| {
            let is_meant = |own: Option<Span>| own == Some(tls.tls.span);
            if is_meant(policy.tls.as_ref().map(|tls| tls.span)) {
                return Some(None);
            }
            let mut entries = policy.port_level_settings.iter();
            let entry = entries.position(|entry| is_meant(entry.tls.as_ref().map(|tls| tls.span)));
            entry.map(Some)
        };
        let whole = spec.traffic_policy.as_ref().and_then(|policy| entry_in(policy));
        if let Some(entry) = whole {
            return Some(Part { subset: None, entry });
        }
        let mut subsets = spec.subsets.iter().enumerate();
        subsets.find_map(|(index, subset)| {
            let entry = entry_in(subset.traffic_policy.as_ref()?)?;
            Some(Part {
                subset: Some(index),
                entry,
            })
        })
    }

    /// The word on TLS in the object.
    fn find(self, object: &mut Value) -> Option<&mut Map<String, Value>> {
        let spec = object.get_mut("spec")?;
        let holder = match self.subset {
            Some(index) => spec.get_mut("subsets")?.get_mut(index)?,
            None => spec,
        };
        let policy = holder.get_mut("trafficPolicy")?;
        let policy = match self.entry {
            Some(index) => policy.get_mut("portLevelSettings")?.get_mut(index)?,
            None => policy,
        };
        policy.get_mut("tls")?.as_object_mut()
    }
}

impl RuleChange<'_> {
    /// The rule's name.
    pub fn object_name(&self) -> ObjectName {
        self.rule.meta.object_name()
    }

    /// The rule as it is, and as it is written; `None` where its file is no longer what was read.
    pub fn to_yaml(&self, sources: &SourceMap) -> Option<(String, String)> {
        let mut object = read_back(sources, &self.rule.meta)?;
        let before = yaml::write(&object).ok()?;
        for part in &self.parts {
            part.find(&mut object)?
                .insert("mode".to_owned(), json!(TlsMode::IstioMutual.as_str()));
        }
        Some((before, yaml::write(&object).ok()?))
    }
}

/// An object as it stands in its file, without what the API server adds.
fn read_back(sources: &SourceMap, meta: &Meta) -> Option<Value> {
    let mut buffer = vec![];
    let text = sources.text(meta.file(), &mut buffer)?;
    let bytes = text.as_bytes();
    let (start, end) = (meta.span.start as usize, meta.span.end as usize);
    let document =
        yaml::split(bytes).find(|document| document.range.start <= start && end <= document.range.end)?;
    let tree = yaml::parse(meta.file(), bytes, &document).tree?;
    let mut object: Value = yaml::from_node(holder(tree.root(), meta.span)?).ok()?;
    let own = object.as_object_mut()?;
    own.remove("status");
    // The items of a typed list leave these to it.
    own.entry("apiVersion").or_insert(json!("networking.istio.io/v1"));
    own.entry("kind").or_insert(json!(meta.kind.as_str()));
    let metadata = own.get_mut("metadata")?.as_object_mut()?;
    metadata.retain(|key, _| matches!(key.as_str(), "labels" | "annotations"));
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
    // Kustomizations may have changed both.
    metadata.insert("name".to_owned(), json!(&*meta.name.value));
    if let Some(namespace) = meta.namespace_name() {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    Some(object)
}

/// The node of an object: the document, or an item of the list that it is.
fn holder(root: Node<'_>, span: Span) -> Option<Node<'_>> {
    if root.span() == span {
        return Some(root);
    }
    let items = root.get("items")?.value;
    items.items().find(|item| item.span() == span)
}

/// The rules that hinder and that can say `ISTIO_MUTUAL`, each with its parts.
pub(super) fn removable<'a>(
    answers: &Answers<'a>,
    found: &[Known<'a>],
    servers: &[Server<'a>],
    reserved: &Reserved,
) -> Vec<RuleChange<'a>> {
    let mut settings: BTreeMap<Span, TlsSetting<'a>> = BTreeMap::new();
    for known in found {
        if let Caller::Rule { tls, .. } = known.caller
            && tls.mode() == TlsMode::Disable
            && !tls.tls.names_certificates()
            && !reserved.rules.contains(&tls.rule.meta.object_name())
        {
            settings.insert(tls.tls.span, tls);
        }
    }
    if settings.is_empty() {
        return Vec::new();
    }
    let by_id: HashMap<WorkloadId, &Server<'a>> = servers.iter().map(|server| (server.id, server)).collect();
    for row in answers.matrix.rows() {
        let of_row = row.cluster.reason.setting().map(|tls| tls.tls.span);
        // Who is told nothing else may follow it where an endpoint that is not given appears.
        if row.endpoints.is_empty()
            && let Some(span) = of_row
        {
            settings.remove(&span);
        }
        for class in row.endpoints.iter() {
            let told = class.sent.setting(&row.cluster.reason).map(|tls| tls.tls.span);
            if let Some(span) = told.filter(|span| settings.contains_key(span))
                && !takes_mutual_tls(answers, &by_id, class)
            {
                settings.remove(&span);
            }
        }
    }
    let mut changes: BTreeMap<Span, RuleChange<'a>> = BTreeMap::new();
    for tls in settings.into_values() {
        let Some(part) = Part::of(&tls) else { continue };
        let change = changes.entry(tls.rule.meta.span).or_insert_with(|| RuleChange {
            rule: tls.rule,
            parts: BTreeSet::new(),
            spans: Vec::new(),
        });
        change.parts.insert(part);
        change.spans.push(tls.span());
    }
    changes.into_values().collect()
}

/// Whether every endpoint takes mutual TLS once nothing says DISABLE that need not; the tunnel stays the tunnel.
fn takes_mutual_tls(
    answers: &Answers<'_>,
    servers: &HashMap<WorkloadId, &Server<'_>>,
    class: &EndpointClass<'_>,
) -> bool {
    if class.sent.wire == Wire::Hbone {
        return true;
    }
    class.endpoints.iter().all(|endpoint| {
        let EndpointPlace::Workload(id) = endpoint.place else {
            return false;
        };
        let port = servers
            .get(&id)
            .and_then(|server| server.ports.get(&Some(endpoint.port)));
        port.is_some_and(|port| {
            let is_enforced = port.decision.mode.is_some();
            let takes = port.decision.accepts.istio_mtls == Reception::Accepted;
            let is_sidecar = answers.resolution().workload(id).enrolment.plane == DataPlane::Sidecar;
            let will = is_sidecar && port.target.is_some_and(|target| target != Target::Disable);
            is_enforced && (takes || will)
        })
    })
}
