//! Hosts in free text: what an environment variable, an argument or a file of a ConfigMap says that
//! somebody calls.
//!
//! Only the form is judged here, by one pass over a text; whether a service of that name exists is asked
//! later, of one index. A host is a word of its own: a part of a path, of a key or of a longer word is none.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use crate::source::{Span, Window};

/// A word that may be the host of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The host, in lower case and without the dot of the root.
    pub host: Box<str>,
    /// The port that is written behind it.
    pub port: Option<u16>,
    /// The port that the scheme of its URL stands for.
    pub default_port: Option<u16>,
    /// What shows that it is a host.
    pub form: Form,
    /// Where the host stands, with its port.
    pub span: Span,
}

/// What shows that a word is a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// It follows `scheme://`.
    Url,
    /// A port follows, or a user and `@` come before it.
    Authority,
    /// It is the value of a variable whose name ends like that of an address.
    Variable,
    /// It is all that the text says.
    Whole,
    /// Nothing but its dots.
    Word,
}

impl Mention {
    /// Whether it is a host whoever reads it: a word without dots that is a text of its own may be anything.
    pub fn is_host_by_itself(&self) -> bool {
        self.form != Form::Whole || self.host.contains('.')
    }
}

/// How the names of variables end that hold an address.
const ADDRESS_ENDINGS: [&str; 4] = ["_HOST", "_ADDR", "_URL", "_ENDPOINT"];

/// Whether the name of a variable says that its value is an address.
pub fn names_address(variable: &str) -> bool {
    let name = variable.as_bytes();
    ADDRESS_ENDINGS.iter().any(|ending| {
        let end = name.len().checked_sub(ending.len()).map(|start| &name[start..]);
        end.is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
    })
}

/// Whether a variable lists hosts that nothing is sent to by it.
pub fn names_exceptions(variable: &str) -> bool {
    variable.eq_ignore_ascii_case("NO_PROXY")
}

/// The variable that holds the port beside one that holds the host: `DB_PORT` for `DB_HOST`.
pub fn port_variable(variable: &str) -> Option<String> {
    let (stem, ending) = variable.rsplit_once('_')?;
    let port = match ending {
        "HOST" | "ADDR" => "PORT",
        "host" | "addr" => "port",
        _ => return None,
    };
    Some(format!("{stem}_{port}"))
}

/// Every host of a scalar: `value` is what it says, `span` its place in the file.
pub fn mentions(value: &str, span: Span, file: Window<'_>) -> Vec<Mention> {
    let content = content(value);
    let candidates = candidates(value, &content);
    if candidates.is_empty() {
        return Vec::new();
    }
    let mut places = Places::new(value, file.text(span), span);
    candidates
        .into_iter()
        .filter_map(|word| {
            let is_alone = word == content;
            let host = host_at(value, word, is_alone)?;
            let span = places.of(host.range.clone());
            Some(Mention {
                host: value[host.name].to_ascii_lowercase().into(),
                port: host.port,
                default_port: host.default_port,
                form: host.form,
                span,
            })
        })
        .collect()
}

/// Whether a scalar of a YAML document may name a host by itself, or be the value of a key that [`names_address`]: what
/// the bytes say before any parser has seen them. Where they say no, [`mentions`] finds none.
///
/// Most of a tree passes through here, so what is rare is looked for first, and many bytes at once.
pub fn may_mention(yaml: &[u8]) -> bool {
    // A user's `@`, an alias, a tag that makes base64 of a value.
    memchr::memchr3(b'@', b'&', b'!', yaml).is_some()
        || yaml.ends_with(b"\\")
        || may_hold_sign(yaml)
        || may_hold_dotted_host(yaml)
}

/// Whether a scheme, a port or the name of an address announces a host, or an escape may stand for what does.
fn may_hold_sign(yaml: &[u8]) -> bool {
    match &*SIGNS {
        Some(signs) => announces_host(yaml, signs.find_iter(yaml).map(|sign| sign.start())),
        None => announces_host(yaml, first_bytes_of_signs(yaml)),
    }
}

