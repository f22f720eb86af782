//! One document: bytes in, tree and defects out.

use granit_parser::{ErrorKind, Event, Parser, ScanError};

use super::build::Builder;
use super::defect::{Defect, DefectKind, Limit};
use super::encoding::forbidden_character;
use super::extent::Extents;
use super::split::RawDocument;
use super::strict::Strictness;
use super::tree::Tree;
use crate::source::{FileId, Span};

/// What reading one document gave.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The tree; `None` if the document is empty or kubectl refuses it.
    pub tree: Option<Tree>,
    /// What is wrong with the text; without a tree, the reason comes last.
    pub defects: Vec<Defect>,
}

/// Parses one document of a file whose whole content is `bytes`.
pub fn parse(file: FileId, bytes: &[u8], document: &RawDocument) -> Parsed {
    let source = Source {
        file,
        start: document.range.start,
    };
    match source.parse(bytes, document) {
        Ok(parsed) => parsed,
        Err(defect) => Parsed {
            tree: None,
            defects: vec![defect],
        },
    }
}

/// Where the text of a document stands.
#[derive(Clone, Copy)]
struct Source {
    file: FileId,
    start: usize,
}

impl Source {
    fn parse(self, bytes: &[u8], document: &RawDocument) -> Result<Parsed, Defect> {
        if let Some(line) = &document.bad_separator {
            let span = Span::new(self.file, line.start as u32, line.end as u32);
            let message = "a `---` has more than a comment behind it, which is no document separator";
            return Err(Defect::syntax(message, span));
        }
        let text = self.text(&bytes[document.range.clone()])?;
        let mut builder = Builder::new(self.file, self.start as u32, text.len());
        let mut extents = Extents::new(text);
        let mut strictness = Strictness::new(text);
        let mut end = text.len();
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| self.refusal(text, &error))?;
            let extent = extents.of(&event, span.byte_range().unwrap_or_default());
            let span = self.span(extent.start, extent.end);
            if event == Event::DocumentEnd {
                end = extent.start;
                break;
            }
            strictness
                .check(&event, extent)
                .map_err(|message| Defect::syntax(message, span))?;
            builder.event(&event, span)?;
        }
        let (tree, mut defects) = builder.finish();
        defects.extend(self.dropped(end, &text[end..]));
        Ok(Parsed { tree, defects })
    }

    fn text(self, bytes: &[u8]) -> Result<&str, Defect> {
        if bytes.len() > Limit::MAX_SIZE {
            return Err(Defect::oversized(Limit::Size, self.span(0, 0)));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - at);
            Defect::syntax("the text is not UTF-8", self.span(at, at + length))
        })?;
        match forbidden_character(text) {
            None => Ok(text),
            Some((at, character)) => {
                let message = format!("the character U+{:04X} is not allowed", u32::from(character));
                Err(Defect::syntax(message, self.span(at, at + character.len_utf8())))
            }
        }
    }

    fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.file, (self.start + start) as u32, (self.start + end) as u32)
    }

    fn refusal(self, text: &str, error: &ScanError) -> Defect {
        let at = error.marker().byte_offset().unwrap_or_default().min(text.len());
        let length = text[at..].chars().next().map_or(0, char::len_utf8);
        let span = self.span(at, at + length);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => Defect::oversized(Limit::Depth, span),
            kind => Defect::syntax(kind.to_string(), span),
        }
    }

    /// What follows the end of the document: kubectl drops it without a word.
    fn dropped(self, start: usize, rest: &str) -> Option<Defect> {
        let mut at = start;
        for line in rest.split_inclusive(['\n', '\r']) {
            let content = line.trim_ascii();
            let marker = content.strip_prefix("...").unwrap_or(content).trim_ascii_start();
            if marker.is_empty() || marker.starts_with('#') {
                at += line.len();
                continue;
            }
            let start = at + (line.len() - line.trim_ascii_start().len());
            return Some(Defect {
                kind: DefectKind::DroppedDocument,
                span: self.span(start, start + content.len()),
            });
        }
        None
    }
}
