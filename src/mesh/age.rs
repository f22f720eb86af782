//! The order in which Istio looks at objects of one kind: oldest first, then by name, then by namespace
//! (`pilot/pkg/model/config.go` `configCompareByCreationTime`).

use jiff::Timestamp;

use crate::model::Meta;
use crate::model::ages::YOUNGEST;

/// The sort key of an object's age. Objects without a timestamp count as equally old, older than the rest.
pub type Age<'o> = (Option<Timestamp>, &'o str, &'o str);

/// The age of an object.
pub fn age(meta: &Meta) -> Age<'_> {
    (
        meta.created,
        &meta.name.value,
        meta.namespace_name().unwrap_or_default(),
    )
}

/// Whether creation order between two objects is told by their timestamps and not by their names.
pub fn is_ordered_by_time(one: &Meta, other: &Meta) -> bool {
    match (one.created, other.created) {
        (Some(one), Some(other)) => one != other,
        // What is about to be applied is younger than what exists, whatever that says.
        (Some(only), None) | (None, Some(only)) => only == YOUNGEST,
        (None, None) => false,
    }
}