/// Where a sign may begin: the same as [`SIGNS`] finds, and more.
fn first_bytes_of_signs(yaml: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr3_iter(b':', b'_', b'\\', yaml)
}

/// Whether one of these places announces a host.
fn announces_host(yaml: &[u8], mut places: impl Iterator<Item = usize>) -> bool {
    places.any(|at| {
        let (before, after) = yaml.split_at(at);
        match after {
            [b'\\', escape @ ..] => may_hide_mark(escape),
            [b':', b'/', b'/', ..] => true,
            [b':', b'0'..=b'9', ..] => ends_like_host(&before[word_start(before)..]),
            [b'_', ..] => names_address_of_value(after),
            _ => false,
        }
    })
}

/// The pairs of bytes with which a sign begins; `None` where the processor knows no way to look for all at once.
static SIGNS: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(PAIRS.concat()));

/// The searcher looks for eight buckets of pairs, and takes those of a bucket apart only by half bytes: in this order, which
/// gives each column a bucket of its own, hardly anything but a pair passes for one.
const PAIRS: [&[&[u8]]; 4] = [
    &[b":/", b"\\\n", b"_H", b":0", b":2", b":4", b":6", b":8"],
    &[b"\\/", b"\\\r", b"_A", b":1", b":3", b":5", b":7", b":9"],
    &[b"\\x", b"\\u", b"_U", b"_h", b"_a", b"_u", b"_E", b"_e"],
    &[b"\\U"],
];

/// Whether this starts with the end of a name that [`names_address`] and a sign follows, however it is written: quoted,
/// escaped, or on the next line.
fn names_address_of_value(text: &[u8]) -> bool {
    let is_filler = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\') || byte.is_ascii_whitespace();
    ADDRESS_ENDINGS.iter().any(|ending| {
        let parts = text.split_at_checked(ending.len());
        parts.is_some_and(|(end, after)| {
            let next = || after.iter().find(|byte| !is_filler(byte));
            end.eq_ignore_ascii_case(ending.as_bytes()) && matches!(next(), Some(b':' | b'='))
        })
    })
}

/// Whether a word with dots may be a host.
fn may_hold_dotted_host(yaml: &[u8]) -> bool {
    let mut end = 0;
    memchr::memchr_iter(b'.', yaml).any(|dot| {
        if dot < end {
            return false;
        }
        end = word_end(yaml, dot);
        !is_end_of_key(&yaml[end..]) && ends_like_host(&yaml[word_start(&yaml[..dot])..end])
    })
}

/// Whether an escape, of which this follows the backslash, may stand for a mark, or join what two lines say.
fn may_hide_mark(escape: &[u8]) -> bool {
    matches!(
        escape.first(),
        None | Some(b'x' | b'u' | b'U' | b'/' | b'\n' | b'\r')
    )
}

/// Whether a word with dots that comes in front of this is the key of a value.
fn is_end_of_key(after: &[u8]) -> bool {
    match after {
        [b'=', ..] => true,
        [b':', next, ..] => !matches!(next, b'/' | b'0'..=b'9'),
        _ => false,
    }
}

/// Whether the last label of a word is no number. What it starts with is not asked for: that may be a part of an escape.
fn ends_like_host(word: &[u8]) -> bool {
    let word = word.strip_suffix(b".").unwrap_or(word);
    let label = word.rsplit(|&byte| byte == b'.').next().unwrap_or(word);
    label.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a name of which this is the last letter may be one that [`names_address`].
fn ends_address(letter: u8) -> bool {
    matches!(letter, b'T' | b't' | b'R' | b'r' | b'L' | b'l')
}

/// A host in a text, by bytes.
struct Host {
    name: Range<usize>,
    range: Range<usize>,
    port: Option<u16>,
    default_port: Option<u16>,
    form: Form,
}

/// What a byte is where hosts are looked for; a table, because every byte of every ConfigMap that somebody reads
/// is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A part of a word.
    Word,
    /// The dot within a host.
    Dot,
    /// What announces a host behind it, or a port.
    Sign,
    Other,
}

