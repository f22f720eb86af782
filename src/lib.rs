//! Which Istio mTLS mode is in force on every port of every workload, and what a change would break:
//! offline, from manifests, exactly as Istio decides it.
//!
//! The modules, in the order in which an answer comes about: [`load`] reads paths into [`model`]'s objects, with [`yaml`] for
//! texts and [`source`] for their places, and tells clusters apart; [`mesh`] is the snapshot of one cluster; [`resolve`] decides
//! what Istio makes of it, and [`matrix`] connects every client with every server; [`callers`] is evidence of who calls whom.
//! [`rules`] are the patterns that [`lint`] runs under the levels, suppressions and baselines of [`config`], and [`posture`] answers
//! questions over the whole mesh. [`report`] writes [`finding`]s and answers, and [`cli`] is the command line.

pub mod callers;
pub mod cli;
pub mod config;
pub mod error;
pub mod finding;
pub mod hash;
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
