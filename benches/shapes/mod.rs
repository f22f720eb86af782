//! Trees that are hard to check, each in one way: made of text, the same every time.

#![expect(
    clippy::unwrap_used,
    reason = "a tree that cannot be written measures nothing"
)]

mod alone;

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A tree that is hard in one way.
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// The size of the smallest tree that is measured, in the shape's own unit.
    pub size: usize,
    /// Writes a tree of a size into a directory.
    pub write: fn(&Path, usize),
}

const fn shape(name: &'static str, size: usize, write: fn(&Path, usize)) -> Shape {
    Shape { name, size, write }
}

/// Every shape. Sizes are chosen so that the loader alone is not what is measured.
pub const SHAPES: [Shape; 21] = [
    shape("usual", 12_500, usual),
    shape("sidecars", 12_500, sidecars),
    shape("wildcard", 10_000, wildcard),
    shape("policies", 10_000, policies),
    shape("same-pods", 5_000, same_pods),
    shape("one-file", 100_000, one_file),
    shape("deep", 500, deep),
    shape("selectors", 2_500, selectors),
    shape("one-host", 1_250, one_host),
    shape("one-host-everywhere", 250, one_host_everywhere),
    shape("wildcards", 250, wildcards),
    shape("own-sidecars", 2_500, own_sidecars),
    shape("rules-with-selectors", 1_250, rules_with_selectors),
    shape("routes", 2_500, routes),
    shape("findings", 25_000, findings),
    shape("conflicts", 12_500, conflicts),
    shape("contexts", 50, contexts),
    shape("more-workloads", 5_000, alone::workloads),
    shape("more-services", 5_000, alone::services),
    shape("more-policies", 5_000, alone::policies),
    shape("more-rules", 5_000, alone::rules),
];

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

/// One namespace whose workloads are many, with a policy for each tenth of them.
fn selectors(directory: &Path, workloads: usize) {
    let mut text = String::new();
    namespace(&mut text, "shop");
    policy(&mut text, "shop", "default", None, "PERMISSIVE");
    for number in 0..workloads {
        let app = format!("app-{number}");
        deployment(&mut text, "shop", &app, None);
        service(&mut text, "shop", &app, &app);
        if number % 10 == 0 {
            policy(&mut text, "shop", &app, Some(&app), "STRICT");
        }
        flush(directory, number, &mut text);
    }
    write(directory, 999_999, &text);
}

/// One service, and rules for nothing but its host, all of one namespace.
fn one_host(directory: &Path, rules: usize) {
    let mut text = String::new();
    pay(&mut text);
    write(directory, 999_999, &text);
    for number in 0..rules {
        let mut text = String::new();
        let mode = ["ISTIO_MUTUAL", "DISABLE", "SIMPLE"][number % 3];
        rule(&mut text, "shop", &format!("pay-{number}"), "pay", mode, None);
        write(directory, number, &text);
    }
}

/// One service, and a rule for its host in each of many namespaces.
fn one_host_everywhere(directory: &Path, namespaces: usize) {
    let mut text = String::new();
    pay(&mut text);
    write(directory, 999_999, &text);
    for number in 0..namespaces {
        let own = format!("team-{number}");
        let mut text = String::new();
        let mode = ["ISTIO_MUTUAL", "DISABLE", "SIMPLE"][number % 3];
        rule(&mut text, &own, "pay", "pay.shop.svc.cluster.local", mode, None);
        deployment(&mut text, &own, "app", None);
        write(directory, number, &text);
    }
}

/// The STRICT service `pay.shop`.
fn pay(text: &mut String) {
    namespace(text, "shop");
    policy(text, "shop", "default", None, "STRICT");
    deployment(text, "shop", "pay", None);
    service(text, "shop", "pay", "pay");
}

/// Namespaces of two services, each with a rule for every service of the mesh.
fn wildcards(directory: &Path, namespaces: usize) {
    for number in 0..namespaces {
        let own = format!("team-{number}");
        let mut text = String::new();
        namespace(&mut text, &own);
        let mode = if number % 2 == 0 { "STRICT" } else { "PERMISSIVE" };
        policy(&mut text, &own, "default", None, mode);
        rule(&mut text, &own, "everything", "*.local", "ISTIO_MUTUAL", None);
        for app in ["web", "pay"] {
            deployment(&mut text, &own, app, None);
            service(&mut text, &own, app, app);
        }
        write(directory, number, &text);
    }
}