static PARTS: [Part; 256] = {
    let mut parts = [Part::Other; 256];
    let mut index = 0;
    while index < parts.len() {
        let byte = index as u8;
        parts[index] = match byte {
            b'.' => Part::Dot,
            b'-' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80.. => Part::Word,
            b':' | b'=' | b'@' => Part::Sign,
            _ => Part::Other,
        };
        index += 1;
    }
    parts
};

fn is_word(byte: u8) -> bool {
    matches!(PARTS[usize::from(byte)], Part::Word | Part::Dot)
}

/// The bytes of a text without the white space around it.
fn content(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start.max(text.trim_end().len())
}

/// The words that can be hosts, in order: those with a dot, a port, something in front that announces one, or the
/// whole text for themselves.
fn candidates(text: &str, content: &Range<usize>) -> Vec<Range<usize>> {
    if text[content.clone()].bytes().all(is_word) {
        return vec![content.clone()];
    }
    let mut found = Candidates {
        text,
        words: Vec::new(),
        line: 0,
        is_comment: false,
    };
    let bytes = text.as_bytes();
    let is_mark = |byte: &u8| matches!(PARTS[usize::from(*byte)], Part::Dot | Part::Sign);
    let mut at = 0;
    while let Some(length) = bytes[at..].iter().position(is_mark) {
        at = found.take_mark(at + length);
    }
    found.words
}

struct Candidates<'t> {
    text: &'t str,
    words: Vec<Range<usize>>,
    /// Up to where lines were told apart, and whether the last of them is a comment.
    line: usize,
    is_comment: bool,
}

impl Candidates<'_> {
    /// Adds the words for which the byte at `at` speaks; the result is where to go on.
    fn take_mark(&mut self, at: usize) -> usize {
        let (before, after) = self.text.as_bytes().split_at(at);
        match after {
            [b'.', ..] => return self.add_dotted(at),
            [b'@', ..] => self.add(at + 1),
            [b':', b'/', b'/', ..] => self.add(at + 3),
            [b':', b'0'..=b'9', ..] => {
                self.add(word_start(before));
                self.add_value(at);
            }
            _ => self.add_value(at),
        }
        at + 1
    }

    /// The word around a dot. What a key in front of its value says is no host.
    fn add_dotted(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let end = word_end(bytes, at);
        if !matches!(bytes.get(end), Some(b'[' | b'=' | b'@' | b'\\' | b'(')) {
            self.add(word_start(&bytes[..at]));
        }
        end
    }

    /// The value behind the sign at `at`, if the variable in front of it may be one that [`names_address`].
    fn add_value(&mut self, at: usize) {
        let (before, after) = self.text.as_bytes().split_at(at);
        let is_filler = |byte: &&u8| matches!(byte, b'"' | b'\'' | b' ');
        let last = before.iter().rev().find(|byte| !is_filler(byte));
        if last.is_some_and(|&last| ends_address(last)) {
            self.add(at + 1 + after[1..].iter().take_while(is_filler).count());
        }
    }

    /// The word that starts here, if one does, unless it was met before or stands in a comment.
    fn add(&mut self, start: usize) {
        let end = word_end(self.text.as_bytes(), start);
        let is_new = self.words.last().is_none_or(|last| last.start < start);
        if start < end && is_new && !self.is_commented(start) {
            self.words.push(start..end);
        }
    }

    /// Whether what stands here is in a comment of a script or a config file.
    fn is_commented(&mut self, at: usize) -> bool {
        let new = &self.text[self.line.min(at)..at];
        if let Some(line_break) = memchr::memrchr(b'\n', new.as_bytes()) {
            self.is_comment = is_comment(&new[line_break + 1..]);
        } else if self.line == 0 {
            self.is_comment = is_comment(new);
        }
        self.line = self.line.max(at);
        self.is_comment
    }
}

