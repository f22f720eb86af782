//! Bytes to text: UTF-8 is read as it is, UTF-16 has to be transcoded first.

/// The byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// The text of a file that starts with the byte order mark of UTF-16; `None` for any other file. What is
/// no valid UTF-16 becomes the replacement character.
pub fn transcode(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, odd) = bytes[2..].as_chunks();
    let units = pairs.iter().map(|&pair| read(pair));
    let characters = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    let cut_off = (!odd.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    Some(characters.chain(cut_off).collect())
}

/// Whether there is nothing but printable ASCII and line feeds: any text may contain each of them.
pub(super) fn is_common(text: &str) -> bool {
    first_uncommon(text.as_bytes()).is_none()
}

/// The index of the first byte that is neither printable ASCII nor a line feed; hardly any text has one.
pub fn first_uncommon(bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks();
    let is_uncommon = |word: &[u8; 8]| is_uncommon(u64::from_le_bytes(*word));
    let common = words.iter().position(is_uncommon).unwrap_or(words.len()) * 8;
    let is_other = |byte: &u8| !matches!(byte, b'\n' | b' '..=b'~');
    Some(common + bytes[common..].iter().position(is_other)?)
}

/// The first character that no YAML text may contain, and where it stands.
pub(super) fn forbidden_character(text: &str) -> Option<(usize, char)> {
    // Bytes decide for nearly every text; only those of rare characters need a second look.
    let (words, rest) = text.as_bytes().as_chunks();
    let has_suspicious =
        |word: &[u8; 8]| is_uncommon(u64::from_le_bytes(*word)) && word.iter().copied().any(is_suspicious);
    if !words.iter().any(has_suspicious) && !rest.iter().copied().any(is_suspicious) {
        return None;
    }
    text.char_indices()
        .find(|&(_, character)| is_forbidden(character))
}

/// Whether one of eight bytes is neither a line feed nor printable ASCII: a tab is, as a control character is.
/// The highest bit of each byte tells, of itself and of three sums in which no byte of ASCII flows over.
fn is_uncommon(word: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let is_space_or_more = word.wrapping_add(EACH * (0x80 - 0x20));
    let is_no_feed = (word ^ (EACH * u64::from(b'\n'))).wrapping_add(EACH * 0x7f);
    let is_delete = word.wrapping_add(EACH);
    ((!is_space_or_more & is_no_feed) | is_delete | word) & (EACH * 0x80) != 0
}

fn is_suspicious(byte: u8) -> bool {
    let is_control = byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    is_control || matches!(byte, 0x7f | 0xc2 | 0xef)
}

/// go-yaml's set: the printable characters of YAML 1.1.
fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_of_both_orders_is_text() {
        assert_eq!(transcode(b"\xff\xfea\0\xe4\0").as_deref(), Some("aä"));
        assert_eq!(transcode(b"\xfe\xff\0a\0\xe4").as_deref(), Some("aä"));
        assert_eq!(
            transcode(b"\xff\xfea\0\0\xd8b").as_deref(),
            Some("a\u{fffd}\u{fffd}")
        );
        assert_eq!(transcode(b"a: 1"), None);
    }

    #[test]
    fn control_characters_are_forbidden() {
        assert_eq!(forbidden_character("a\tb\r\né \u{a0}\u{85}"), None);
        assert_eq!(forbidden_character("aé\u{7f}"), Some((3, '\u{7f}')));
        assert_eq!(forbidden_character("a\u{9f}"), Some((1, '\u{9f}')));
        for character in '\0'..='\u{ff}' {
            for before in 0..20 {
                let text = format!("{:\t<before$}{character}\n\n       ", "");
                let expected = is_forbidden(character).then_some((before, character));
                assert_eq!(forbidden_character(&text), expected, "{text:?}");
                let is_other = |&(_, other): &(usize, char)| !matches!(other, '\n' | ' '..='~');
                let first = text.char_indices().find(is_other).map(|(at, _)| at);
                assert_eq!(first_uncommon(text.as_bytes()), first, "{text:?}");
            }
        }
    }
}