/// One namespace in which every workload has a Sidecar resource of its own.
fn own_sidecars(directory: &Path, workloads: usize) {
    let mut text = String::new();
    namespace(&mut text, "shop");
    policy(&mut text, "shop", "default", None, "STRICT");
    for number in 0..workloads {
        let app = format!("app-{number}");
        deployment(&mut text, "shop", &app, None);
        service(&mut text, "shop", &app, &app);
        let next = format!("./app-{}.shop.svc.cluster.local", (number + 1) % workloads);
        sidecar(&mut text, "shop", &app, Some(&app), &[next]);
        flush(directory, number, &mut text);
    }
    write(directory, 999_999, &text);
}

/// One namespace in which every workload has a rule of its own.
fn rules_with_selectors(directory: &Path, workloads: usize) {
    let mut text = String::new();
    namespace(&mut text, "shop");
    policy(&mut text, "shop", "default", None, "STRICT");
    for number in 0..workloads {
        let app = format!("app-{number}");
        deployment(&mut text, "shop", &app, None);
        service(&mut text, "shop", &app, &app);
        let next = format!("app-{}", (number + 1) % workloads);
        rule(&mut text, "shop", &app, &next, "ISTIO_MUTUAL", Some(&app));
        flush(directory, number, &mut text);
    }
    write(directory, 999_999, &text);
}

/// Namespaces whose services have a VirtualService each, every hundredth for a wildcard.
fn routes(directory: &Path, services: usize) {
    for number in 0..services / APPS {
        let own = format!("team-{number}");
        let mut text = String::new();
        namespace(&mut text, &own);
        for app in 0..APPS {
            let name = format!("app-{app}");
            deployment(&mut text, &own, &name, None);
            service(&mut text, &own, &name, &name);
            let host = match (number * APPS + app) % 100 {
                0 => format!("*.{own}.svc.cluster.local"),
                _ => name.clone(),
            };
            virtual_service(&mut text, &own, &name, &host, &name);
        }
        write(directory, number, &text);
    }
}

/// Objects with the same mistake each.
fn findings(directory: &Path, policies: usize) {
    let mut text = String::new();
    for number in 0..policies {
        let own = format!("team-{}", number / 100);
        let mut mistaken = String::new();
        let app = format!("app-{number}");
        policy(&mut mistaken, &own, &app, Some(&app), "STRICT");
        text += &mistaken.replace("  mtls:", "  peers: []\n  mtls:");
        flush(directory, number, &mut text);
    }
    write(directory, 999_999, &text);
}

/// STRICT services, each with a rule that makes its clients send plaintext.
fn conflicts(directory: &Path, services: usize) {
    for number in 0..services / APPS {
        let own = format!("team-{number}");
        let mut text = String::new();
        namespace(&mut text, &own);
        policy(&mut text, &own, "default", None, "STRICT");
        for app in 0..APPS {
            let name = format!("app-{app}");
            deployment(&mut text, &own, &name, None);
            service(&mut text, &own, &name, &name);
            rule(&mut text, &own, &name, &name, "DISABLE", None);
        }
        write(directory, number, &text);
    }
}

/// Clusters that share a mesh of 5,000 documents; each has a policy for the mesh and one namespace of its own.
fn contexts(directory: &Path, contexts: usize) {
    usual(&directory.join("shared"), 5_000);
    for number in 0..contexts {
        let mut text = String::new();
        let mode = if number % 2 == 0 { "STRICT" } else { "PERMISSIVE" };
        policy(&mut text, "istio-system", "default", None, mode);
        let own = format!("region-{number}");
        namespace(&mut text, &own);
        deployment(&mut text, &own, "agent", None);
        service(&mut text, &own, "agent", "agent");
        let folder = directory.join(format!("clusters/cluster-{number}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mesh.yaml"), text).unwrap();
    }
}

fn virtual_service(text: &mut String, namespace: &str, name: &str, host: &str, destination: &str) {
    write!(
        text,
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: {name}\n  namespace: {namespace}\n\
         spec:\n  hosts:\n  - \"{host}\"\n  http:\n  - route:\n    - destination:\n        host: {destination}\n---\n"
    )
    .unwrap();
}

/// Writes what has come together after every hundredth object.
fn flush(directory: &Path, number: usize, text: &mut String) {
    if number % 100 == 99 {
        write(directory, number, text);
        text.clear();
    }
}
