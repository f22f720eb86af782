//! What the bytes of a document tell before it is parsed, and when it does not parse at all.
//!
//! Each test here may say yes to a document that turns out to be irrelevant; none says no to one that
//! matters, save for documents so broken that nobody can tell what they were meant to be.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// Whether a document has neither content nor a mistake: blank lines, comments and `...` alone.
pub(super) fn is_blank(document: &[u8]) -> bool {
    document.split(|&byte| byte == b'\n').all(|line| {
        let content = line.trim_ascii_start();
        content.is_empty() || content[0] == b'#' || line.trim_ascii_end() == b"..."
    })
}

/// Whether there is an action of a Go template.
pub(super) fn holds_template_action(text: &[u8]) -> bool {
    memmem::find(text, b"{{").is_some()
}

/// Whether `kind` may be a key somewhere, however it is written. It is a word of its own then, unless
/// escapes hide it: those of its letters, or of a line break within it.
pub(super) fn may_name_kind(document: &[u8]) -> bool {
    const ESCAPES: [&[u8]; 5] = [b"\\x6", b"\\u006", b"\\U0000006", b"\\\n", b"\\\r"];
    let ends_word = |at: usize| !document.get(at).is_some_and(|byte| is_word(*byte));
    memmem::find_iter(document, b"kind").any(|at| ends_word(at + b"kind".len()))
        || ESCAPES
            .iter()
            .any(|escape| memmem::find(document, escape).is_some())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether a text that does not parse was meant to be a manifest: `apiVersion` or `kind` is a key at
/// column 0, or of the outermost JSON object.
pub(super) fn declares_object(text: &[u8]) -> bool {
    if text.trim_ascii_start().first() == Some(&b'{') {
        return outermost_json_keys(text).any(is_type_key);
    }
    text.split(|&byte| matches!(byte, b'\n' | b'\r'))
        .any(|line| key_at_column_0(line).is_some_and(is_type_key))
}

fn is_type_key(key: &[u8]) -> bool {
    matches!(key, b"apiVersion" | b"kind")
}

/// The key with which a line starts, without quotes.
fn key_at_column_0(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let colon = memchr::memchr(b':', line)?;
    let key = line[..colon].trim_ascii_end();
    let ([b'"', unquoted @ .., b'"'] | [b'\'', unquoted @ .., b'\'']) = key else {
        return Some(key);
    };
    Some(unquoted)
}

/// The quoted keys of the outermost object, as far as broken JSON has any order.
fn outermost_json_keys(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut depth = 0usize;
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest
                .iter()
                .position(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"'))?;
            let found = rest[at];
            rest = &rest[at + 1..];
            match found {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {
                    let content = rest;
                    let length = string_length(content)?;
                    rest = &content[length + 1..];
                    if depth == 1 && rest.trim_ascii_start().first() == Some(&b':') {
                        return Some(&content[..length]);
                    }
                }
            }
        }
    })
}

/// The bytes up to the quote that closes a string.
fn string_length(content: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', content.get(at..)?)?;
        if content[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// What the names of `ConfigMap`s begin with that hold settings of the mesh.
pub(super) const ISTIO: &str = "istio";

/// Whether a `ConfigMap` may hold settings of the mesh: it has a name that begins with [`ISTIO`], and a key `mesh`
/// unless it is the injector's.
pub(super) fn may_hold_mesh_config(config_map: &[u8]) -> bool {
    const INJECTOR: &[u8] = b"istio-sidecar-injector";
    // Few of them speak of Istio at all.
    let mut names = memmem::find_iter(config_map, ISTIO.as_bytes())
        .filter(|&at| follows_name_key(&config_map[..at]))
        .peekable();
    let mut keys = memmem::find_iter(config_map, b"mesh");
    names.peek().is_some()
        && (keys.any(|at| is_key_end(&config_map[at + b"mesh".len()..]))
            || names.any(|at| config_map[at..].starts_with(INJECTOR)))
}

/// Whether the object of a GitOps tool may install istiod.
pub(super) fn may_install_istiod(object: &[u8]) -> bool {
    [&b"istiod"[..], b"istio-discovery"]
        .iter()
        .any(|name| memmem::find(object, name).is_some())
}

/// Whether a `CustomResourceDefinition` may have a conversion webhook: a sixth of the bytes of a usual tree are
/// definitions, and hardly any has one.
pub(super) fn may_hold_webhook(definition: &[u8]) -> bool {
    memmem::find(definition, b"webhook").is_some()
}

/// The first byte of a document behind the comments that it starts with: Helm says there which template it is from.
pub(super) fn start_of_content(document: &[u8]) -> usize {
    let comments = document
        .split_inclusive(|&byte| byte == b'\n')
        .take_while(|line| line.starts_with(b"#"));
    comments.map(<[u8]>::len).sum()
}

/// The metadata of an object that is told from others unread.
pub(super) struct PlainMetadata<'d> {
    /// The bytes of the key `metadata` and its value.
    pub(super) range: Range<usize>,
    pub(super) name: &'d str,
    pub(super) namespace: Option<&'d str>,
}

/// Made once: there are many ConfigMaps.
static METADATA: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"metadata:"));

