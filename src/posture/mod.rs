//! Questions over the whole mesh.

pub mod diff;
pub mod influence;
pub mod what_if;
