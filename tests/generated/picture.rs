//! What a terminal shows, as a picture: text with the colours of its escape sequences, as SVG.

use std::fmt::Write;

/// Pixels.
const CHAR_WIDTH: f32 = 7.8;
const LINE_HEIGHT: usize = 18;
const MARGIN: usize = 16;

/// How a run of characters looks.
#[derive(Clone, Copy, Default)]
struct Style {
    color: Option<&'static str>,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
}

impl Style {
    /// The style after an escape sequence with these codes, such as `36;1;4`.
    fn after(self, codes: &str) -> Style {
        codes.split(';').fold(self, |style, code| match code {
            "" | "0" => Style::default(),
            "1" => Style {
                is_bold: true,
                ..style
            },
            "2" => Style {
                is_dim: true,
                ..style
            },
            "4" => Style {
                is_underlined: true,
                ..style
            },
            code => Style {
                color: Some(color(code)),
                ..style
            },
        })
    }

    fn attributes(self) -> String {
        let mut attributes = String::new();
        if let Some(color) = self.color {
            let _ = write!(attributes, " fill=\"{color}\"");
        }
        for (holds, attribute) in [
            (self.is_bold, " font-weight=\"bold\""),
            (self.is_dim, " opacity=\"0.6\""),
            (self.is_underlined, " text-decoration=\"underline\""),
        ] {
            attributes += if holds { attribute } else { "" };
        }
        attributes
    }
}

fn color(code: &str) -> &'static str {
    match code {
        "31" => "#ff7b72",
        "32" => "#7ee787",
        "33" => "#e3b341",
        "34" => "#79c0ff",
        "35" => "#d2a8ff",
        "36" => "#76e3ea",
        other => panic!("no colour for the escape sequence {other}"),
    }
}

/// The runs of equal style of a text with escape sequences.
fn runs(text: &str) -> Vec<(Style, &str)> {
    let mut runs = Vec::new();
    let mut style = Style::default();
    for (index, part) in text.split("\u{1b}[").enumerate() {
        let shown = if index == 0 {
            part
        } else {
            let (codes, shown) = part.split_once('m').expect("an escape sequence of a style");
            style = style.after(codes);
            shown
        };
        runs.push((style, shown));
    }
    runs
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// One run at a column of a row, both from 0. Its own place and length keep the columns where they belong,
/// whatever font there is.
fn element(style: Style, run: &str, column: usize, row: usize) -> String {
    let shown = run.trim_start();
    let column = column + run.chars().count() - shown.chars().count();
    let shown = shown.trim_end();
    if shown.is_empty() {
        return String::new();
    }
    let x = MARGIN as f32 + column as f32 * CHAR_WIDTH;
    let y = MARGIN + (row + 1) * LINE_HEIGHT - 4;
    let length = shown.chars().count() as f32 * CHAR_WIDTH;
    // Other spaces are drawn once, however many there are.
    let shown = escape(shown).replace(' ', "\u{a0}");
    let attributes = style.attributes();
    format!("<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\"{attributes}>{shown}</text>\n")
}

/// Draws a text with escape sequences.
pub fn svg(text: &str) -> String {
    let mut elements = String::new();
    let (mut row, mut column, mut widest) = (0, 0, 0);
    for (style, run) in runs(text) {
        for (index, part) in run.split('\n').enumerate() {
            if index > 0 {
                (row, column) = (row + 1, 0);
            }
            elements += &element(style, part, column, row);
            column += part.chars().count();
            widest = widest.max(column);
        }
    }
    let width = 2 * MARGIN + (widest as f32 * CHAR_WIDTH).ceil() as usize;
    let height = 2 * MARGIN + (row + 1) * LINE_HEIGHT;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"13\" fill=\"#e6edf3\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n{elements}</svg>\n"
    )
}
