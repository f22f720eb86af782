//! What a kustomization does to the objects that it includes, as far as no patch is needed for it.
//!
//! Which fields are touched is kustomize's own table (`api/internal/konfig/builtinpluginconsts`). What it
//! adds stands in the kustomization, and that is the place that findings point at.

use std::sync::Arc;

use super::workload::Workload;
use super::{Meta, Object, Objects};
use crate::id::Kind;
use crate::model::context::Variant;
use crate::model::service::Service;
use crate::yaml::{Spanned, StringMap};

/// The changes of one kustomization.
#[derive(Debug, Default)]
pub struct Step {
    /// The namespace of everything, Namespaces included.
    pub namespace: Option<Spanned<Box<str>>>,
    /// What is put in front of names.
    pub name_prefix: Box<str>,
    /// What is put behind names.
    pub name_suffix: Box<str>,
    /// Labels, in the order in which they are added.
    pub labels: Vec<Labels>,
    /// Annotations of objects and of pod templates.
    pub annotations: StringMap,
}

/// Labels that a kustomization adds.
#[derive(Debug)]
pub struct Labels {
    /// The labels.
    pub pairs: StringMap,
    /// Whether pod templates get them too.
    pub to_templates: bool,
    /// Whether pod templates and selectors get them too.
    pub to_selectors: bool,
}

impl Step {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        let Step {
            namespace,
            name_prefix,
            name_suffix,
            labels,
            annotations,
        } = self;
        namespace.is_none()
            && name_prefix.is_empty()
            && name_suffix.is_empty()
            && labels.is_empty()
            && annotations.is_empty()
    }

    fn rename(&self, name: &mut Box<str>) {
        if !self.name_prefix.is_empty() || !self.name_suffix.is_empty() {
            *name = format!("{}{name}{}", self.name_prefix, self.name_suffix).into();
        }
    }

    fn change(&self, meta: &mut Meta) {
        if meta.kind == Kind::Namespace {
            // Prefixes and suffixes pass over Namespaces.
            if let Some(namespace) = &self.namespace {
                meta.name.value = namespace.value.clone();
            }
        } else {
            self.rename(&mut meta.name.value);
            if self.namespace.is_some() && !meta.kind.is_cluster_wide() {
                meta.namespace.clone_from(&self.namespace);
            }
        }
        for labels in &self.labels {
            meta.labels.set_all(&labels.pairs);
        }
        meta.annotations.set_all(&self.annotations);
    }

    fn change_service(&self, service: &mut Service) {
        for labels in self.labels.iter().filter(|labels| labels.to_selectors) {
            service.selector.set_all(&labels.pairs);
        }
    }

    fn change_workload(&self, kind: Kind, workload: &mut Workload) {
        // kustomize knows no templates of kinds that Kubernetes does not serve itself.
        if kind == Kind::Rollout {
            return;
        }
        let is_pod = kind == Kind::Pod;
        for labels in &self.labels {
            if is_pod || labels.to_templates || labels.to_selectors {
                workload.template.labels.set_all(&labels.pairs);
            }
            if kind == Kind::CronJob && labels.to_selectors {
                workload.outer_labels.set_all(&labels.pairs);
            }
        }
        workload.template.annotations.set_all(&self.annotations);
    }
}

/// The changes of all kustomizations between a file and the outermost one, innermost first.
#[derive(Debug, Clone)]
pub struct Transform {
    /// The name of the result.
    pub variant: Variant,
    /// The kustomizations that change something.
    pub steps: Vec<Arc<Step>>,
}

impl Transform {
    /// Changes every object of a collection.
    pub fn apply(&self, objects: &mut Objects) {
        objects.metas_mut().for_each(|meta| self.change(meta));
        for step in &self.steps {
            for service in &mut objects.services {
                step.change_service(&mut service.spec);
            }
            for Object { meta, spec } in &mut objects.workloads {
                step.change_workload(meta.kind, spec);
            }
        }
    }

    fn change(&self, meta: &mut Meta) {
        meta.variant = self.variant;
        for step in &self.steps {
            step.change(meta);
        }
    }
}
