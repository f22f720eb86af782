//! Questions over the whole mesh.

pub mod following;
pub mod influence;
