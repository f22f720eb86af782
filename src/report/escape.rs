//! Text that strangers wrote, in formats that give some characters a meaning of their own.

use super::sanitize;

/// A name or value as code in Markdown, also in a cell of a table: nothing in it is markup, a mention or a link.
pub(super) fn markdown_code(text: &str) -> String {
    let text = sanitize::line(text).replace('`', "'").replace('|', "\\|");
    if text.is_empty() {
        return "-".to_owned();
    }
    format!("`{text}`")
}

/// The message of a workflow command of GitHub (`@actions/core` `escapeData`), of any number of lines.
pub(super) fn workflow_message(text: &str) -> String {
    sanitize::block(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command of GitHub (`@actions/core` `escapeProperty`).
pub(super) fn workflow_property(text: &str) -> String {
    workflow_message(&sanitize::line(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_markup() {
        assert_eq!(markdown_code("a|`b`\u{202e}\n@c"), "`a\\|'b'\u{fffd}\u{fffd}@c`");
        assert_eq!(workflow_message("50%0A\n::error::x"), "50%250A%0A::error::x");
        assert_eq!(
            workflow_property("a,b:c\nd%\u{202e}"),
            "a%2Cb%3Ac\u{fffd}d%25\u{fffd}"
        );
    }
}
