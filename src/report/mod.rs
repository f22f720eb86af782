//! What is known, in the formats that people and machines read. Nothing is resolved here.

pub mod document;
pub mod explain;
pub mod json;
pub mod list;
pub mod place;
pub mod row;
pub mod text;
pub mod trail;
