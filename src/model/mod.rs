//! Kubernetes and Istio kinds as types: what they say and where they say it, and nothing of what it
//! means. One file per kind (or per family that shares its parts).

pub mod account;
pub mod ages;
pub mod authorization_policy;
pub mod config_map;
pub mod context;
pub mod destination_rule;
pub mod endpoint_slice;
pub mod envoy_filter;
pub mod gateway;
pub mod gateway_api;
pub mod ingress;
pub mod mention;
pub mod mesh_source;
pub mod monitor;
pub mod namespace;
pub mod network_policy;
pub mod object;
pub mod objects;
pub mod owners;
pub mod peer_authentication;
pub mod pod_texts;
pub mod prometheus_rule;
pub mod proxy_config;
pub mod removed_api;
pub mod schema;
pub mod service;
pub mod service_entry;
pub mod sidecar;
pub mod string_maps;
pub mod transform;
pub mod virtual_service;
pub mod webhook;
pub mod workload;

pub use account::{Account, Standing};
pub use context::{Context, Hypothesis, ObjectPlace, Part, Variant};
pub use object::{LabelSelector, Meta, Object};
pub use objects::Objects;
pub use owners::Owners;
pub use transform::Transform;
