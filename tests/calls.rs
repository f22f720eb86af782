//! Whom workloads are told to call: names of services in environment, arguments and ConfigMaps.

use std::fmt::Write as _;
use std::{fs, io};

use peerauth::callers::{Calls, How};
use peerauth::load::{Inputs, Loaded, SkipReason, load, load_text};
use peerauth::mesh::{Mesh, Settings};

const SERVICES: &str = "
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80}, {port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: None, ports: [{port: 5432}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: bank, namespace: shop}
spec: {hosts: [api.bank.example], ports: [{number: 443, name: tls, protocol: TLS}]}
";

/// `workload -> service[:port] by medium "text"` for every call.
fn calls(loaded: &Loaded) -> String {
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], Settings::default());
    let mut lines = String::new();
    for (workload, call) in Calls::new(&mesh).iter() {
        let mut buffer = Vec::new();
        let text = loaded.sources.text(call.span.file, &mut buffer);
        let text = text.expect("it is in memory");
        let how = match call.how {
            How::Environment => "env".to_owned(),
            How::Argument => "arg".to_owned(),
            How::ConfigMap(meta) => format!("config {}", meta.name.value),
        };
        let port = call.port.map_or_else(String::new, |port| format!(":{port}"));
        let init = if call.is_init { " init" } else { "" };
        writeln!(
            lines,
            "{} -> {}{port} by {how}{init} {:?}",
            mesh.workload(workload).name(),
            mesh.service(call.service).meta().name.value,
            &text[call.span.start as usize..call.span.end as usize],
        )
        .expect("a string takes everything");
    }
    lines
}

/// The calls of a pod of namespace `shop` with this container, given as flow style.
fn of_container(container: &str) -> String {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec:\n  containers: [{container}]\n"
    );
    calls(&load_text("all.yaml", &format!("{pod}---{SERVICES}")))
}

#[track_caller]
fn told(container: &str, expected: &str) {
    let found = of_container(container);
    let lines: Vec<&str> = found
        .lines()
        .map(|line| line.trim_start_matches("web -> "))
        .collect();
    assert_eq!(lines.join("; "), expected, "{container}");
}

