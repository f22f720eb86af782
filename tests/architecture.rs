//! The layers hold: a module uses only what lies below it, and its own folder. ARCHITECTURE.md has the same
//! table; a module that is in neither fails the test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every top-level module with its layer. Modules of one layer do not use each other.
const LAYERS: &[(&str, u32)] = &[
    ("error", 0),
    ("hash", 0),
    ("source", 0),
    ("id", 0),
    ("finding", 1),
    ("yaml", 1),
    ("model", 2),
    ("config", 3),
    ("load", 3),
    ("mesh", 3),
    ("resolve", 4),
    ("callers", 5),
    ("matrix", 5),
    ("posture", 6),
    ("rules", 6),
    ("lint", 7),
    ("report", 8),
    ("cli", 9),
];

/// Two modules of one layer, of which the first may use the second.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("error", "source"),
    ("error", "id"),
    ("error", "yaml"),
    ("matrix", "callers"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources are readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The top-level module of a source file; none for the two roots of the crate.
fn module_of(path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root()).expect("a file of the sources");
    let first = relative.components().next()?.as_os_str().to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(module, "lib" | "main")).then(|| module.to_owned())
}

/// The modules that a text names behind `crate::`, braces included.
fn uses(text: &str) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut modules = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => modules.extend(names_in_braces(list)),
            None => modules.push(word(rest)),
        }
    }
    modules
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|&char| char.is_alphanumeric() || char == '_')
        .collect()
}

/// The first words of the entries of `{a::b, c}`.
fn names_in_braces(list: &str) -> Vec<String> {
    let mut depth = 1;
    let mut names = Vec::new();
    let mut is_start = true;
    for (at, char) in list.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => is_start = true,
            _ if is_start && char.is_alphabetic() => {
                names.push(word(&list[at..]));
                is_start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn modules_use_only_lower_layers() {
    let layers: BTreeMap<&str, u32> = LAYERS.iter().copied().collect();
    let mut sources = Vec::new();
    files(&root(), &mut sources);
    let mut wrong = Vec::new();
    for path in sources {
        let Some(module) = module_of(&path) else { continue };
        let Some(&own) = layers.get(&*module) else {
            wrong.push(format!("module {module} has no layer"));
            continue;
        };
        let text = fs::read_to_string(&path).expect("a source file is text");
        for used in uses(&text) {
            let is_fine = used == module
                || NEIGHBOURS.contains(&(&*module, &*used))
                || layers.get(&*used).is_none_or(|&layer| layer < own);
            if !is_fine {
                wrong.push(format!("{}: {module} (L{own}) uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rows of the table of layers: module and layer.
fn documented_layers(page: &str) -> Vec<(&str, u32)> {
    page.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let layer = cells.next()?.parse().ok()?;
            let module = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((module, layer))
        })
        .collect()
}

#[test]
fn the_documented_layers_are_those_that_are_enforced() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = fs::read_to_string(page).expect("the page of the architecture");
    assert_eq!(documented_layers(&page), LAYERS);
}

#[test]
fn every_module_has_a_layer() {
    let mut modules: Vec<String> = fs::read_dir(root())
        .expect("the sources are readable")
        .filter_map(|entry| module_of(&entry.expect("an entry").path()))
        .collect();
    modules.sort();
    modules.dedup();
    let mut layers: Vec<&str> = LAYERS.iter().map(|&(module, _)| module).collect();
    layers.sort_unstable();
    assert_eq!(modules, layers);
}

#[test]
fn a_use_of_a_higher_layer_is_seen() {
    let text = "use crate::report::Input;\nuse crate::{id::Kind, cli::{run, args}};\n// crate::lint\n";
    assert_eq!(uses(text), ["report", "id", "cli"]);
}

#[test]
fn only_the_command_line_ends_the_process() {
    let mut sources = Vec::new();
    files(&root(), &mut sources);
    for path in sources {
        let module = module_of(&path);
        if matches!(module.as_deref(), None | Some("cli")) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file is text");
        for word in ["process::exit", "env::var", "println!", "stdout()", "stderr()"] {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
}
