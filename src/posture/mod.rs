//! Questions over the whole mesh.

pub mod following;
pub mod influence;
pub mod routing;