/// Whether a line that begins so is a comment of a script or a config file.
fn is_comment(line: &str) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(['#', ';']) || line.starts_with("//")
}

fn word_start(before: &[u8]) -> usize {
    let is_outside = |&byte: &u8| !is_word(byte);
    before.iter().rposition(is_outside).map_or(0, |at| at + 1)
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let length = bytes[start..].iter().position(|&byte| !is_word(byte));
    length.map_or(bytes.len(), |length| start + length)
}

/// The host that a word is, judged by what stands around it.
fn host_at(text: &str, word: Range<usize>, is_alone: bool) -> Option<Host> {
    let (before, after) = (&text[..word.start], &text[word.end..]);
    let name = word.start..word.start + text[word.clone()].strip_suffix('.').unwrap_or(&text[word]).len();
    if !is_host(&text[name.clone()]) || is_unresolved(before, after) {
        return None;
    }
    let port = after.strip_prefix(':').and_then(leading_port);
    let mut host = Host {
        range: name.start..name.end + port.map_or(0, |(length, _)| length + 1),
        name,
        port: port.map(|(_, port)| port),
        default_port: None,
        form: Form::Word,
    };
    if let Some(scheme) = scheme_before(before) {
        if names_user(after) {
            return None;
        }
        host.default_port = default_port(scheme);
        host.form = Form::Url;
        return Some(host);
    }
    if before.ends_with(['/', '\\']) || after.starts_with('(') {
        return None;
    }
    host.form = if host.port.is_some() || before.ends_with('@') {
        Form::Authority
    } else if variable_before(before).is_some_and(names_address) {
        Form::Variable
    } else if is_alone {
        Form::Whole
    } else if text[host.name.clone()].contains('.') && !after.starts_with(['[', '=', ':', '@', '\\']) {
        Form::Word
    } else {
        return None;
    };
    Some(host)
}

/// Labels as DNS has them, of which the last is no number: versions and addresses have such.
fn is_host(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut label = 0;
    let mut has_letter = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let is_end = label > 0 && bytes[at - 1] != b'-';
        match byte {
            b'.' if is_end => (label, has_letter) = (0, false),
            b'-' if label > 0 => label += 1,
            _ if byte.is_ascii_alphanumeric() => {
                label += 1;
                has_letter |= byte.is_ascii_alphabetic();
            }
            _ => return false,
        }
        if label > 63 {
            return false;
        }
    }
    label > 0 && has_letter && bytes.len() <= 253 && !text.ends_with('-')
}

/// Whether a part of the word is only known at run time: `$(NAMESPACE)`, `${NAME}`, `{{ .host }}`, `<name>`.
fn is_unresolved(before: &str, after: &str) -> bool {
    before.ends_with(['$', '{', '}', '%', '<', ')'])
        || before.ends_with("$(")
        || after.starts_with(['$', '{', '}', '%', '<', '>'])
}

/// The port at the start of a text, with its length.
fn leading_port(text: &str) -> Option<(usize, u16)> {
    let length = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let next = text.as_bytes().get(length);
    let port = text[..length].parse().ok().filter(|&port| port != 0)?;
    let is_whole = next.is_none_or(|&byte| byte == b'.' || !is_word(byte));
    // A version follows an image: `redis:6.2`.
    let is_version =
        next == Some(&b'.') && text[length + 1..].starts_with(|next: char| next.is_ascii_alphanumeric());
    (is_whole && !is_version).then_some((length, port))
}

/// The scheme of the URL whose host begins behind `before`; a user may stand between them.
fn scheme_before(before: &str) -> Option<&str> {
    let authority = match before.strip_suffix('@') {
        Some(user) => {
            let is_end = |char: char| char.is_whitespace() || matches!(char, '/' | '"' | '\'' | '@');
            user.trim_end_matches(|char| !is_end(char))
        }
        None => before,
    };
    let scheme = authority.strip_suffix("://")?;
    scheme
        .rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '+')
        .next()
}

