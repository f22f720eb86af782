//! Durations as Go's `time.ParseDuration` reads them, which both CEL and the webhook use.

/// Nanoseconds of a unit.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

/// The duration in nanoseconds; `None` for a text that is none.
pub(super) fn parse(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (number, behind) = rest.split_at(digits);
        let letters = behind
            .find(|char: char| char.is_ascii_digit() || char == '.')
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let (_, nanoseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total += number.parse::<f64>().ok()? * nanoseconds;
        rest = behind;
    }
    Some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_are_those_of_go() {
        for (text, expected) in [
            ("1ms", Some(1e6)),
            ("1h30m", Some(5400e9)),
            ("1.5s", Some(1.5e9)),
            ("-2s", Some(-2e9)),
            ("0", Some(0.0)),
            ("5", None),
            ("", None),
            ("s", None),
            ("1 s", None),
            ("1d", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
