//! A mesh in which the objects of one kind alone become more.

use std::path::Path;

use super::{APPS, deployment, flush, policy, rule, service, usual, write};

/// Namespaces of the mesh that stays as it is; the objects that are added are spread over them.
const NAMESPACES: usize = 50;

/// More workloads, of which no service knows.
pub(super) fn workloads(directory: &Path, size: usize) {
    add(directory, size, |text, namespace, number| {
        deployment(text, namespace, &format!("worker-{number}"), None);
    });
}

/// More services, each of which selects a workload that is there already.
pub(super) fn services(directory: &Path, size: usize) {
    add(directory, size, |text, namespace, number| {
        let app = format!("app-{}", number % APPS);
        service(text, namespace, &format!("service-{number}"), &app);
    });
}

/// More policies, each for a workload that is there already.
pub(super) fn policies(directory: &Path, size: usize) {
    add(directory, size, |text, namespace, number| {
        let app = format!("app-{}", number % APPS);
        policy(text, namespace, &format!("policy-{number}"), Some(&app), "STRICT");
    });
}

/// More rules, each for a host of its own: half of them of services that are there already, in the namespaces of their clients.
pub(super) fn rules(directory: &Path, size: usize) {
    add(directory, size, |text, namespace, number| {
        let host = match number % 2 {
            0 => format!("outside-{number}.example.com"),
            _ => format!(
                "app-{}.team-{}.svc.cluster.local",
                number % APPS,
                number / APPS % NAMESPACES
            ),
        };
        rule(
            text,
            namespace,
            &format!("rule-{number}"),
            &host,
            "ISTIO_MUTUAL",
            None,
        );
    });
}

/// Writes the mesh, and objects into each of its namespaces.
fn add(directory: &Path, size: usize, object: impl Fn(&mut String, &str, usize)) {
    usual(directory, NAMESPACES * (APPS * 5 / 2 + 2));
    let more = directory.join("more");
    let mut text = String::new();
    for number in 0..size {
        object(&mut text, &format!("team-{}", number % NAMESPACES), number);
        flush(&more, number, &mut text);
    }
    write(&more, 999_999, &text);
}
