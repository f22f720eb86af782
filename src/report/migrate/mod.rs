//! The way to STRICT, for people and machines: one view, which every format writes out.

mod commands;
mod markdown;
mod text;
pub(super) mod view;
mod words;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use super::place::Places;
use crate::posture::migrate::Plan;
use crate::source::SourceMap;

pub use view::MigrationView;

/// The plans of some clusters.
pub struct Migration<'a> {
    /// The plans.
    pub plans: &'a [Plan<'a>],
    /// Where things stand.
    pub places: &'a Places<'a>,
    /// The texts, for objects that are edited.
    pub sources: &'a SourceMap,
    /// Whether the manifests are written to files, which are named then.
    pub is_written: bool,
}

impl Migration<'_> {
    /// What every format shows.
    pub fn view(&self) -> MigrationView<'_> {
        view::view(self)
    }
}

impl MigrationView<'_> {
    /// For people.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        text::write(self, out)
    }

    /// JSON.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, self)
    }

    /// The same as YAML.
    pub fn yaml(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write_yaml(out, self)
    }

    /// For a page or a comment.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        markdown::write(self, out)
    }

    /// Every file of the plan, by its path below the directory that it is written to: numbered manifests, what they
    /// replace, and the plan itself.
    ///
    /// # Errors
    /// None but those of formatting.
    pub fn files(&self) -> io::Result<Vec<(PathBuf, String)>> {
        let mut files = Vec::new();
        for plan in &self.plans {
            let folder = plan
                .context
                .map_or_else(PathBuf::new, |name| PathBuf::from(words::file_name(name)));
            for step in &plan.steps {
                let mut text = format!("# Step {}: {}\n", step.number, super::sanitize::line(&step.title));
                for line in &step.first {
                    // Writing into a string cannot fail.
                    let _ = writeln!(text, "# First: {}", super::sanitize::line(line));
                }
                for line in &step.leaves_open {
                    let _ = writeln!(text, "# Open: {}", super::sanitize::line(line));
                }
                let after: Vec<&str> = step.manifests.iter().map(|manifest| &*manifest.after).collect();
                text += &after.join("---\n");
                files.push((folder.join(&step.file), text));
                let before: Vec<&str> = step
                    .manifests
                    .iter()
                    .filter_map(|manifest| manifest.before.as_deref())
                    .collect();
                if !before.is_empty() {
                    let text = format!("# As it is before step {}\n{}", step.number, before.join("---\n"));
                    files.push((folder.join(commands::rollback(&step.file)), text));
                }
            }
        }
        let mut page = Vec::new();
        self.markdown(&mut page)?;
        files.push((
            PathBuf::from("PLAN.md"),
            String::from_utf8_lossy(&page).into_owned(),
        ));
        Ok(files)
    }
}
