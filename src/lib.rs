//! Which Istio mTLS mode is in force on every port of every workload, and what a change would break:
//! offline, from manifests, exactly as Istio decides it.

pub mod callers;
pub mod cli;
pub mod config;
pub mod error;
pub mod finding;
pub mod id;
pub mod lint;
pub mod load;
pub mod matrix;
pub mod mesh;
pub mod model;
pub mod posture;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod yaml;
