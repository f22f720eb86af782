//! `-l`: labels as kubectl's users select by them.

use std::str::FromStr;

/// Conditions that all must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
}

impl Selector {
    /// Whether labels meet every condition.
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.0.iter().all(|Condition { key, test }| {
            let found = label(key);
            let among = |values: &[String]| values.iter().any(|value| Some(&**value) == found);
            match test {
                Test::Exists => found.is_some(),
                Test::Absent => found.is_none(),
                Test::In(values) => among(values),
                Test::NotIn(values) => !among(values),
            }
        })
    }
}

impl Selector {
    /// The labels that it asks for, if that is all that it does: what a policy can select by.
    pub fn labels(&self) -> Option<Vec<(&str, &str)>> {
        let labels = self.0.iter().map(|Condition { key, test }| match test {
            Test::In(values) => match &values[..] {
                [value] => Some((&**key, &**value)),
                _ => None,
            },
            Test::Exists | Test::Absent | Test::NotIn(_) => None,
        });
        labels.collect()
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        split(text)
            .into_iter()
            .map(condition)
            .collect::<Result<_, _>>()
            .map(Selector)
    }
}

/// The parts between commas that are in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let at_comma = |char: char| {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        char == ',' && depth == 0
    };
    text.split(at_comma).map(str::trim).collect()
}

fn condition(written: &str) -> Result<Condition, String> {
    let one = |value: &str| vec![value.trim().to_owned()];
    let (key, test) = if let Some((key, value)) = written.split_once("!=") {
        (key, Test::NotIn(one(value)))
    } else if let Some((key, value)) = written.split_once("==").or_else(|| written.split_once('=')) {
        (key, Test::In(one(value)))
    } else if let Some((head, values)) = written.strip_suffix(')').and_then(|head| head.split_once('(')) {
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        match head.trim().rsplit_once(char::is_whitespace) {
            Some((key, "in")) => (key, Test::In(values)),
            Some((key, "notin")) => (key, Test::NotIn(values)),
            _ => {
                return Err(format!(
                    "expected `KEY in (…)` or `KEY notin (…)`, found `{written}`"
                ));
            }
        }
    } else if let Some(key) = written.strip_prefix('!') {
        (key, Test::Absent)
    } else {
        (written, Test::Exists)
    };
    let key = key.trim();
    if key.is_empty() || key.contains(|char: char| !may_be_in_key(char)) {
        return Err(format!(
            "expected a condition such as `app=payment`, found `{written}`"
        ));
    }
    Ok(Condition {
        key: key.to_owned(),
        test,
    })
}

/// Whether a label's key may hold the character.
fn may_be_in_key(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str) -> bool {
        let labels = |key: &str| match key {
            "app" => Some("payment"),
            "tier" => Some("db"),
            _ => None,
        };
        selector.parse::<Selector>().unwrap().matches(labels)
    }

    #[test]
    fn conditions_are_those_of_kubectl() {
        assert!(matches("app=payment,tier==db"));
        assert!(!matches("app=payment,tier!=db"));
        assert!(matches("app in (cart, payment), tier notin (web)"));
        assert!(matches("app,!version"));
        assert!(matches("version!=v1"));
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        assert!("app like x".parse::<Selector>().is_err());
        assert!("app of (x)".parse::<Selector>().is_err());
        assert!("((".parse::<Selector>().is_err());
        assert!("app=a,!(b)".parse::<Selector>().is_err());
        assert!("".parse::<Selector>().is_err());
    }
}
