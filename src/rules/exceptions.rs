//! Exceptions from STRICT that their authors account for: annotations that say why, and until when.

use jiff::civil::Date;

use crate::model::Meta;
use crate::yaml::StringEntry;

const REASON: &str = "peerauth.dev/reason";
const EXPIRES: &str = "peerauth.dev/expires";

/// Whether an object says why it makes an exception.
pub(super) fn has_reason(meta: &Meta) -> bool {
    let reason = meta.annotations.get(REASON);
    reason.is_some_and(|reason| !reason.trim().is_empty())
}

/// The annotation that says when an exception ends, with the day if it is one.
pub(super) fn expiry(meta: &Meta) -> Option<(&StringEntry, Option<Date>)> {
    let entry = meta.annotations.entry(EXPIRES)?;
    Some((entry, entry.value.trim().parse().ok()))
}

/// Whether an exception has a reason and an end. One that is over is the business of `expired-exception`.
pub(super) fn is_accounted_for(meta: &Meta) -> bool {
    has_reason(meta) && expiry(meta).is_some_and(|(_, day)| day.is_some())
}
