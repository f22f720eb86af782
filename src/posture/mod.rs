//! Questions over the whole mesh.

pub mod influence;