#[test]
fn every_form_of_a_name_counts() {
    told("{args: ['http://cart/']}", r#"cart:80 by arg "cart""#);
    told("{args: ['--to=cart:8080']}", r#"cart:8080 by arg "cart:8080""#);
    told("{args: ['cart.shop']}", r#"cart by arg "cart.shop""#);
    told(
        "{command: [sh, -c, 'nc -z cart.shop.svc 80']}",
        r#"cart by arg "cart.shop.svc""#,
    );
    told(
        "{env: [{name: X, value: 'cart.shop.svc.cluster.local:80'}]}",
        r#"cart:80 by env "cart.shop.svc.cluster.local:80""#,
    );
    told("{env: [{name: CART_HOST, value: cart}]}", r#"cart by env "cart""#);
    told(
        "{env: [{name: CART_HOST, value: cart}, {name: CART_PORT, value: '8080'}]}",
        r#"cart:8080 by env "cart""#,
    );
    told(
        "{args: ['https://api.bank.example/v1']}",
        r#"bank:443 by arg "api.bank.example""#,
    );
}

#[test]
fn pods_behind_a_headless_service_have_names_of_their_own() {
    told(
        "{args: ['db-0.db.data:6000']}",
        r#"db:6000 by arg "db-0.db.data:6000""#,
    );
    told(
        "{args: ['db-0.db.data.svc.cluster.local']}",
        r#"db by arg "db-0.db.data.svc.cluster.local""#,
    );
    told("{args: ['primary.db.data']}", "");
}

#[test]
fn bare_words_and_ports_that_nothing_serves_are_no_calls() {
    told("{args: [cart], env: [{name: NAME, value: cart}]}", "");
    told("{args: ['cart:6'], image: 'cart:80'}", "");
    told("{args: ['http://cart.shop:9999']}", "");
    told("{env: [{name: NO_PROXY, value: 'cart.shop.svc'}]}", "");
    told(
        "{args: ['http://cart.other', 'xcart.shop', 'cart.shop.example.com']}",
        "",
    );
    told("{name: istio-proxy, args: ['http://cart']}", "");
}

#[test]
fn a_service_and_port_counts_once() {
    told(
        "{args: ['http://cart/a', 'http://cart/b', 'http://cart:8080']}",
        concat!(r#"cart:80 by arg "cart"; "#, r#"cart:8080 by arg "cart:8080""#,),
    );
}

const READER: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      initContainers:
      - name: wait
        envFrom: [{configMapRef: {name: wait}}]
      containers:
      - name: app
        env:
        - name: CART_URL
          valueFrom: {configMapKeyRef: {name: addresses, key: cart}}
        volumeMounts: [{name: files, mountPath: /etc/web}]
      volumes:
      - name: files
        configMap: {name: files}
      - name: unused
        configMap: {name: unused}
";

const CONFIG_MAPS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata:
  name: files
  namespace: shop
data:
  web.yaml: |
    # backend: http://cart.shop:8080
    backend: http://cart.shop:80
---
apiVersion: v1
kind: ConfigMap
metadata: {name: addresses, namespace: shop}
data: {cart: cart, other: "http://db.data:5432"}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: wait, namespace: shop}
  data: {DB_HOST: db.data, DB_PORT: "5432"}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: unused, namespace: shop}
  data: {a: "http://db.data:1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files, namespace: elsewhere}
data: {a: "http://db.data:1"}
"#;

#[test]
fn config_maps_are_read_where_a_container_reads_them() {
    let expected = "web -> cart by config addresses \"cart\"\n\
                    web -> cart:80 by config files \"cart.shop:80\"\n\
                    web -> db:5432 by config wait init \"db.data\"\n";
    let text = format!("{READER}---{CONFIG_MAPS}---{SERVICES}");
    assert_eq!(calls(&load_text("all.yaml", &text)), expected);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut loaded = load_text("config.yaml", CONFIG_MAPS);
    loaded.add_text("services.yaml", SERVICES);
    assert_eq!(calls(&loaded), "");
    loaded.add_text("web.yaml", READER);
    assert_eq!(calls(&loaded).lines().count(), 3);
}

/// A ConfigMap in block style, which is told from others unread.
fn block_style(name: &str, namespace: &str, entry: &str) -> String {
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{namespace}data:\n  {entry}\n")
}

const IN_SHOP: &str = "  namespace: shop\n";

#[test]
fn a_word_in_a_config_map_is_a_host_to_a_reader_that_calls_it_one() {
    let config_map = block_style("addresses", IN_SHOP, "cart: cart");
    let text = format!("{READER}{config_map}---{SERVICES}");
    assert_eq!(
        calls(&load_text("all.yaml", &text)),
        "web -> cart by config addresses \"cart\"\n"
    );
}

#[test]
fn a_config_map_that_does_not_parse_is_told_where_somebody_reads_it() {
    let broken = block_style("files", IN_SHOP, "a: \"http://cart.shop");
    let silent = block_style("files", IN_SHOP, "a: \"b");
    let of_others = block_style("other", IN_SHOP, "a: \"http://cart.shop");
    let template = block_style(
        "files",
        IN_SHOP,
        "a: http://cart.shop\n  {{- toYaml .Values.more | nindent 2 }}",
    );
    let told = |config_map: &str| {
        let loaded = load_text("all.yaml", &format!("{config_map}---{READER}---{SERVICES}"));
        assert_eq!(calls(&loaded), "", "{config_map}");
        let skipped = loaded.skipped.iter().map(|skipped| skipped.reason);
        (loaded.defects.len(), skipped.collect::<Vec<_>>())
    };
    assert_eq!(told(&broken), (1, vec![]));
    assert_eq!(told(&template), (0, vec![SkipReason::HelmTemplate]));
    // Nobody reads the one, and the other would tell nobody anything.
    assert_eq!(told(&of_others), (0, vec![]));
    assert_eq!(told(&silent), (0, vec![]));
}

#[test]
fn a_config_map_that_two_overlays_use_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let broken = block_style("files", IN_SHOP, "a: \"http://cart.shop");
    for (path, text) in [
        ("base/kustomization.yaml", "resources: [all.yaml]"),
        ("base/all.yaml", &format!("{READER}---{SERVICES}{broken}")),
        ("dev/kustomization.yaml", "resources: [../base]\nnamespace: dev"),
        ("prod/kustomization.yaml", "resources: [../base]\nnamespace: prod"),
    ] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let inputs = Inputs {
        paths: vec![dir.path().to_owned()],
        ..Inputs::default()
    };
    let loaded = load(&inputs, &mut io::empty(), &()).unwrap();
    assert_eq!((loaded.contexts.len(), loaded.defects.len()), (2, 1));
}

#[test]
fn a_config_map_that_is_no_text_is_told_as_any_other_document_is() {
    let config_map = block_style("files", IN_SHOP, "a: http://cart.shop/caf\u{e9}");
    let manifests = format!("{READER}---{SERVICES}{config_map}");
    let latin1: Vec<u8> = manifests.chars().map(|char| char as u8).collect();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("all.yaml"), latin1).unwrap();
    let inputs = Inputs {
        paths: vec![dir.path().to_owned()],
        ..Inputs::default()
    };
    let loaded = load(&inputs, &mut io::empty(), &()).unwrap();
    assert_eq!((loaded.defects.len(), &*calls(&loaded)), (1, ""));
}

#[test]
fn the_last_of_duplicates_takes_part_although_it_names_no_host() {
    let telling = block_style("files", IN_SHOP, "a: http://cart.shop");
    let silent = block_style("files", IN_SHOP, "a: b");
    let elsewhere = block_style("files", "  namespace: elsewhere\n", "a: b");
    let last = |config_maps: &[&str]| {
        let text = format!("{READER}{}---{SERVICES}", config_maps.concat());
        calls(&load_text("all.yaml", &text))
    };
    let told = "web -> cart:80 by config files \"cart.shop\"\n";
    assert_eq!(last(&[&telling]), told);
    assert_eq!(last(&[&silent, &telling, &elsewhere]), told);
    assert_eq!(last(&[&telling, &silent]), "");
    assert_eq!(last(&[&telling, &silent, &telling]), told);
}
