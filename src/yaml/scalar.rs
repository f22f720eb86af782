//! What a scalar means to kubectl.
//!
//! kubectl reads manifests with the rules of YAML 1.1 as go-yaml v2 knows them (through
//! `sigs.k8s.io/yaml`), turns the result into JSON, and sends that. So `yes` is a boolean, `010` is 8,
//! `1.0` is the JSON number `1`, and every key ends up as a string.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use granit_parser::ScalarStyle;

use super::{base64, number};

/// The value of a scalar once JSON has it; a string keeps its text elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Str,
}

/// The tags that change how go-yaml reads a scalar; every other tag makes a string of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    Other,
}

impl Tag {
    /// The tag with this full name, prefix and suffix joined.
    pub(super) fn new(handle: &str, suffix: &str) -> Self {
        if handle != "tag:yaml.org,2002:" {
            return Tag::Other;
        }
        match suffix {
            "str" => Tag::Str,
            "bool" => Tag::Bool,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "null" => Tag::Null,
            "timestamp" => Tag::Timestamp,
            "binary" => Tag::Binary,
            "merge" => Tag::Merge,
            _ => Tag::Other,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Tag::Bool => "boolean",
            Tag::Int => "integer",
            Tag::Float => "float",
            Tag::Null => "null",
            Tag::Timestamp => "timestamp",
            Tag::Str | Tag::Binary | Tag::Merge | Tag::Other => "string",
        }
    }
}

/// The meaning of a scalar, and whether `<<` would be the merge key in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolved {
    pub(super) value: Scalar,
    pub(super) can_merge: bool,
}

/// What a scalar means and the text that it stands for.
///
/// # Errors
/// A sentence, when the text is nothing that the tag names.
pub(super) fn resolve(
    text: &str,
    style: ScalarStyle,
    tag: Option<Tag>,
) -> Result<(Resolved, Cow<'_, str>), String> {
    let Some(tag) = tag else {
        return Ok((untagged(text, style), text.into()));
    };
    let value = resolve_tagged(tag, text)?;
    let can_merge = tag == Tag::Merge;
    let text = match tag {
        Tag::Binary => base64::decode(text)
            .ok_or("a `!!binary` value is not base64")?
            .into(),
        _ => text.into(),
    };
    Ok((Resolved { value, can_merge }, text))
}

/// What the first byte of a text without quotes tells of its meaning.
#[derive(Clone, Copy)]
enum Start {
    String,
    /// It may be one of the words that mean something.
    Word,
    Other,
}

/// A table, because every key and nearly every value is asked about.
static STARTS: [Start; 256] = {
    let mut starts = [Start::String; 256];
    let mut index = 0;
    while index < starts.len() {
        starts[index] = match index as u8 {
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => Start::Word,
            b'~' | b'.' | b'+' | b'-' | b'0'..=b'9' | b'<' => Start::Other,
            _ => Start::String,
        };
        index += 1;
    }
    starts
};

/// Whether a text without quotes can be nothing but a string, wherever it stands, as its first bytes tell of most.
#[inline]
pub(super) fn is_surely_string(text: &[u8]) -> bool {
    text.first()
        .is_some_and(|first| match STARTS[usize::from(*first)] {
            Start::String => true,
            Start::Word => !may_be_word(text),
            Start::Other => false,
        })
}

/// Whether a text begins as a word that means something, and is not too long for one.
#[inline]
fn may_be_word(text: &[u8]) -> bool {
    match text {
        [first, second, ..] if text.len() <= LONGEST_WORD => {
            let start = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
            matches!(&start, b"ye" | b"no" | b"nu" | b"tr" | b"fa" | b"on" | b"of")
        }
        _ => text.len() < 2,
    }
}

/// What a scalar without a tag means.
#[inline]
pub(super) fn untagged(text: &str, style: ScalarStyle) -> Resolved {
    let can_merge = style == ScalarStyle::Plain;
    let value = if can_merge {
        resolve_plain(text)
    } else {
        Scalar::Str
    };
    Resolved { value, can_merge }
}

