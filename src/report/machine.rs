//! Machine output as bytes: JSON with a line for each item of the lists that people look through, and
//! the same as YAML.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::sanitize;

/// Writes JSON: the fields of the document and the items of its lists begin a line each.
pub fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    document
        .serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))
        .map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes JSON with a line for each field and item.
pub(super) fn write_pretty(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(Safe(&mut out), document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Escapes what a terminal would obey, which within JSON stands only in strings.
struct Safe<W>(W);

impl<W: Write> Write for Safe<W> {
    /// Each text that is written is whole: the serializer writes no part of a character.
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(json).map_err(io::Error::other)?;
        self.0.write_all(sanitize::json(text).as_bytes())?;
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes YAML.
pub fn write_yaml(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let text = serde_yaml::to_string(document).map_err(io::Error::other)?;
    // YAML has escapes in double quotes only, which are not for us to choose.
    out.write_all(sanitize::block(&text).as_bytes())
}

/// Breaks lines down to the second level.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        out.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if self.depth <= 2 {
            out.write_all(b"\n")?;
        } else if !first {
            out.write_all(b" ")?;
        }
        Ok(())
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.depth <= 2 {
            out.write_all(b"\n")?;
        }
        self.depth -= 1;
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    // What a terminal would obey is escaped: reports are read on terminals too.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        out.write_all(sanitize::json(fragment).as_bytes())
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
    use super::*;
    use serde_json::json;

    #[test]
    fn items_begin_lines() {
        let mut out = Vec::new();
        write(&mut out, &json!({"a": [], "rows": [{"b": 1, "c": [2, 3]}, {}]})).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "{\n\"a\": [\n],\n\"rows\": [\n{\"b\": 1, \"c\": [2, 3]},\n{}\n]\n}\n";
        assert_eq!(text, expected);
    }
}
