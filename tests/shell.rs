//! What a shell knows of the program: completions, manual pages, and the name under which kubectl runs it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use peerauth::rules::RULES;

const PROGRAM: &str = env!("CARGO_BIN_EXE_peerauth");

fn run(args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A directory with the program under the name that kubectl looks for, in front of the path.
struct Plugin {
    directory: tempfile::TempDir,
}

impl Plugin {
    fn new() -> Plugin {
        let directory = tempfile::tempdir().unwrap();
        symlink(PROGRAM, directory.path().join("kubectl-peerauth")).unwrap();
        Plugin { directory }
    }

    fn run(&self, program: &Path, args: &[&str]) -> Output {
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", self.directory.path().display());
        let mut command = Command::new(program);
        command.args(args).env("PATH", path).env_remove("COLUMNS");
        command.output().unwrap()
    }

    fn peerauth(&self, args: &[&str]) -> Output {
        self.run(&self.directory.path().join("kubectl-peerauth"), args)
    }
}

/// Whether a shell is here; tests of the others have nothing to run.
fn is_installed(shell: &str) -> bool {
    Command::new(shell).arg("--version").output().is_ok()
}

/// What bash offers for the last of some words, after it has loaded the script that the program prints.
fn bash(words: &[&str]) -> Vec<String> {
    const SCRIPT: &str = r#"
        . <("$0" completions bash) || exit
        complete -p peerauth | grep -q -- '-F _peerauth' || exit
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _peerauth peerauth "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let args = [&["-c", SCRIPT, PROGRAM, "peerauth"], words].concat();
    let output = Command::new("bash").args(args).output().unwrap();
    lines(&stdout(&output))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The ids of all rules that start so.
fn ids(start: &str) -> Vec<String> {
    let ids = RULES.iter().map(|rule| rule.id().0);
    ids.filter(|id| id.starts_with(start))
        .map(str::to_owned)
        .collect()
}

#[test]
fn bash_completes_rules_wherever_one_is_named() {
    assert!(ids("plain").len() > 2);
    for words in [
        &["check", "--select", "plain"][..],
        &["check", "--ignore", "plain"],
        &["check", "--pedantic", "deploy/", "--ignore", "plain"],
        &["rules", "plain"],
    ] {
        assert_eq!(bash(words), ids("plain"), "{words:?}");
    }
    assert_eq!(bash(&["check", "--select", ""]), ids(""));
}

#[test]
fn bash_completes_commands_and_formats() {
    assert_eq!(bash(&["tls"]), ["tls-check"]);
    assert_eq!(bash(&["man", "comp"]), ["completions"]);
    assert_eq!(bash(&["check", "-o", "git"]), ["github", "gitlab"]);
    assert_eq!(bash(&["list", "--no"]), ["--no-config"]);
}

#[test]
fn fish_completes_rules_with_what_they_find() {
    if !is_installed("fish") {
        return;
    }
    let script = stdout(&run(&["completions", "fish"]));
    let asked = format!("{script}\ncomplete -C 'peerauth check --select plain'");
    let output = Command::new("fish")
        .args(["--no-config", "-c", &asked])
        .output()
        .unwrap();
    let found = stdout(&output);
    let mut names: Vec<&str> = found
        .lines()
        .map(|line| line.split_once('\t').unwrap().0)
        .collect();
    let mut expected = ids("plain");
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(
        found
            .lines()
            .all(|line| line.split_once('\t').unwrap().1.len() > 10),
        "{found}"
    );
}

/// Types a line into a zsh on a pseudo-terminal of its own, and waits until it shows some text.
const ZSH: &str = r#"
    zmodload zsh/zpty || exit
    zpty shell zsh -f -i
    zpty -w shell "PS1=; stty -echo; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=10000"
    zpty -w shell "setopt noalwayslastprompt; bindkey '^X' list-choices; echo rea''dy"
    while zpty -r shell line && [[ $line != *ready* ]]; do :; done
    zpty -n -w shell "$2"$'\C-X'
    for attempt in {1..200}; do
        while zpty -r -t shell line; do shown+=$line; done
        [[ $shown == *$3* ]] && break
        sleep 0.05
    done
    print -r -- "$shown"
"#;

#[test]
fn zsh_loads_its_completions() {
    if !is_installed("zsh") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("_peerauth"),
        stdout(&run(&["completions", "zsh"])),
    )
    .unwrap();
    let output = Command::new("zsh")
        .args(["-f", "-c", ZSH, "zsh", directory.path().to_str().unwrap()])
        .args(["peerauth check --select plain", "plaintext-to-strict"])
        .env("TERM", "dumb")
        .env("COLUMNS", "200")
        .output()
        .unwrap();
    let found = stdout(&output);
    for id in ids("plain") {
        assert!(found.contains(&id), "{id}: {found}");
    }
    assert!(!found.contains("no-mesh-policy"), "{found}");
}

/// Stands for the editor, which elvish has only on a terminal: candidates are their texts.
const ELVISH: &str = r"
    var edit: = (ns [
        &complex-candidate~={|text &display=''| put $text}
        &completion:=(ns [&arg-completer=[&]])
    ])
    eval &ns=(ns [&edit:=$edit:]) (slurp < $args[0])
    $edit:completion:arg-completer[peerauth] (all $args[1..]) | each {|candidate| echo $candidate}
";

#[test]
fn elvish_completes_rules_and_formats() {
    if !is_installed("elvish") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("peerauth.elv"), stdout(&run(&["completions", "elvish"]))).unwrap();
    fs::write(path("asked.elv"), ELVISH).unwrap();
    let complete = |words: &[&str]| {
        let (asked, script) = (path("asked.elv"), path("peerauth.elv"));
        let args = [&[&*asked, &*script, "peerauth"], words].concat();
        lines(&stdout(&Command::new("elvish").args(args).output().unwrap()))
    };
    assert_eq!(complete(&["check", "--select", ""]), ids(""));
    assert_eq!(complete(&["check", "deploy/", "--ignore", ""]), ids(""));
    assert_eq!(complete(&["rules", ""]), ids(""));
    assert!(complete(&["check", "-o", ""]).contains(&"sarif".to_owned()));
    assert_eq!(
        complete(&["config", "show", "-o", ""]),
        bash(&["config", "show", "-o", ""])
    );
    assert_eq!(complete(&["--color", ""]), ["auto", "always", "never"]);
    assert!(complete(&["check", ""]).contains(&"--select".to_owned()));
    assert!(complete(&["rules", "-"]).contains(&"--output".to_owned()));
    assert!(complete(&[""]).contains(&"tls-check".to_owned()));
}

