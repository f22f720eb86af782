//! Manifests as kubectl reads them, with a place for every key and value.
//!
//! A file is [`split()`] into documents without parsing any; [`sniff()`] proves most of them irrelevant;
//! [`parse()`] makes a [`Tree`] of one of the others, and [`from_node`] a typed value of a part of a tree.
//! What is wrong with the text becomes a [`Defect`], and the next document is read all the same.
//!
//! The program is built to be small, for which the compiler leaves calls as they are. What is called for each line is
//! marked `#[inline]`: together that is a tenth of what reading a tree costs, and no byte more.

mod base64;
mod build;
mod de;
mod defect;
mod encoding;
mod extent;
mod frame;
mod mapping;
mod number;
mod padding;
mod parse;
mod plain;
mod scalar;
mod sniff;
mod spanned;
mod split;
mod strict;
mod string_map;
mod tabs;
mod tree;
mod write;

pub use de::{Choice, Details, Error, from_node};
pub use defect::{Defect, DefectKind, Limit};
pub use encoding::{first_uncommon, transcode};
pub use parse::{Parsed, Room, parse};
pub use sniff::{Sniff, sniff, sniff_only};
pub use spanned::Spanned;
pub use split::{RawDocument, split};
pub use string_map::{StringEntry, StringMap};
pub use tree::{Entries, Entry, Items, Node, Tree, Value};
pub use write::write;
