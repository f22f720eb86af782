//! Kubernetes and Istio kinds as types: what they say and where they say it, and nothing of what it
//! means. One file per kind (or per family that shares its parts).

pub mod config_map;
pub mod destination_rule;
pub mod namespace;
pub mod object;
pub mod objects;
pub mod peer_authentication;
pub mod removed_api;
pub mod schema;
pub mod service;
pub mod service_entry;
pub mod sidecar;
pub mod string_maps;
pub mod virtual_service;
pub mod workload;

pub use object::{LabelSelector, Meta, Object};
pub use objects::{Context, Objects};