/// The meaning of a scalar without a tag that is not quoted.
#[inline]
fn resolve_plain(text: &str) -> Scalar {
    if is_surely_string(text.as_bytes()) {
        return Scalar::Str;
    }
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'.') => number::named_float(text)
            .or_else(|| number::dotted_float(text))
            .map_or(Scalar::Str, Scalar::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => number::named_float(text)
            .map(Scalar::Float)
            .or_else(|| number::number(text))
            .unwrap_or(Scalar::Str),
        Some(_) => word(text),
    }
}

/// The meaning of a scalar with a tag, quoted or not.
///
/// # Errors
/// A sentence, when the text is nothing that the tag names.
fn resolve_tagged(tag: Tag, text: &str) -> Result<Scalar, String> {
    let plain = resolve_plain(text);
    match (tag, plain) {
        (Tag::Str | Tag::Binary | Tag::Merge | Tag::Other, _) => Ok(Scalar::Str),
        (Tag::Bool, Scalar::Bool(_))
        | (Tag::Int, Scalar::Int(_) | Scalar::UInt(_))
        // Through JSON, a float without a fraction is an integer.
        | (Tag::Float, Scalar::Float(_) | Scalar::Int(_))
        | (Tag::Null, Scalar::Null) => Ok(plain),
        (Tag::Timestamp, Scalar::Str) if is_date(text) => Ok(Scalar::Str),
        _ => Err(format!("`{text}` is not a {}, as its tag says", tag.name())),
    }
}

/// Of the words that mean something none is longer.
const LONGEST_WORD: usize = "false".len();

/// Booleans and nulls: exactly the spellings of YAML 1.1, so `tRue` stays a string.
fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Str,
    }
}

/// Enough of go-yaml's timestamp formats to judge an explicit `!!timestamp`: a date, and maybe a time.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "0"));
    let mut fields = date.split('-');
    let mut field = |digits: RangeInclusive<usize>, values: RangeInclusive<u16>| {
        let field = fields.next().filter(|field| digits.contains(&field.len()));
        field
            .and_then(|field| field.parse().ok())
            .is_some_and(|value| values.contains(&value))
    };
    let is_date = field(4..=4, 0..=9999) && field(1..=2, 1..=12) && field(1..=2, 1..=31);
    is_date && fields.next().is_none() && time.starts_with(|first: char| first.is_ascii_digit())
}

impl Scalar {
    /// The number as it is once it went through JSON: Go writes `1.0` as `1`, which is an integer to
    /// whoever reads it.
    #[inline]
    pub(super) fn through_json(self) -> Self {
        let Scalar::Float(float) = self else {
            return self;
        };
        if float.fract() != 0.0 || float.abs() >= 1e20 {
            return self;
        }
        // Every float that is an integer prints as one.
        let digits = float.to_string();
        let int = digits.parse().map(Scalar::Int);
        int.or_else(|_| digits.parse().map(Scalar::UInt)).unwrap_or(self)
    }
}

/// The string that a key becomes in JSON, unless that is its own text.
///
/// # Errors
/// A sentence, for a key that JSON cannot have.
#[inline]
pub(super) fn key(scalar: Scalar, text: &str) -> Result<Option<Cow<'static, str>>, String> {
    match scalar {
        Scalar::Str => Ok(None),
        Scalar::Bool(bool) => Ok(Some(if bool { "true" } else { "false" }.into())),
        Scalar::Int(int) => Ok(Some(int.to_string().into())),
        Scalar::Float(float) => Ok(Some(number::format_key(float).into())),
        Scalar::Null => Err("a key is null; it has to be a string".to_owned()),
        Scalar::UInt(_) => Err(format!("the key {text} does not fit into 64 bits with a sign")),
    }
}
