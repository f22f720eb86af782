//! The plain style in which machines and most people write manifests, read line by line.
//!
//! Block mappings and sequences, scalars of one line without escapes, flow collections of one line, and literal
//! block scalars: that is nine manifests of ten, and their text is read several times faster here than by the parser. At the first
//! thing that is anything else, and at every mistake, the reader gives up and the parser gets the whole
//! document: it alone knows all of YAML, and reports what is wrong. Both feed one [`Builder`], so that they
//! cannot differ in what a scalar means.

use granit_parser::{ScalarStyle, StructureStyle};

use super::build::{Builder, Collection, Written};
use super::defect::Defect;
use super::tree::{Bounds, Tree};
use crate::source::{FileId, Span};

/// The parser looks for the colon of a key no further than 1024 characters.
const LONGEST_KEY: usize = 1000;

/// The tree of a document in plain style and what is wrong with it; `None` for any other text. The text
/// starts at byte `start` of `file`, and all of it is common: tabs and other line breaks have rules of their own.
pub(super) fn read(
    builder: &mut Builder,
    lines: &mut Lines,
    file: FileId,
    start: usize,
    text: &str,
) -> Option<(Tree, Vec<Defect>)> {
    builder.begin_written(file, start as u32, text);
    lines.open.clear();
    let mut reader = Reader {
        file,
        start,
        text,
        bytes: text.as_bytes(),
        builder,
        next: 0,
        open: &mut lines.open,
        awaits: None,
    };
    reader.lines()?;
    let (tree, defects) = reader.builder.finish();
    Some((tree?, defects))
}

/// What is known of the lines of a document; only the room stays for the next one.
#[derive(Default)]
pub(super) struct Lines {
    /// The block collections around the current line, the innermost last.
    open: Vec<Block>,
}

struct Reader<'t> {
    file: FileId,
    start: usize,
    text: &'t str,
    bytes: &'t [u8],
    builder: &'t mut Builder,
    /// Where the next line starts.
    next: usize,
    open: &'t mut Vec<Block>,
    /// Where the value of the last key or dash would stand, as long as there is none.
    awaits: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Block {
    column: usize,
    kind: Collection,
}

/// A scalar of one line, between these offsets.
#[derive(Clone, Copy)]
struct Scalar {
    style: ScalarStyle,
    start: usize,
    end: usize,
}