/// Whether what precedes is a user, whose password and host follow.
fn names_user(after: &str) -> bool {
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b',');
    let mut authority = after.bytes().take_while(|byte| !is_end(byte));
    authority.any(|byte| byte == b'@')
}

fn default_port(scheme: &str) -> Option<u16> {
    match &*scheme.to_ascii_lowercase() {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "redis" => Some(6379),
        "postgres" | "postgresql" => Some(5432),
        "mysql" => Some(3306),
        "mongodb" => Some(27017),
        "amqp" => Some(5672),
        _ => None,
    }
}

/// The name in front of `=` or `:` at the end of a text: `export DB_HOST=`.
fn variable_before(before: &str) -> Option<&str> {
    let before = before.trim_end_matches(['"', '\'', ' ']);
    let name = before
        .strip_suffix(['=', ':'])?
        .trim_end_matches(['"', '\'', ' ']);
    let name = name
        .rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '_')
        .next();
    name.filter(|name| !name.is_empty())
}

/// Finds the bytes of a file for ranges of what a scalar says; ranges must come in order.
struct Places<'t> {
    value: &'t str,
    raw: &'t str,
    span: Span,
    /// How far `raw` has been searched; `None` where the value stands as it is.
    cursor: Option<usize>,
    /// Where the value starts in `raw` if it stands there as it is.
    offset: usize,
}

impl<'t> Places<'t> {
    fn new(value: &'t str, raw: &'t str, span: Span) -> Self {
        let unquoted = raw.get(1..raw.len().saturating_sub(1));
        let (cursor, offset) = if raw == value {
            (None, 0)
        } else if unquoted == Some(value) {
            (None, 1)
        } else {
            (Some(0), 0)
        };
        Places {
            value,
            raw,
            span,
            cursor,
            offset,
        }
    }

    /// Indentation and escapes stand between words, never within a host: its own bytes are searched for.
    fn of(&mut self, range: Range<usize>) -> Span {
        let text = &self.value[range.clone()];
        let start = match self.cursor {
            None => Some(range.start + self.offset),
            Some(cursor) => self.find(text, cursor),
        };
        let Some(start) = start else {
            // What is not found once is not looked for again: the whole value has to do.
            self.cursor = Some(self.raw.len());
            return self.span;
        };
        if let Some(cursor) = &mut self.cursor {
            *cursor = start + text.len();
        }
        let start = self.span.start + start as u32;
        Span::new(self.span.file, start, start + text.len() as u32)
    }

