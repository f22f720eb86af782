//! What `tls-check` and `check` cost on trees made to be hard: time, peak memory, and how both grow.
//!
//! `cargo bench --bench tls_check [-- SHAPE...]`. Every run is a process of its own, so that its peak memory
//! is its own too; the factor tells how much longer four times the input takes. Input is made in memory and
//! is the same every time.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;
const GROWTH: usize = 4;

/// A tree that is hard in one way.
struct Shape {
    name: &'static str,
    command: &'static [&'static str],
    /// The size of the smaller tree.
    size: usize,
    write: fn(&Path, usize),
}

const TLS_CHECK: &[&str] = &["tls-check", "--quiet", "-f"];
const CHECK: &[&str] = &["check", "--quiet"];

const SHAPES: [Shape; 10] = [
    Shape {
        name: "usual",
        command: TLS_CHECK,
        size: 20_000,
        write: usual,
    },
    Shape {
        name: "sidecars",
        command: TLS_CHECK,
        size: 20_000,
        write: sidecars,
    },
    Shape {
        name: "sidecars",
        command: CHECK,
        size: 20_000,
        write: sidecars,
    },
    Shape {
        name: "wildcard",
        command: TLS_CHECK,
        size: 10_000,
        write: wildcard,
    },
    Shape {
        name: "wildcard",
        command: CHECK,
        size: 10_000,
        write: wildcard,
    },
    Shape {
        name: "policies",
        command: CHECK,
        size: 10_000,
        write: policies,
    },
    Shape {
        name: "same pods",
        command: TLS_CHECK,
        size: 5_000,
        write: same_pods,
    },
    Shape {
        name: "same pods",
        command: CHECK,
        size: 5_000,
        write: same_pods,
    },
    Shape {
        name: "one file",
        command: CHECK,
        size: 100_000,
        write: one_file,
    },
    Shape {
        name: "deep",
        command: CHECK,
        size: 500,
        write: deep,
    },
];

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    println!(
        "{:24} {:>9} {:>10} {:>9} {:>7}",
        "shape", "size", "time", "peak", "factor"
    );
    for shape in &SHAPES {
        if wanted.is_empty() || wanted.iter().any(|name| name == shape.name) {
            shape.measure();
        }
    }
}

impl Shape {
    fn measure(&self) {
        let small = self.run(self.size);
        let large = self.run(GROWTH * self.size);
        let factor = large.time.as_secs_f64() / small.time.as_secs_f64();
        let name = format!("{}, {}", self.name, self.command[0]);
        for (size, cost, factor) in [
            (self.size, small, String::new()),
            (GROWTH * self.size, large, format!("{factor:.1}")),
        ] {
            println!(
                "{name:24} {size:>9} {:>7.0} ms {:>6} MB {factor:>7}",
                cost.time.as_secs_f64() * 1e3,
                cost.peak >> 10,
            );
        }
    }

    /// The best of several runs.
    fn run(&self, size: usize) -> Cost {
        let directory = tempfile::tempdir().unwrap();
        (self.write)(directory.path(), size);
        let costs = (0..RUNS).map(|_| run(self.command, directory.path()));
        costs.min_by_key(|cost| cost.time).unwrap()
    }
}

struct Cost {
    time: Duration,
    /// KiB; 0 where the system does not tell.
    peak: u64,
}

