//! Text from manifests on its way to a terminal.

use std::borrow::Cow;

/// The text without control characters and without those that turn the direction of writing, which
/// could make a terminal show something else than what stands in the file.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_deceptive) {
        Cow::Owned(text.chars().filter(|&char| !is_deceptive(char)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_deceptive(char: char) -> bool {
    let is_bidi = matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    char.is_control() || is_bidi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c"), "a[31mbc");
        assert!(matches!(plain("größe"), Cow::Borrowed("größe")));
    }
}
