//! Questions over the whole mesh.

pub mod audit;
pub mod diff;
pub mod following;
pub mod graph;
pub mod influence;
pub mod migrate;
pub mod routing;
pub mod what_if;
