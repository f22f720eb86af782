//! Whole command lines, run in this process over a tree of their own.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use peerauth::cli::{self, Env};
use serde_json::Value;

/// What a command line did.
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The report as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// Runs a command line as seen from a directory.
pub fn command(args: &[&str], stdin: &str, directory: &Path) -> Outcome {
    let args = std::iter::once("peerauth")
        .chain(args.iter().copied())
        .map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let env = Env::plain(directory);
    let code = cli::run(args, &mut stdin.as_bytes(), &mut stdout, &mut stderr, &env);
    Outcome {
        code,
        stdout: String::from_utf8(stdout).expect("the report is text"),
        stderr: String::from_utf8(stderr).expect("the notes are text"),
    }
}

/// A directory of manifests.
pub struct Tree {
    directory: tempfile::TempDir,
}

impl Default for Tree {
    fn default() -> Self {
        Tree {
            directory: tempfile::tempdir().expect("a directory"),
        }
    }
}

impl Tree {
    /// Writes a file, and the directories above it.
    pub fn add(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("the file is written");
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> String {
        self.root().join(name).to_str().expect("a name").to_owned()
    }

    /// Runs with the directory behind the arguments.
    pub fn run(&self, args: &[&str]) -> Outcome {
        let root = self.path("");
        let args: Vec<&str> = args.iter().copied().chain([&*root]).collect();
        command(&args, "", self.root())
    }
    /// Runs git in the directory, as somebody.
    pub fn git(&self, args: &[&str]) {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.root())
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(["-c", "commit.gpgsign=false"])
            .args(args)
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
    }
}
