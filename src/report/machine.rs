//! Machine output as bytes: JSON with a line for each item of the lists that people look through, and
//! the same as YAML.

use std::io::{self, Write};
use std::mem;

use rayon::prelude::*;
use serde::Serialize;
use serde::ser::{Error, SerializeSeq};
use serde_json::ser::{Formatter, Serializer};

use super::sanitize;

/// Writes JSON: the fields of the document and the items of its lists begin a line each.
pub fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    write_as(Lines::of(Style::Outer), out, document)
}

/// Writes JSON with a line for each field and item.
pub(super) fn write_pretty(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    write_as(Lines::of(Style::Indented), out, document)
}

fn write_as(formatter: impl Formatter, out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut out = Safe::new(out);
    document
        .serialize(&mut Serializer::with_formatter(&mut out, formatter))
        .map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// How many rows are made at once.
const ROWS: usize = 512;

/// Writes rows of a list at that depth of a document that [`write_pretty`] writes. They are made and written out by
/// several threads, while the rows in front of them take their place in the document.
pub(super) fn write_rows<'i, L: SerializeSeq, T: Sync, R: Serialize>(
    list: &mut L,
    depth: usize,
    items: &'i [T],
    row: impl Fn(&'i T) -> R + Sync,
) -> Result<(), L::Error> {
    let written = |item: &'i T| Written::at(depth, &row(item));
    let mut next: Vec<serde_json::Result<Written>> = Vec::new();
    for items in items.chunks(ROWS).chain([&[][..]]) {
        let rows = mem::take(&mut next);
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = items.par_iter().with_min_len(ROWS / 16).map(written).collect());
            rows.into_iter()
                .try_for_each(|row| list.serialize_element(&row.map_err(L::Error::custom)?))
        })?;
    }
    Ok(())
}

/// JSON of a part of a document.
struct Written(Vec<u8>);

/// How long a row is, more or less.
const ROW: usize = 1 << 11;

impl Written {
    fn at(depth: usize, part: &impl Serialize) -> serde_json::Result<Written> {
        let lines = Lines {
            depth,
            ..Lines::of(Style::Indented)
        };
        let mut json = Vec::with_capacity(ROW);
        part.serialize(&mut Serializer::with_formatter(&mut json, lines))?;
        Ok(Written(json))
    }
}

impl Serialize for Written {
    /// As bytes, of which JSON knows none, so that [`Lines`] takes them for what they are.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// How much JSON is looked at together.
const STRETCH: usize = 1 << 14;

/// Escapes what a terminal would obey, which within JSON stands only in strings: reports are read on terminals too.
struct Safe<'o> {
    out: &'o mut dyn Write,
    /// What is not yet passed on.
    json: Vec<u8>,
}

impl<'o> Safe<'o> {
    fn new(out: &'o mut dyn Write) -> Safe<'o> {
        Safe {
            out,
            json: Vec::with_capacity(STRETCH),
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let json = std::str::from_utf8(&self.json).map_err(io::Error::other)?;
        self.out.write_all(sanitize::json(json).as_bytes())?;
        self.json.clear();
        Ok(())
    }
}

impl Write for Safe<'_> {
    /// Each text that is written is whole: the serializer writes no part of a character.
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.write_all(json)?;
        Ok(json.len())
    }

    fn write_all(&mut self, json: &[u8]) -> io::Result<()> {
        if self.json.len() + json.len() > STRETCH {
            self.pass_on()?;
        }
        self.json.extend_from_slice(json);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}

/// Writes YAML.
pub fn write_yaml(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let text = serde_yaml::to_string(document).map_err(io::Error::other)?;
    // YAML has escapes in double quotes only, which are not for us to choose.
    out.write_all(sanitize::block(&text).as_bytes())
}

/// Which fields and items begin a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Those down to the second level.
    Outer,
    /// All, indented by their level; brackets with nothing between them stand side by side.
    Indented,
}

