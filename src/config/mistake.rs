//! What is wrong with a config, said where it stands.

use crate::id;
use crate::source::Span;
use crate::yaml;

/// A mistake in a config: the run ends, and says all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The key or value to change.
    pub span: Span,
    /// One sentence, lower case, without a final period.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake without help.
    pub fn new(span: Span, message: impl Into<String>) -> Mistake {
        Mistake {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    /// Suggests the word that was probably meant, or else says all that could be.
    #[must_use]
    pub fn suggest<'k>(self, found: &str, known: impl Iterator<Item = &'k str> + Clone) -> Mistake {
        if let Some(meant) = id::nearest(found, known.clone()) {
            return self.help(format!("did you mean `{meant}`?"));
        }
        let words: Vec<String> = known.map(|word| format!("`{word}`")).collect();
        self.help(format!("known are {}", words.join(", ")))
    }
}

impl From<yaml::Error> for Mistake {
    fn from(error: yaml::Error) -> Mistake {
        let details = error.into_details();
        let mistake = Mistake::new(details.span, details.message);
        match details.choice {
            Some(choice) => mistake.suggest(&choice.found, choice.allowed.iter().copied()),
            None => mistake,
        }
    }
}