    fn find(&self, text: &str, cursor: usize) -> Option<usize> {
        let bytes = self.raw.as_bytes();
        let rest = bytes.get(cursor..)?;
        memchr::memmem::find_iter(rest, text.as_bytes())
            .map(|at| cursor + at)
            .find(|&at| {
                let is_escape = at >= 2 && bytes[at - 2] == b'\\';
                let starts = at == 0 || !is_word(bytes[at - 1]) || is_escape;
                let next = bytes.get(at + text.len());
                starts && next.is_none_or(|&byte| byte == b'.' || !is_word(byte))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn found(value: &str) -> Vec<(String, Option<u16>, Form)> {
        let span = Span::new(FileId(0), 0, value.len() as u32);
        mentions(value, span, value.into())
            .into_iter()
            .map(|mention| (mention.host.into(), mention.port, mention.form))
            .collect()
    }

    fn hosts(value: &str) -> Vec<String> {
        found(value).into_iter().map(|(host, ..)| host).collect()
    }

    #[test]
    fn hosts_are_told_by_what_stands_around_them() {
        let one = |text: &str, host: &str, port, form| {
            assert_eq!(found(text), [(host.to_owned(), port, form)], "{text}");
        };
        one("curl http://cart/api", "cart", None, Form::Url);
        one("--target=cart:8080", "cart", Some(8080), Form::Authority);
        one(
            "postgres://me:secret@db:5432/shop?x=1",
            "db",
            Some(5432),
            Form::Url,
        );
        one("me:secret@tcp(db:3306)/shop", "db", Some(3306), Form::Authority);
        one("export DB_HOST=db", "db", None, Form::Variable);
        one("cart", "cart", None, Form::Whole);
        one("wait for cart.shop", "cart.shop", None, Form::Word);
        one(
            "Cart.Shop.svc.cluster.local.",
            "cart.shop.svc.cluster.local",
            None,
            Form::Whole,
        );
    }

    #[test]
    fn parts_of_other_words_are_no_hosts() {
        for text in [
            "/etc/cart.shop/config",
            "image: registry/cart:80",
            "cart_api.shop:80x",
            "cart.$(NAMESPACE).svc",
            "$(NAME).shop.svc",
            "http://${HOST}:80",
            "# curl http://cart",
            "  // see http://cart",
            "cart.shop=5",
            "cart.shop: 5",
            "10.0.0.1:80",
            "1.2.3",
            ".svc",
            "-cart.shop",
            "so much for the cart",
            "{{ .Values.cart }}",
        ] {
            assert_eq!(hosts(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(found("redis:6.2"), []);
    }

    #[test]
    fn a_place_is_that_of_the_host_whatever_the_quotes() {
        let place = |value: &str, raw: &str| {
            let span = Span::new(FileId(0), 100, 100 + raw.len() as u32);
            let mention = mentions(value, span, Window::new(100, raw.as_bytes())).remove(0);
            raw[mention.span.start as usize - 100..mention.span.end as usize - 100].to_owned()
        };
        assert_eq!(place("http://cart:80/", "http://cart:80/"), "cart:80");
        assert_eq!(place("http://cart:80/", "\"http://cart:80/\""), "cart:80");
        assert_eq!(
            place("a: 1\nu: http://cart/\n", "|\n    a: 1\n    u: http://cart/\n"),
            "cart"
        );
        assert_eq!(place("x\ncart:80", r#""x\ncart:80""#), "cart:80");
        assert_eq!(place("cart:80", r#""\x63art:80""#), r#""\x63art:80""#);
    }

    #[test]
    fn variables_are_told_by_their_endings() {
        assert!(names_address("CART_HOST") && names_address("cart_url"));
        assert!(!names_address("HOSTNAME") && !names_address("HOST"));
        assert_eq!(port_variable("DB_HOST").as_deref(), Some("DB_PORT"));
        assert_eq!(port_variable("DB_URL"), None);
    }

    #[test]
    fn letters_of_several_bytes_end_words_like_others() {
        for (text, found) in [
            ("\u{e9}me=cart.shop", "cart.shop"),
            ("\u{e9}http://cart", "cart"),
            ("\u{2003}me:secret@db", "db"),
        ] {
            assert_eq!(hosts(text), [found], "{text}");
        }
    }

    proptest::proptest! {
        /// A processor that cannot look for all signs at once finds the same.
        #[test]
        fn signs_are_found_one_by_one_as_together(text in "(cart|:|/|:[0-9]|_|_host|_URL|\\\\|\\\\[xuU]|\\\\\n|[=\"' \n]){0,16}") {
            // A backslash at the end is told before signs are looked for.
            let text = text + " ";
            let yaml = text.as_bytes();
            proptest::prop_assert!(SIGNS.is_some() || cfg!(not(target_arch = "x86_64")));
            proptest::prop_assert_eq!(may_hold_sign(yaml), announces_host(yaml, first_bytes_of_signs(yaml)));
        }

        /// Whatever the text says, a host is in lower case what stands at its place.
        #[test]
        fn places_are_those_of_the_hosts(text in "(cart|db\\.x|HOST|://|[:=@. \"'#\n/\u{e9}\u{2003}]|80){0,12}") {
            let span = Span::new(FileId(0), 0, text.len() as u32);
            for mention in mentions(&text, span, (&text).into()) {
                let place = &text[mention.span.start as usize..mention.span.end as usize];
                proptest::prop_assert!(place.to_ascii_lowercase().starts_with(&*mention.host), "{:?}", mention);
            }
        }
    }
}