/// Breaks lines. [`serde_json::ser::PrettyFormatter`] writes each step of an indentation by itself, which is half of all
/// that it writes.
struct Lines {
    style: Style,
    depth: usize,
    /// Whether something was written since the last bracket was opened.
    is_filled: bool,
}

/// A line break and as many blanks as nearly every line needs.
const BREAK: &[u8] = b"\n                                ";

impl Lines {
    fn of(style: Style) -> Lines {
        Lines {
            style,
            depth: 0,
            is_filled: false,
        }
    }

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_filled = false;
        out.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.is_filled = true;
        if !first {
            out.write_all(b",")?;
        }
        if self.style == Style::Indented || self.depth <= 2 {
            self.begin_line(out)
        } else if first {
            Ok(())
        } else {
            out.write_all(b" ")
        }
    }

    fn begin_line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        let blanks = match self.style {
            Style::Outer => 0,
            Style::Indented => 2 * self.depth,
        };
        let at_once = BREAK.len().min(1 + blanks);
        out.write_all(&BREAK[..at_once])?;
        (at_once..=blanks).try_for_each(|_| out.write_all(b" "))
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        let has_own_line = match self.style {
            Style::Outer => self.depth <= 2,
            Style::Indented => self.is_filled,
        };
        self.depth -= 1;
        self.is_filled = true;
        if has_own_line {
            self.begin_line(out)?;
        }
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    /// Bytes are JSON that was written before.
    fn write_byte_array<W: ?Sized + Write>(&mut self, out: &mut W, json: &[u8]) -> io::Result<()> {
        out.write_all(json)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn items_begin_lines() {
        let mut out = Vec::new();
        write(&mut out, &json!({"a": [], "rows": [{"b": 1, "c": [2, 3]}, {}]})).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "{\n\"a\": [\n],\n\"rows\": [\n{\"b\": 1, \"c\": [2, 3]},\n{}\n]\n}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn everything_is_indented_as_serde_does() {
        let mut deep = json!([{}, [], 1, {"a": [[], {"b": {}}]}]);
        for _ in 0..20 {
            deep = json!({"d": [deep, null]});
        }
        for document in [json!(1), json!([]), json!({"a": {}, "b": [1, 2]}), deep] {
            let mut out = Vec::new();
            write_pretty(&mut out, &document).unwrap();
            let expected = serde_json::to_string_pretty(&document).unwrap() + "\n";
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    /// A list of what stands in it, written row by row.
    struct Listed<'v>(&'v [Value]);

    impl Serialize for Listed<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            write_rows(&mut list, 2, self.0, |row| json!({"row": row}))?;
            write_rows(&mut list, 2, self.0, Value::clone)?;
            list.end()
        }
    }

    #[test]
    fn rows_are_written_as_if_one_after_the_other() {
        let values = [
            json!({}),
            json!([1, {"a": "\u{202e}"}]),
            json!(null),
            json!({"b": [[]]}),
        ];
        for count in [0, 1, 4, ROWS, 3 * ROWS + 7] {
            let rows: Vec<Value> = values.iter().cycle().take(count).cloned().collect();
            let mut out = Vec::new();
            write_pretty(&mut out, &BTreeMap::from([("rows", Listed(&rows))])).unwrap();
            let all: Vec<Value> = rows
                .iter()
                .map(|row| json!({"row": row}))
                .chain(rows.clone())
                .collect();
            let mut expected = Vec::new();
            write_pretty(&mut expected, &json!({"rows": all})).unwrap();
            assert_eq!(
                String::from_utf8(out).unwrap(),
                String::from_utf8(expected).unwrap()
            );
        }
    }

    #[test]
    fn what_is_long_is_escaped_and_whole() {
        let text = "ü\u{202e}東".repeat(STRETCH);
        let mut out = Vec::new();
        write(&mut out, &[text.as_str(), "a", text.as_str()]).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.contains('\u{202e}'));
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&written).unwrap(),
            [text.as_str(), "a", text.as_str()]
        );
    }
}