/// Lines and blocks. Each function gives up with `None`.
impl Reader<'_> {
    fn lines(&mut self) -> Option<()> {
        while self.next < self.bytes.len() {
            let start = self.next;
            let end = self.line_end(start);
            self.next = end + 1;
            let at = self.skip_blanks(start, end);
            if !self.is_blank_or_comment(at, end) {
                self.line(start, at, end)?;
            }
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        Some(())
    }

    #[inline]
    fn line(&mut self, start: usize, at: usize, end: usize) -> Option<()> {
        let column = at - start;
        while self.open.last().is_some_and(|block| block.column > column) {
            self.close()?;
        }
        let mut at = at;
        // An item may start with an item.
        while self.is_dash(at, end) {
            let block = Block {
                column: at - start,
                kind: Collection::Sequence,
            };
            self.enter(block, at)?;
            self.awaits = Some(at + 1);
            at = self.skip_blanks(at + 1, end);
            if at == end {
                return Some(());
            }
        }
        let Some((key, colon)) = self.key(at, end) else {
            // A scalar with a line of its own may be one of several lines.
            return if at - start > column {
                self.value(at, end)
            } else {
                None
            };
        };
        let block = Block {
            column: at - start,
            kind: Collection::Mapping,
        };
        self.enter(block, at)?;
        let at = self.skip_blanks(colon + 1, end);
        if self.is_blank_or_comment(at, end) {
            self.awaits = Some(colon + 1);
            return self.scalar(key);
        }
        if matches!(self.bytes[at], b'|' | b'[' | b'{') {
            self.scalar(key)?;
            return self.value(at, end);
        }
        let value = self.one_line(at, end)?;
        self.builder.entry(self.written(key), self.written(value)).ok()?;
        self.ends_behind(value.end, end)
    }

    /// Goes on to the next entry or item of a block, which may start here.
    #[inline]
    fn enter(&mut self, block: Block, at: usize) -> Option<()> {
        let Some(&innermost) = self.open.last() else {
            let is_root = self.builder.is_empty();
            return if is_root { self.open(block, at) } else { None };
        };
        if innermost == block {
            return self.fill();
        }
        if innermost.column == block.column && innermost.kind == Collection::Sequence {
            // Items stood as far left as the key that they belong to, and this is the next key.
            self.close()?;
            let is_back = self.open.last() == Some(&block);
            return is_back.then_some(());
        }
        // The value of the last key or item, or a line that is indented without reason.
        let behind = self.awaits.take()?;
        // Where the first item starts on a line below its dash, the parser has its own idea of where the
        // sequence starts.
        if innermost.kind == Collection::Sequence && self.bytes[behind] == b'\n' {
            return None;
        }
        self.open(block, at)
    }

    #[inline]
    fn open(&mut self, block: Block, at: usize) -> Option<()> {
        self.open.push(block);
        let span = self.span(at, at);
        self.builder.open(block.kind, StructureStyle::Block, 0, span).ok()
    }

    #[inline]
    fn close(&mut self) -> Option<()> {
        self.fill()?;
        self.open.pop()?;
        let span = self.span(0, 0);
        self.builder.close(span).ok()
    }

    /// Ends the last entry or item, if it has no value yet.
    #[inline]
    fn fill(&mut self) -> Option<()> {
        let Some(at) = self.awaits.take() else {
            return Some(());
        };
        // Behind blanks and comments the parser has its own idea of where nothing stands.
        if self.bytes.get(at).is_some_and(|&next| next != b'\n') {
            return None;
        }
        self.scalar(Scalar {
            style: ScalarStyle::Plain,
            start: at,
            end: at,
        })
    }

    /// The value that starts here and ends with the line, unless it is literal.
    #[inline]
    fn value(&mut self, at: usize, end: usize) -> Option<()> {
        self.awaits = None;
        if self.bytes[at] == b'|' {
            return self.literal(at, end);
        }
        let after = match self.bytes[at] {
            b'[' | b'{' => self.flow(at, end)?,
            _ => {
                let scalar = self.one_line(at, end)?;
                self.scalar(scalar)?;
                scalar.end
            }
        };
        self.ends_behind(after, end)
    }

    /// The scalar that starts here and ends with the line or a comment.
    #[inline]
    fn one_line(&self, at: usize, end: usize) -> Option<Scalar> {
        self.quoted_or(at, end, Self::plain)
    }

    /// Whether nothing but a comment follows in the line.
    #[inline]
    fn ends_behind(&self, after: usize, end: usize) -> Option<()> {
        if after == end {
            return Some(());
        }
        let rest = self.skip_blanks(after, end);
        let is_over = rest == end || rest > after && self.bytes[rest] == b'#';
        is_over.then_some(())
    }
}

/// Which bytes are letters, digits or what holds names together; a table, because every byte of a key is asked about.
static IS_IN_WORD: [bool; 256] = {
    let mut is_in_word = [false; 256];
    let mut index = 0;
    while index < is_in_word.len() {
        let byte = index as u8;
        is_in_word[index] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$');
        index += 1;
    }
    is_in_word
};

/// How many blanks a text starts with; eight are looked at at once, because half of a manifest is indentation.
#[inline]
fn blanks(text: &[u8]) -> usize {
    const EIGHT: u64 = u64::from_le_bytes([b' '; 8]);
    let (words, rest) = text.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let others = u64::from_le_bytes(*word) ^ EIGHT;
        if others != 0 {
            return 8 * index + others.trailing_zeros() as usize / 8;
        }
    }
    8 * words.len() + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// Scalars.