/// The texts between single quotes in a line of PowerShell, in which two stand for one; nothing if a quote is left open.
fn quoted(line: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once('\'') {
        let mut text = String::new();
        rest = behind;
        loop {
            let (part, behind) = rest.split_once('\'')?;
            text += part;
            rest = behind;
            let Some(behind) = rest.strip_prefix('\'') else {
                break;
            };
            text.push('\'');
            rest = behind;
        }
        texts.push(text);
    }
    Some(texts)
}

/// What PowerShell is told to offer behind a command and a word, as `COMMAND;WORD`.
fn powershell_values(script: &str) -> Vec<(String, Vec<String>)> {
    let (_, table) = script.split_once("$values = @(switch").unwrap();
    let (table, _) = table.split_once("\n    })\n").unwrap();
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in table.lines().skip(1) {
        let texts = quoted(line).unwrap_or_else(|| panic!("{line}"));
        match &texts[..] {
            [before] => found.push((before.clone(), Vec::new())),
            [value, shown, meaning] => {
                assert_eq!(value, shown);
                assert!(!meaning.is_empty(), "{line}");
                found.last_mut().unwrap().1.push(value.clone());
            }
            others => assert!(others.is_empty(), "{line}"),
        }
    }
    found
}

/// PowerShell itself is not needed: its script is read, and must offer what bash does.
#[test]
fn powershell_completes_every_value_that_bash_does() {
    let script = stdout(&run(&["completions", "powershell"]));
    for line in script.lines() {
        assert!(quoted(line).is_some(), "a quote is left open: {line}");
        assert!(
            !line.contains(['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}']),
            "PowerShell takes it for a quote: {line}"
        );
    }
    let offered = powershell_values(&script);
    let commands = commands(&[]);
    for (before, values) in &offered {
        let (first, word) = before.split_once(';').unwrap();
        let deepest = commands.iter().rfind(|path| path[0] == first);
        let mut words: Vec<&str> = deepest.into_iter().flatten().map(String::as_str).collect();
        if word.starts_with('-') {
            words.push(word);
        }
        words.push("");
        let mut expected = bash(&words);
        expected.retain(|value| !value.starts_with('-'));
        assert_eq!(*values, expected, "{words:?}");
    }
    for command in &commands {
        let path: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = stdout(&run(&[&path[..], &["--help"]].concat()));
        let mut word = path[path.len() - 1];
        for line in help.lines().map(str::trim_start) {
            if line.starts_with('-') && !line.starts_with("- ") {
                word = long_options(line)[0];
            }
            if line.starts_with("Possible values:") || line.starts_with("[possible values:") {
                let key = format!("{};{word}", path[0]);
                assert!(offered.iter().any(|(before, _)| *before == key), "{key}");
            }
        }
    }
    for option in ["--select", "--ignore"] {
        let key = format!("check;{option}");
        assert!(offered.contains(&(key, ids(""))));
    }
    assert!(offered.contains(&("rules;rules".to_owned(), ids(""))));
}

