//! What a scalar means to kubectl.
//!
//! kubectl reads manifests with the rules of YAML 1.1 as go-yaml v2 knows them (through
//! `sigs.k8s.io/yaml`), turns the result into JSON, and sends that. So `yes` is a boolean, `010` is 8,
//! `1.0` is the JSON number `1`, and every key ends up as a string.

use std::borrow::Cow;
use std::ops::RangeInclusive;

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

/// The meaning of a scalar without a tag that is not quoted.
pub(super) fn resolve_plain(text: &str) -> Scalar {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => special_float(text)
            .or_else(|| go_float(text))
            .map_or(Scalar::Str, Scalar::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => special_float(text)
            .map(Scalar::Float)
            .or_else(|| number(text))
            .unwrap_or(Scalar::Str),
        Some(_) => Scalar::Str,
    }
}

/// The meaning of a scalar with a tag, quoted or not.
///
/// # Errors
/// A sentence, when the text is nothing that the tag names.
pub(super) fn resolve_tagged(tag: Tag, text: &str) -> Result<Scalar, String> {
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

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A text that starts with a digit or a sign; underscores are dropped wherever they stand.
fn number(text: &str) -> Option<Scalar> {
    if text.contains('_') {
        return number(&text.replace('_', ""));
    }
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    integer(negative, text.len() > digits.len(), digits).or_else(|| yaml_float(text).map(Scalar::Float))
}

/// Go's `ParseInt` and then `ParseUint`, both with base 0; the latter knows no sign.
fn integer(negative: bool, signed: bool, digits: &str) -> Option<Scalar> {
    let (radix, digits) = radix(digits);
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(int) => Some(Scalar::Int(int)),
        Err(_) if signed => None,
        Err(_) => Some(Scalar::UInt(magnitude)),
    }
}

fn radix(digits: &str) -> (u32, &str) {
    match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    }
}

/// A float as go-yaml's own pattern has it: no hexadecimal, no `inf`, at least one digit.
fn yaml_float(text: &str) -> Option<f64> {
    let decimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(decimal) {
        return None;
    }
    finite(text)
}

/// Go's `ParseFloat` for a text that starts with a dot: underscores only between digits.
fn go_float(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return yaml_float(text);
    }
    let bytes = text.as_bytes();
    let between_digits = |at: usize| {
        let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        digit_at(at - 1) && digit_at(at + 1)
    };
    let valid = memchr::memchr_iter(b'_', bytes).all(between_digits);
    valid.then(|| yaml_float(&text.replace('_', ""))).flatten()
}

/// Go calls a number too large for a float an error, and then it stays a string.
fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|float: &f64| float.is_finite())
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

/// The string that a key becomes in JSON.
///
/// # Errors
/// A sentence, for a key that JSON cannot have.
pub(super) fn key(scalar: Scalar, text: &str) -> Result<Cow<'_, str>, String> {
    match scalar {
        Scalar::Str => Ok(text.into()),
        Scalar::Bool(bool) => Ok(if bool { "true" } else { "false" }.into()),
        Scalar::Int(int) => Ok(int.to_string().into()),
        Scalar::Float(float) => Ok(float_key(float).into()),
        Scalar::Null => Err("a key is null; it has to be a string".to_owned()),
        Scalar::UInt(_) => Err(format!("the key {text} does not fit into 64 bits with a sign")),
    }
}

/// Go's `FormatFloat(key, 'g', -1, 32)`: the shortest digits that name the same 32-bit float.
fn float_key(float: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "Go does the same")]
    let float = float as f32;
    if float.is_nan() {
        return ".nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{float}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The bytes of a `!!binary` scalar as text; what is not UTF-8 is replaced, as Go's JSON does.
pub(super) fn decode_base64(text: &str) -> Option<String> {
    let mut symbols: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let padding = symbols.iter().rev().take_while(|&&byte| byte == b'=').count();
    if padding > 2 {
        return None;
    }
    symbols.truncate(symbols.len() - padding);
    let mut bytes = Vec::with_capacity(symbols.len());
    for chunk in symbols.chunks(4) {
        let mut bits = 0u32;
        for &symbol in chunk {
            bits = bits << 6 | sextet(symbol)?;
        }
        bits <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn sextet(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