impl Reader<'_> {
    /// The key that starts here, if one does, and its colon.
    #[inline]
    fn key(&self, at: usize, end: usize) -> Option<(Scalar, usize)> {
        let key = self.quoted_or(at, end, Self::word)?;
        let is_key = matches!(&self.bytes[key.end..end], [b':'] | [b':', b' ', ..])
            && key.end - key.start < LONGEST_KEY;
        is_key.then_some((key, key.end))
    }

    /// Letters, digits and what holds names together: what is plain in every context.
    #[inline]
    fn word(&self, start: usize, end: usize) -> Option<Scalar> {
        let line = &self.bytes[start..end];
        if !matches!(line.first()?, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/') {
            return None;
        }
        let length = line.iter().position(|&byte| !IS_IN_WORD[usize::from(byte)]);
        Some(Scalar {
            style: ScalarStyle::Plain,
            start,
            end: length.map_or(end, |length| start + length),
        })
    }

    /// What stands in quotes, or else without them.
    #[inline]
    fn quoted_or(
        &self,
        start: usize,
        end: usize,
        unquoted: impl FnOnce(&Self, usize, usize) -> Option<Scalar>,
    ) -> Option<Scalar> {
        match self.byte(start, end)? {
            b'"' => self.quoted(ScalarStyle::DoubleQuoted, b'"', start, end),
            b'\'' => self.quoted(ScalarStyle::SingleQuoted, b'\'', start, end),
            _ => unquoted(self, start, end),
        }
    }

    /// Text in quotes that stands for itself.
    fn quoted(&self, style: ScalarStyle, quote: u8, start: usize, end: usize) -> Option<Scalar> {
        let inside = &self.bytes[start + 1..end];
        let length = memchr::memchr2(quote, b'\\', inside)?;
        let is_doubled = inside.get(length + 1) == Some(&quote);
        if inside[length] != quote || is_doubled {
            return None;
        }
        Some(Scalar {
            style,
            start,
            end: start + length + 2,
        })
    }

    /// Text without quotes, up to a comment or the end of the line.
    #[inline]
    fn plain(&self, start: usize, end: usize) -> Option<Scalar> {
        let line = &self.bytes[start..end];
        let is_start = match line {
            [b'-', next, ..] => next.is_ascii_alphanumeric() || *next == b'-',
            [first, ..] => first.is_ascii_alphanumeric() || b"_/.$(+~=".contains(first),
            [] => false,
        };
        if !is_start {
            return None;
        }
        // Most values are one word.
        let mut length = line.len();
        let word = line.iter().position(|&byte| !IS_IN_WORD[usize::from(byte)]);
        let rest = word.map_or(length..length, |word| word..length);
        for at in memchr::memchr2_iter(b':', b'#', &line[rest.clone()]).map(|at| rest.start + at) {
            let is_comment = line[at] == b'#' && line[at - 1] == b' ';
            if is_comment {
                length = at;
                break;
            }
            // A mapping in one line with its key is a mistake.
            if line[at] == b':' && matches!(line.get(at + 1), None | Some(b' ')) {
                return None;
            }
        }
        Some(Scalar {
            style: ScalarStyle::Plain,
            start,
            end: start + line[..length].trim_ascii_end().len(),
        })
    }
}

/// Literal block scalars.
impl Reader<'_> {
    /// The scalar whose header starts here; its text are the lines below that stand further right than the
    /// block around it.
    fn literal(&mut self, at: usize, end: usize) -> Option<()> {
        let keeps_last_break = match self.bytes[at + 1..end].trim_ascii_end() {
            b"" => true,
            b"-" => false,
            _ => return None,
        };
        let start = self.next.min(self.bytes.len());
        let indent = self.skip_blanks(start, self.bytes.len()) - start;
        // The parser measures by the first line that says something.
        let is_measured = self.bytes.get(start + indent).is_some_and(|&next| next != b'\n');
        if !is_measured || indent <= self.open.last()?.column {
            return None;
        }
        let start = self.builder.text_mut().len() as u32;
        let last = self.literal_lines(indent)?;
        let content = self.builder.text_mut();
        if !keeps_last_break {
            content.pop();
        }
        let end = content.len() as u32;
        let written = Written {
            text: Bounds { start, end },
            style: ScalarStyle::Literal,
            span: self.span(at, last),
        };
        self.builder.text(written).ok()
    }

    /// Adds lines that are indented so far, or empty, to the text of the tree, without their indentation; the
    /// result is where the last word of them ends.
    fn literal_lines(&mut self, indent: usize) -> Option<usize> {
        let mut last = None;
        let mut empty = 0;
        while self.next < self.bytes.len() {
            let start = self.next;
            let end = self.line_end(start);
            let at = self.skip_blanks(start, end.min(start + indent));
            if at == end {
                empty += 1;
            } else if at < start + indent {
                break;
            } else {
                let length = self.bytes[at..end].trim_ascii_end().len();
                // Blanks alone may be text or not, and so may the break that the end of the file is.
                if length == 0 || end == self.bytes.len() {
                    return None;
                }
                let content = self.builder.text_mut();
                content.extend(std::iter::repeat_n('\n', empty));
                content.push_str(&self.text[at..=end]);
                empty = 0;
                last = Some(at + length);
            }
            self.next = end + 1;
        }
        last
    }
}

