//! How somebody accounts for an exception: annotations that say why it is there, who answers for it, and until
//! when.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Meta;
use crate::yaml::{StringEntry, StringMap};

/// The annotation that says why a policy makes an exception.
pub const REASON: &str = "peerauth.dev/reason";
/// The annotation that says who answers for it.
pub const OWNER: &str = "peerauth.dev/owner";
/// The annotation with its last day.
pub const EXPIRES: &str = "peerauth.dev/expires";

/// How many days before its end an exception is spoken of.
const NOTICE: i64 = 30;

/// What the annotations of an object say about an exception.
#[derive(Debug, Clone, Copy, Default)]
pub struct Account<'o> {
    /// Why it is there; never blank.
    pub reason: Option<StringEntry<'o>>,
    /// Who answers for it; never blank.
    pub owner: Option<StringEntry<'o>>,
    /// When it ends.
    pub expires: Option<Expiry<'o>>,
}

/// The end of an exception.
#[derive(Debug, Clone, Copy)]
pub struct Expiry<'o> {
    /// The annotation.
    pub entry: StringEntry<'o>,
    /// The last day on which the exception holds; `None` where the annotation names no day.
    pub day: Option<Date>,
}

/// How well an exception is accounted for, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Its last day is over.
    Expired,
    /// Nothing says why it is there.
    Undocumented,
    /// It has a reason and no day on which it ends.
    Endless,
    /// It ends within thirty days.
    Ending,
    /// It has a reason and an end.
    Documented,
}

impl Standing {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Expired => "expired",
            Standing::Undocumented => "undocumented",
            Standing::Endless => "endless",
            Standing::Ending => "ending",
            Standing::Documented => "documented",
        }
    }
}

impl<'o> Account<'o> {
    /// What an object says of itself.
    pub fn of(meta: &'o Meta) -> Self {
        Account::in_annotations(&meta.annotations)
    }

    /// What annotations say.
    pub fn in_annotations(annotations: &'o StringMap) -> Self {
        let said = |key| {
            annotations
                .entry(key)
                .filter(|entry| !entry.value.trim().is_empty())
        };
        Account {
            reason: said(REASON),
            owner: said(OWNER),
            expires: annotations.entry(EXPIRES).map(|entry| Expiry {
                entry,
                day: entry.value.trim().parse().ok(),
            }),
        }
    }

    /// The same, completed by what somebody else says.
    #[must_use]
    pub fn or(self, other: Account<'o>) -> Self {
        Account {
            reason: self.reason.or(other.reason),
            owner: self.owner.or(other.owner),
            expires: self.expires.or(other.expires),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.reason.is_none() && self.owner.is_none() && self.expires.is_none()
    }

    /// The last day, where one is named.
    pub fn last_day(&self) -> Option<Date> {
        self.expires.and_then(|expires| expires.day)
    }

    /// Whether there is a reason and an end, over or not.
    pub fn is_complete(&self) -> bool {
        self.reason.is_some() && self.last_day().is_some()
    }

    /// How well this accounts for an exception on a day.
    pub fn standing(&self, today: Date) -> Standing {
        match (self.reason, self.last_day()) {
            (_, Some(day)) if day < today => Standing::Expired,
            (None, _) => Standing::Undocumented,
            (Some(_), None) => Standing::Endless,
            (Some(_), Some(day)) if is_near(day, today) => Standing::Ending,
            (Some(_), Some(_)) => Standing::Documented,
        }
    }
}

/// Whether a day is at most thirty days ahead.
pub fn is_near(day: Date, today: Date) -> bool {
    day.checked_sub(NOTICE.days()).unwrap_or(Date::MIN) <= today
}
