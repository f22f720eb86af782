//! Counted nouns and lists of names, short however many there are and however long their names.

/// How many names a list shows before it is cut.
const MANY: usize = 3;
/// How many characters of names a list shows before it is cut; the first name is always shown.
const LONG: usize = 40;

/// `1 workload`, `2 workloads`.
pub fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// `a, b, c, …`: the first names, each once.
pub fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let mut shown: Vec<S> = Vec::new();
    let mut length = 0;
    for name in names {
        if shown.iter().any(|known| known.as_ref() == name.as_ref()) {
            continue;
        }
        length += name.as_ref().chars().count() + 2;
        let is_full = shown.len() == MANY || length > LONG;
        if is_full && !shown.is_empty() {
            return join(&shown) + ", …";
        }
        shown.push(name);
    }
    join(&shown)
}

fn join<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_by_number_and_by_length() {
        assert_eq!(list(["a", "b", "a"]), "a, b");
        assert_eq!(list(["a", "b", "c", "d"]), "a, b, c, …");
        let long = "a".repeat(39);
        assert_eq!(list([&long, "b", "c"]), format!("{long}, …"));
    }

    #[test]
    fn nouns_are_counted() {
        assert_eq!(counted(1, "policy"), "1 policy");
        assert_eq!(counted(2, "policy"), "2 policies");
        assert_eq!(counted(3, "workload"), "3 workloads");
    }
}
