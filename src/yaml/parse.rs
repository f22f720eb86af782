//! One document: bytes in, tree and defects out.

use granit_parser::{ErrorKind, Event, Parser, ScanError};

use super::build::Builder;
use super::defect::{Defect, DefectKind, Limit};
use super::split::RawDocument;
use super::tree::Tree;
use crate::source::{FileId, Span};

/// What reading one document gave.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The tree; `None` if the document is empty or does not parse.
    pub tree: Option<Tree>,
    /// What is wrong with it, in the order of the text.
    pub defects: Vec<Defect>,
}

/// Parses one document of a file whose whole content is `bytes`.
pub fn parse(file: FileId, bytes: &[u8], document: &RawDocument) -> Parsed {
    let text = std::str::from_utf8(&bytes[document.range.clone()]).unwrap_or_default();
    let source = Source {
        file,
        base: document.range.start,
        text,
    };
    match source.parse() {
        Ok((tree, defects)) => Parsed { tree, defects },
        Err(defect) => Parsed {
            tree: None,
            defects: vec![defect],
        },
    }
}

struct Source<'s> {
    file: FileId,
    base: usize,
    text: &'s str,
}

impl Source<'_> {
    fn parse(&self) -> Result<(Option<Tree>, Vec<Defect>), Defect> {
        let mut builder = Builder::new(self.file, self.base as u32, self.text.len());
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.map_err(|error| self.defect(&error))?;
            let start = span.start.byte_offset().unwrap_or_default();
            let end = span.end.byte_offset().unwrap_or(start);
            builder.event(&event, self.span(start, end))?;
            if event == Event::DocumentEnd {
                break;
            }
        }
        Ok(builder.finish())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, (self.base + start) as u32, (self.base + end) as u32)
    }

    fn defect(&self, error: &ScanError) -> Defect {
        let at = error.marker().byte_offset().unwrap_or_default();
        let kind = match error.kind() {
            ErrorKind::RecursionLimitExceeded => DefectKind::Oversized(Limit::Depth),
            kind => DefectKind::Syntax(kind.to_string()),
        };
        Defect {
            kind,
            span: self.span(at, at),
        }
    }
}