#[test]
fn an_unknown_rule_is_still_refused_with_a_suggestion() {
    for args in [
        &["check", "--select", "plaintext-to-stric"][..],
        &["check", "--ignore", "plaintext-to-stric"],
        &["rules", "plaintext-to-stric"],
    ] {
        let output = run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("no rule is called `plaintext-to-stric`; did you mean `plaintext-to-strict`?"),
            "{said}"
        );
    }
    let help = stdout(&run(&["check", "--help"]));
    assert!(!help.contains("plaintext-to-strict"), "{help}");
}

/// The commands with their long options, as the help tells them.
fn commands(above: &[&str]) -> Vec<Vec<String>> {
    let help = stdout(&run(&[above, &["--help"]].concat()));
    let Some((_, listed)) = help.split_once("Commands:\n") else {
        return Vec::new();
    };
    let names = listed.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .flat_map(|name| {
            let path = [above, &[name]].concat();
            let own = path.iter().map(ToString::to_string).collect();
            [vec![own], commands(&path)].concat()
        })
        .collect()
}

fn long_options(help: &str) -> Vec<&str> {
    let words = help.split_whitespace();
    words.filter(|word| word.starts_with("--")).collect()
}

/// What a reader sees of a page, if there is a program that formats it.
fn formatted(page: &str) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), page).unwrap();
    let mut groff = Command::new("groff");
    let output = groff
        .args(["-man", "-Tascii", "-ww", "-P-cbou"])
        .arg(file.path())
        .output()
        .ok()?;
    assert!(output.stderr.is_empty(), "{output:?}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn every_command_has_a_manual_page_with_all_of_its_options() {
    let commands = commands(&[]);
    assert!(commands.len() > 9, "{commands:?}");
    for command in &commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let page = stdout(&run(&[&["man"], &words[..]].concat()));
        let name = format!("peerauth-{}", words.join("-"));
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        assert!(page.contains(".SH \"EXIT STATUS\""), "{name}");
        let plain = page.replace("\\-", "-").replace("\\fR", "");
        let help = stdout(&run(&[&words[..], &["--help"]].concat()));
        for option in long_options(&help) {
            let option = option.trim_matches(|char: char| !char.is_alphanumeric() && char != '-');
            assert!(plain.contains(option), "{name}: {option}");
        }
        if let Some(text) = formatted(&page) {
            assert!(text.contains("EXIT STATUS"), "{text}");
        }
    }
}

#[test]
fn the_page_of_the_program_names_the_commands_and_the_files() {
    let page = stdout(&run(&["man"]));
    for text in [
        ".TH peerauth 1",
        "peerauth\\-tls\\-check(1)",
        ".peerauth.yaml",
        "NO_COLOR",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[test]
fn a_page_that_is_not_there_is_an_error_that_suggests_another() {
    let output = run(&["man", "explian"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "error: no command is called `explian`; did you mean `explain`?\n"
    );
    let output = run(&["man", "config", "nonsense"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn all_pages_can_be_written_to_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    assert_eq!(stdout(&run(&["man", "--directory", path])), "");
    for (name, words) in [
        ("peerauth.1", &["man"][..]),
        ("peerauth-check.1", &["man", "check"]),
        ("peerauth-config-show.1", &["man", "config", "show"]),
    ] {
        let written = fs::read_to_string(directory.path().join(name)).unwrap();
        assert_eq!(written, stdout(&run(words)), "{name}");
    }
    let written = fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(written, commands(&[]).len() + 1);
    assert_eq!(
        run(&["man", "--directory", "/nonexistent"]).status.code(),
        Some(2)
    );
}

#[test]
fn kubectl_runs_it_under_its_own_name() {
    let plugin = Plugin::new();
    let help = stdout(&plugin.peerauth(&["check", "--help"]));
    assert!(help.contains("Usage: kubectl peerauth check [OPTIONS]"), "{help}");
    let error = String::from_utf8(plugin.peerauth(&["list", "--nope"]).stderr).unwrap();
    assert!(error.contains("Usage: kubectl peerauth list"), "{error}");
    let plain = stdout(&run(&["check", "--help"]));
    assert!(plain.contains("Usage: peerauth check [OPTIONS]"), "{plain}");

    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/guide/20-strict-disable-conflict"
    );
    let found = plugin.peerauth(&["check", folder, "-o", "concise"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        String::from_utf8(found.stdout)
            .unwrap()
            .contains("plaintext-to-strict")
    );
}

#[test]
fn kubectl_completes_it() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/kubectl_complete-peerauth");
    let plugin = Plugin::new();
    let complete = |words: &[&str]| lines(&stdout(&plugin.run(&script, words)));
    assert_eq!(complete(&["tls"]), ["tls-check", ":4"]);
    let mut expected = ids("plain");
    expected.push(":4".to_owned());
    assert_eq!(complete(&["check", "--select", "plain"]), expected);
    assert_eq!(complete(&["check", "-f", "no-such-file"]), [":0"]);
    assert!(complete(&[""]).contains(&"explain".to_owned()));
    assert!(complete(&[]).contains(&"explain".to_owned()));
}
