//! A rule's documentation: markdown with fixed sections, taken from the doc comment of its struct.

use super::Metadata;

impl Metadata {
    /// The documentation as markdown, without a title.
    pub fn documentation(&self) -> String {
        let lines = self.comment.lines();
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n")
    }

    /// The first sentence of what the rule does.
    pub fn summary(&self) -> String {
        let does = section(&self.documentation(), "What it does");
        let paragraph = does.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        match paragraph.split_once(". ") {
            Some((sentence, _)) => sentence.to_owned(),
            None => paragraph.trim_end_matches('.').to_owned(),
        }
    }

    /// All of what the rule does, as plain text.
    pub fn description(&self) -> String {
        section(&self.documentation(), "What it does").replace('\n', " ")
    }

    /// The manifest on which the rule fires.
    pub fn example(&self) -> Option<String> {
        yaml_block(&section(&self.documentation(), "Example"))
    }

    /// The manifest on which it is silent.
    pub fn counter_example(&self) -> Option<String> {
        yaml_block(&section(&self.documentation(), "Use instead"))
    }
}

/// The text below a heading, up to the next one.
fn section(documentation: &str, title: &str) -> String {
    let heading = format!("## {title}");
    let below = documentation.lines().skip_while(|line| *line != heading).skip(1);
    let body: Vec<&str> = below.take_while(|line| !line.starts_with("## ")).collect();
    body.join("\n").trim().to_owned()
}

fn yaml_block(section: &str) -> Option<String> {
    let (_, block) = section.split_once("```yaml\n")?;
    let (block, _) = block.split_once("```")?;
    Some(block.to_owned())
}
