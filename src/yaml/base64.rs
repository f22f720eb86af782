//! What a `!!binary` scalar holds.

/// The bytes of a `!!binary` scalar as text; what is not UTF-8 is replaced, as Go's JSON does.
pub(super) fn decode(text: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded() {
        assert_eq!(decode("aGk=").as_deref(), Some("hi"));
        assert_eq!(decode("aGVs\nbG8h").as_deref(), Some("hello!"));
        assert_eq!(decode("//79").as_deref(), Some("\u{fffd}\u{fffd}\u{fffd}"));
        assert_eq!(decode("aGk"), None);
        assert_eq!(decode("a==="), None);
        assert_eq!(decode("aG*="), None);
    }
}
