//! What is wrong with a config, with the lines that it is about.

use std::io::{self, Write};
use std::path::Path;

use super::excerpt::Excerpts;
use super::page::Page;
use super::sanitize;
use super::text::{Options, handler, render_page};
use super::texts::Paths;
use crate::config::Mistake;
use crate::finding::{Label, Severity, Words};
use crate::source::SourceMap;

/// Writes every mistake.
pub fn write(
    sources: &SourceMap,
    base: &Path,
    mistakes: &[Mistake],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = mistakes.iter().map(|mistake| mistake.span);
    let excerpts = Excerpts::cut(Paths::new(sources, base), places);
    let handler = handler(options);
    for mistake in mistakes {
        let label = Label {
            span: mistake.span,
            text: Words::default(),
        };
        let mut page = Page::of(mistake.span.file, &[(&label, true)], Severity::Error, &excerpts);
        page.set_message(&mistake.message);
        page.help.clone_from(&mistake.help);
        for line in render_page(&page, &handler).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    let Some(first) = mistakes.first() else {
        return Ok(());
    };
    let path = sanitize::line(&excerpts.paths.of(first.span.file)).into_owned();
    let count = match mistakes.len() {
        1 => "1 mistake".to_owned(),
        count => format!("{count} mistakes"),
    };
    writeln!(out, "error: {path} has {count}; nothing was checked")
}
