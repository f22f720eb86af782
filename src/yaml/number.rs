//! Numbers as go-yaml v2 reads them and as Go writes them.

use super::scalar::Scalar;

/// The floats that have names.
pub(super) fn named_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The number that a text with a digit or a sign in front is; underscores are dropped wherever they stand.
pub(super) fn number(text: &str) -> Option<Scalar> {
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
pub(super) fn dotted_float(text: &str) -> Option<f64> {
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

/// Go's `FormatFloat(key, 'g', -1, 32)`: the shortest digits that name the same 32-bit float.
pub(super) fn format_key(float: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_a_radix_and_underscores() {
        for (text, int) in [
            ("010", 8),
            ("0o10", 8),
            ("-0x1F", -31),
            ("0b1_0", 2),
            ("1__0_", 10),
            ("+0", 0),
        ] {
            assert_eq!(number(text), Some(Scalar::Int(int)), "{text}");
        }
        assert_eq!(number("18446744073709551615"), Some(Scalar::UInt(u64::MAX)));
        assert_eq!(number("-9223372036854775808"), Some(Scalar::Int(i64::MIN)));
    }

    #[test]
    fn what_is_no_integer_may_be_a_float() {
        assert_eq!(number("08"), Some(Scalar::Float(8.0)));
        assert_eq!(number("1."), Some(Scalar::Float(1.0)));
        for text in [
            "0b2", "0x", "1e400", "1:30", "1.2.3", "-", "+_", "0o8", "1e", "--1", "-+1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn floats_that_start_with_a_dot_are_go_literals() {
        assert_eq!(dotted_float(".5_0"), Some(0.5));
        for text in [".", "..", "._5", ".5_", ".e5", ".5__0"] {
            assert_eq!(dotted_float(text), None, "{text}");
        }
    }

    #[test]
    fn keys_are_the_shortest_32_bit_float() {
        for (float, key) in [
            (1e6, "1e+06"),
            (685_230.15, "685230.1"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (1.0, "1"),
        ] {
            assert_eq!(format_key(float), key);
        }
    }
}