/// The metadata of a document that is a block mapping with plain keys at column 0; `None` if it takes a parser to tell.
pub(super) fn plain_metadata(document: &[u8]) -> Option<PlainMetadata<'_>> {
    let is_line_start = |at: &usize| *at == 0 || document[at - 1] == b'\n';
    let start = METADATA.find_iter(document).find(is_line_start)?;
    let key_end = start + METADATA.needle().len();
    let value = &document[key_end..];
    let is_last = |&newline: &usize| {
        value
            .get(newline + 1)
            .is_some_and(|byte| !b" #\r\n".contains(byte))
    };
    let length = memchr::memchr_iter(b'\n', value)
        .find(is_last)
        .unwrap_or(value.len());
    let mut lines = value[..length].split(|&byte| byte == b'\n');
    if !is_blank(lines.next()?) {
        return None;
    }
    let (mut name, mut namespace, mut indent) = (None, None, None);
    for line in lines {
        let content = line.trim_ascii_start();
        let own = line.len() - content.len();
        if content.is_empty() || content[0] == b'#' || own != *indent.get_or_insert(own) {
            continue;
        }
        if let Some(value) = content.strip_prefix(b"name:") {
            name = Some(plain_word(value)?);
        } else if let Some(value) = content.strip_prefix(b"namespace:") {
            namespace = Some(plain_word(value)?).filter(|word| !word.eq_ignore_ascii_case("null"));
        }
    }
    Some(PlainMetadata {
        range: start..key_end + length,
        name: name?,
        namespace,
    })
}

/// A value that is one word, be it quoted.
fn plain_word(value: &[u8]) -> Option<&str> {
    let value = value.strip_prefix(b" ")?.trim_ascii();
    let quoted = match value {
        [b'"', word @ .., b'"'] | [b'\'', word @ .., b'\''] => Some(word),
        _ => None,
    };
    let word = quoted.unwrap_or(value);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_word = !word.is_empty() && word.iter().all(is_plain);
    std::str::from_utf8(word).ok().filter(|_| is_word)
}

fn is_key_end(after: &[u8]) -> bool {
    let unquoted = after.split_first().filter(|(first, _)| is_quote(**first));
    let after = unquoted.map_or(after, |(_, after)| after);
    after.trim_ascii_start().first() == Some(&b':')
}

/// Whether a value that starts behind `before` is that of a key `name`, be it quoted or anchored.
fn follows_name_key(before: &[u8]) -> bool {
    let unquoted = before.split_last().filter(|(last, _)| is_quote(**last));
    let before = unquoted.map_or(before, |(_, before)| before).trim_ascii_end();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = &before[line_start..];
    memmem::rfind(line, b"name").is_some_and(|at| {
        let after = line.get(at + b"name".len());
        !after.is_some_and(u8::is_ascii_alphabetic)
    })
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_content() {
        assert!(is_blank(b"\r\n# a\n  # b\n\t\n...\n"));
        assert!(!is_blank(b"# a\nb"));
        assert!(!is_blank(b" ..."));
    }

    #[test]
    fn a_kind_is_a_word_or_escaped() {
        for text in [
            "{kind: a}",
            "? kind\n: a",
            "'kind' : a",
            "\"\\x6bind\": a",
            "\"ki\\\nnd\": a",
            "a: *kind",
        ] {
            assert!(may_name_kind(text.as_bytes()), "{text}");
        }
        for text in [
            "kinds: a",
            r#"{"node_modules/kind-of": 1, "a": "\u003c"}"#,
            "kind_of: x",
        ] {
            assert!(!may_name_kind(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_manifest_says_so_at_column_0() {
        for text in [
            "a: [\nkind: Pod",
            "apiVersion : v1",
            "\"kind\": Pod\r\nx: [",
            "# c\r\napiVersion: v1\r\n",
            "{\"a\": {}, \"kind\": \"Pod\"",
            "\n{\n  \"metadata\": {\"b\": \"}\\\"\"},\n  \"apiVersion\" : ",
        ] {
            assert!(declares_object(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn other_files_use_the_same_words_further_inside() {
        for text in [
            "spec:\n  kind: Pod",
            "mankind: x",
            "# kind: Pod",
            "- kind: Pod",
            "{ // tasks\n \"tasks\": [{\"group\": {\"kind\": \"build\"}}]",
            "{\"a\": \"kind\"}",
            "{\"kind",
        ] {
            assert!(!declares_object(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_name_is_told_from_block_style_alone() {
        let name = |text: &str| plain_metadata(text.as_bytes()).map(|metadata| metadata.name.to_owned());
        let of_block = "data:\n  metadata: |\n    name: x\nmetadata:\r\n  # c\n  labels:\n    name: y\n  name: \"app\"\r\nkind: ConfigMap\n";
        assert_eq!(name(of_block).as_deref(), Some("app"));
        assert_eq!(name("metadata:\n    namespace: n\n    name: app # c\n"), None);
        assert_eq!(name("metadata: {name: app}\n"), None);
        assert_eq!(name("metadata:\n  name: &a app\n"), None);
        assert_eq!(name("metadata:\nkind: ConfigMap\n"), None);
        let range = plain_metadata(of_block.as_bytes()).unwrap().range;
        assert!(
            of_block[..range.start].ends_with("name: x\n") && &of_block[range.end..] == "\nkind: ConfigMap\n"
        );
    }

    #[test]
    fn mesh_configs_are_told_by_name_and_key() {
        let holds = |text: &str| may_hold_mesh_config(text.as_bytes());
        assert!(holds("metadata:\n  name: istio\ndata:\n  mesh: |-\n"));
        assert!(holds(
            "metadata:\n  name:\n    \"istio-canary\"\ndata:\n  'mesh' : |-\n"
        ));
        assert!(holds(r#"{"metadata": {"name": "istio"}, "data": {"mesh": ""}}"#));
        assert!(holds("metadata: {name: &a istio}\ndata: {mesh: ''}"));
        assert!(!holds(
            "metadata:\n  name: istio-dashboards\ndata:\n  mesh.json: '{}'\n"
        ));
        assert!(!holds(
            "metadata:\n  name: app\n  namespace: istio-system\ndata:\n  mesh: a\n"
        ));
    }
}