/// Flow collections.
impl Reader<'_> {
    /// The collection that starts here; the result is where it ends.
    fn flow(&mut self, at: usize, end: usize) -> Option<usize> {
        let is_mapping = self.bytes[at] == b'{';
        let (kind, close) = if is_mapping {
            (Collection::Mapping, b'}')
        } else {
            (Collection::Sequence, b']')
        };
        let span = self.span(at, at + 1);
        self.builder.open(kind, StructureStyle::Flow, 0, span).ok()?;
        let mut at = self.skip_blanks(at + 1, end);
        if self.byte(at, end)? != close {
            at = self.flow_entry(is_mapping, at, end)?;
            while self.byte(at, end)? == b',' {
                at = self.skip_blanks(at + 1, end);
                at = self.flow_entry(is_mapping, at, end)?;
            }
        }
        if self.byte(at, end)? != close {
            return None;
        }
        let span = self.span(at, at + 1);
        self.builder.close(span).ok()?;
        Some(at + 1)
    }

    /// An entry or item of a flow collection; the result is where what follows it stands.
    fn flow_entry(&mut self, is_mapping: bool, at: usize, end: usize) -> Option<usize> {
        let mut at = at;
        if is_mapping {
            let (key, colon) = self.key(at, end)?;
            self.scalar(key)?;
            at = self.skip_blanks(colon + 1, end);
        }
        let after = match self.byte(at, end)? {
            b'[' | b'{' => self.flow(at, end)?,
            _ => {
                let scalar = self.quoted_or(at, end, Self::word)?;
                self.scalar(scalar)?;
                scalar.end
            }
        };
        Some(self.skip_blanks(after, end))
    }

    fn byte(&self, at: usize, end: usize) -> Option<u8> {
        self.bytes[..end].get(at).copied()
    }
}

/// Bytes and what is made of them.
impl Reader<'_> {
    #[inline]
    fn line_end(&self, start: usize) -> usize {
        let length = memchr::memchr(b'\n', &self.bytes[start..]);
        length.map_or(self.bytes.len(), |length| start + length)
    }

    #[inline]
    fn skip_blanks(&self, at: usize, end: usize) -> usize {
        at + blanks(&self.bytes[at..end])
    }

    #[inline]
    fn is_blank_or_comment(&self, at: usize, end: usize) -> bool {
        at == end || self.bytes[at] == b'#'
    }

    #[inline]
    fn is_dash(&self, at: usize, end: usize) -> bool {
        self.bytes[at] == b'-' && (at + 1 == end || self.bytes[at + 1] == b' ')
    }

    #[inline]
    fn scalar(&mut self, scalar: Scalar) -> Option<()> {
        self.builder.text(self.written(scalar)).ok()
    }

    #[inline]
    fn written(&self, scalar: Scalar) -> Written {
        let Scalar { style, start, end } = scalar;
        let quote = usize::from(style != ScalarStyle::Plain);
        let text = Bounds {
            start: (start + quote) as u32,
            end: (end - quote) as u32,
        };
        let span = self.span(start, end);
        Written { text, style, span }
    }

    #[inline]
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, (self.start + start) as u32, (self.start + end) as u32)
    }
}