fn run(command: &[&str], directory: &Path) -> Cost {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(command)
        .arg(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_of(&status).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let time = start.elapsed();
    Cost { time, peak }
}

/// `VmHWM`, the highest amount of memory so far.
fn peak_of(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// One file per namespace or part of a tree.
fn write(directory: &Path, name: usize, text: &str) {
    let folder = directory.join(format!("{:03}", name / 100));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name:06}.yaml")), text).unwrap();
}

fn namespace(text: &mut String, name: &str) {
    write!(text, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels:\n    istio-injection: enabled\n---\n").unwrap();
}

fn service(text: &mut String, namespace: &str, name: &str, app: &str) {
    write!(
        text,
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  selector:\n    \
         app: {app}\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n  - name: metrics\n    port: 9090\n---\n"
    )
    .unwrap();
}

fn deployment(text: &mut String, namespace: &str, app: &str, revision: Option<usize>) {
    let revision = revision.map_or_else(String::new, |number| {
        format!("        istio.io/rev: canary-{number}\n")
    });
    write!(
        text,
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\n  namespace: {namespace}\nspec:\n  template:\n    \
         metadata:\n      labels:\n        app: {app}\n        version: v1\n{revision}    spec:\n      containers:\n      \
         - name: {app}\n        image: registry.example.com/{app}:1\n        ports:\n        - containerPort: 8080\n---\n"
    )
    .unwrap();
}

fn policy(text: &mut String, namespace: &str, name: &str, app: Option<&str>, mode: &str) {
    let selector = app.map_or_else(String::new, |app| {
        format!("  selector:\n    matchLabels:\n      app: {app}\n")
    });
    write!(
        text,
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: {name}\n  namespace: {namespace}\n\
         spec:\n{selector}  mtls:\n    mode: {mode}\n---\n"
    )
    .unwrap();
}

fn rule(text: &mut String, namespace: &str, name: &str, host: &str, mode: &str, app: Option<&str>) {
    let selector = app.map_or_else(String::new, |app| {
        format!("  workloadSelector:\n    matchLabels:\n      app: {app}\n")
    });
    write!(
        text,
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: {name}\n  namespace: {namespace}\n\
         spec:\n  host: \"{host}\"\n{selector}  trafficPolicy:\n    tls:\n      mode: {mode}\n---\n"
    )
    .unwrap();
}

fn sidecar(text: &mut String, namespace: &str, name: &str, app: Option<&str>, hosts: &[String]) {
    let selector = app.map_or_else(String::new, |app| {
        format!("  workloadSelector:\n    labels:\n      app: {app}\n")
    });
    write!(
        text,
        "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n\
         {selector}  egress:\n  - hosts:\n"
    )
    .unwrap();
    for host in hosts {
        writeln!(text, "    - \"{host}\"").unwrap();
    }
    text.push_str("---\n");
}

/// The applications of a namespace.
const APPS: usize = 16;

/// Namespaces with a policy, and a rule for each second service.
fn usual(directory: &Path, documents: usize) {
    for number in 0..documents / (APPS * 5 / 2 + 2) {
        let own = format!("team-{number}");
        let mut text = String::new();
        namespace(&mut text, &own);
        policy(&mut text, &own, "default", None, "STRICT");
        for app in 0..APPS {
            let name = format!("app-{app}");
            deployment(&mut text, &own, &name, None);
            service(&mut text, &own, &name, &name);
            if app % 2 == 0 {
                let host = format!("{name}.{own}.svc.cluster.local");
                rule(&mut text, &own, &name, &host, "ISTIO_MUTUAL", None);
            }
        }
        write(directory, number, &text);
    }
}

/// Every workload is told apart: by a Sidecar resource and rules of its own, and by its revision.
fn sidecars(directory: &Path, documents: usize) {
    let namespaces = documents / (APPS * 4 + 3);
    for number in 0..namespaces {
        let own = format!("team-{number}");
        let next = format!("team-{}", (number + 1) % namespaces);
        let mut text = String::new();
        namespace(&mut text, &own);
        let mode = if number % 3 == 0 { "STRICT" } else { "PERMISSIVE" };
        policy(&mut text, &own, "default", None, mode);
        let everyday = ["./*".to_owned(), "istio-system/*".to_owned()];
        sidecar(&mut text, &own, "default", None, &everyday);
        for app in 0..APPS {
            let name = format!("app-{app}");
            deployment(&mut text, &own, &name, (app % 2 == 0).then_some(app % 8));
            service(&mut text, &own, &name, &name);
            let neighbour = format!("app-{}", (app + 1) % APPS);
            let hosts = [
                "./*".to_owned(),
                format!("{next}/{name}.{next}.svc.cluster.local"),
                format!("*/{neighbour}.{next}.svc.cluster.local"),
            ];
            sidecar(&mut text, &own, &name, Some(&name), &hosts);
            let host = format!("{neighbour}.{own}.svc.cluster.local");
            let mode = ["ISTIO_MUTUAL", "DISABLE", "SIMPLE"][app % 3];
            rule(&mut text, &own, &name, &host, mode, Some(&name));
        }
        write(directory, number, &text);
    }
}

/// One rule for everything, over services of which each second is STRICT.
fn wildcard(directory: &Path, services: usize) {
    let mut text = String::new();
    rule(
        &mut text,
        "istio-system",
        "everything",
        "*.local",
        "DISABLE",
        None,
    );
    write(directory, 999_999, &text);
    for number in 0..services / APPS {
        let own = format!("team-{number}");
        let mut text = String::new();
        let mode = if number % 2 == 0 { "STRICT" } else { "PERMISSIVE" };
        policy(&mut text, &own, "default", None, mode);
        for app in 0..APPS {
            let name = format!("app-{app}");
            deployment(&mut text, &own, &name, None);
            service(&mut text, &own, &name, &name);
        }
        write(directory, number, &text);
    }
}

/// Policies in one namespace: half for all of it, half for single workloads.
fn policies(directory: &Path, policies: usize) {
    for number in 0..policies {
        let mut text = String::new();
        let name = format!("app-{}", number / 8);
        let app = (number % 2 == 0).then_some(&*name);
        policy(&mut text, "shop", &format!("policy-{number}"), app, "STRICT");
        if number % 8 == 0 {
            deployment(&mut text, "shop", &name, None);
            service(&mut text, "shop", &name, &name);
        }
        write(directory, number, &text);
    }
}

/// Services that select the same pods.
fn same_pods(directory: &Path, services: usize) {
    let mut text = String::new();
    namespace(&mut text, "shop");
    policy(&mut text, "shop", "default", None, "STRICT");
    deployment(&mut text, "shop", "app", None);
    deployment(&mut text, "shop", "other", None);
    write(directory, 999_999, &text);
    for number in 0..services {
        let mut text = String::new();
        service(&mut text, "shop", &format!("service-{number}"), "app");
        write(directory, number, &text);
    }
}

/// One file with everything.
fn one_file(directory: &Path, documents: usize) {
    let mut text = String::new();
    for number in 0..documents {
        match number % 8 {
            0 => policy(
                &mut text,
                "shop",
                &format!("policy-{number}"),
                Some(&format!("app-{number}")),
                "STRICT",
            ),
            1 => service(
                &mut text,
                "shop",
                &format!("service-{number}"),
                &format!("app-{number}"),
            ),
            _ => write!(
                text,
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{number}\n---\n"
            )
            .unwrap(),
        }
    }
    fs::write(directory.join("all.yaml"), text).unwrap();
}

/// A directory within a directory within a directory.
fn deep(directory: &Path, depth: usize) {
    let mut folder = directory.to_owned();
    for number in 0..depth {
        folder.push("d");
        // Longer paths than this are refused by the system.
        if folder.as_os_str().len() > 4000 {
            return;
        }
        fs::create_dir(&folder).unwrap();
        let mut text = String::new();
        policy(
            &mut text,
            "shop",
            &format!("policy-{number}"),
            Some(&format!("app-{number}")),
            "STRICT",
        );
        fs::write(folder.join("policy.yaml"), text).unwrap();
    }
}
