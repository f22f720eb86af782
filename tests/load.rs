//! From paths to objects: which files are read, in which order, and what of them is left out.

#![expect(
    clippy::unwrap_used,
    reason = "what a test needs is there, or the test has failed"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use peerauth::error::Error;
use peerauth::id::Kind;
use peerauth::load::{Inputs, Loaded, SkipReason, load, load_text};
use peerauth::yaml::DefectKind;
use proptest::prelude::*;
use tempfile::TempDir;

/// A directory with these files; a name that ends in `/` is a directory.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = dir.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    dir
}

fn policy(name: &str) -> String {
    format!("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: {name}\n")
}

fn inputs(dir: &TempDir, paths: &[&str]) -> Inputs {
    Inputs {
        paths: paths.iter().map(|path| dir.path().join(path)).collect(),
        base: Some(dir.path().to_owned()),
        ..Inputs::default()
    }
}

fn try_load(dir: &TempDir, paths: &[&str]) -> Result<Loaded, Error> {
    load(&inputs(dir, paths), &mut io::empty(), &())
}

fn load_all(dir: &TempDir, paths: &[&str]) -> Loaded {
    try_load(dir, paths).unwrap()
}

/// The paths of the texts, relative to the directory.
fn files(dir: &TempDir, loaded: &Loaded) -> Vec<String> {
    (0..loaded.sources.len() as u32)
        .map(|file| {
            let path = loaded.sources.path(peerauth::source::FileId(file));
            let path = path.strip_prefix(dir.path()).unwrap_or(path);
            path.to_str().unwrap().to_owned()
        })
        .collect()
}

fn names(loaded: &Loaded) -> Vec<&str> {
    loaded.objects.metas().map(|meta| &*meta.name.value).collect()
}

fn reasons(loaded: &Loaded) -> Vec<SkipReason> {
    loaded.skipped.iter().map(|skipped| skipped.reason).collect()
}

#[test]
fn directories_contribute_yaml_and_json_in_path_order() {
    let dir = tree(&[
        ("b/c.yml", "a: 1"),
        ("b.yaml", "a: 1"),
        ("b/a.json", "{}"),
        ("a.txt", "a: 1"),
        ("b-/x.yaml", "a: 1"),
        ("README", ""),
    ]);
    let loaded = load_all(&dir, &[""]);
    assert_eq!(
        files(&dir, &loaded),
        ["b-/x.yaml", "b.yaml", "b/a.json", "b/c.yml"]
    );
    assert_eq!(loaded.counts.files, 4);
}

#[test]
fn the_order_of_arguments_does_not_matter() {
    let dir = tree(&[
        ("a.yaml", &policy("a")),
        ("b/c.yaml", &policy("c")),
        ("d.yaml", &policy("d")),
    ]);
    let loaded = load_all(&dir, &["d.yaml", "b", "a.yaml"]);
    assert_eq!(names(&loaded), ["a", "c", "d"]);
    let orders: Vec<u32> = loaded.objects.metas().map(|meta| meta.file().0).collect();
    assert_eq!(orders, [0, 1, 2]);
}

#[test]
fn a_named_file_is_read_whatever_its_extension_and_ignore_files() {
    let dir = tree(&[(".git/", ""), (".gitignore", "*.tmp\n"), ("a.tmp", &policy("a"))]);
    assert_eq!(names(&load_all(&dir, &["a.tmp"])), ["a"]);
}

#[test]
fn ignore_files_hold_below_their_directory() {
    let dir = tree(&[
        (".gitignore", "/out/\n*.gen.yaml\n"),
        ("out/a.yaml", ""),
        ("a.gen.yaml", ""),
        ("b/.gitignore", "c.yaml\n!d.gen.yaml\n"),
        ("b/c.yaml", ""),
        ("b/d.gen.yaml", ""),
        ("b/out/e.yaml", ""),
        ("c.yaml", ""),
    ]);
    let loaded = load_all(&dir, &[""]);
    assert_eq!(files(&dir, &loaded), ["b/d.gen.yaml", "b/out/e.yaml", "c.yaml"]);
}

#[test]
fn ignore_files_above_hold_up_to_the_repository() {
    let content = [
        (".gitignore", "a.yaml\n"),
        ("repo/.git/config.yaml", ""),
        ("repo/.gitignore", "/k8s/out/\nb.yaml\n"),
        ("repo/k8s/a.yaml", ""),
        ("repo/k8s/b.yaml", ""),
        ("repo/k8s/out/c.yaml", ""),
    ];
    let dir = tree(&content);
    assert_eq!(files(&dir, &load_all(&dir, &["repo/k8s"])), ["repo/k8s/a.yaml"]);
    // A directory that is named is meant.
    assert_eq!(
        files(&dir, &load_all(&dir, &["repo/k8s/out"])),
        ["repo/k8s/out/c.yaml"]
    );
    fs::remove_dir_all(dir.path().join("repo/.git")).unwrap();
    assert_eq!(files(&dir, &load_all(&dir, &["repo/k8s"])).len(), 3);
}

#[test]
fn the_repository_itself_is_not_read() {
    let dir = tree(&[
        (".git/a.yaml", ""),
        ("sub/.git/b.yaml", ""),
        (".github/c.yaml", ""),
    ]);
    assert_eq!(files(&dir, &load_all(&dir, &[""])), [".github/c.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_unless_named() {
    use std::os::unix::fs::symlink;
    let dir = tree(&[("a/x.yaml", &policy("x")), ("b/", "")]);
    symlink(dir.path().join("a"), dir.path().join("b/dir")).unwrap();
    symlink(dir.path().join("a/x.yaml"), dir.path().join("b/file.yaml")).unwrap();
    assert_eq!(files(&dir, &load_all(&dir, &["b"])), [""; 0]);
    assert_eq!(names(&load_all(&dir, &["b/dir"])), ["x"]);
    assert_eq!(names(&load_all(&dir, &["b/file.yaml"])), ["x"]);
}

#[test]
fn a_file_counts_once_however_often_it_is_named() {
    let dir = tree(&[("a/x.yaml", &policy("x")), ("b/", "")]);
    for paths in [
        &["a", "a/x.yaml"][..],
        &["a/x.yaml", "b/../a"],
        &["a", "a/", ""],
        &["a/*.yaml", "a"],
    ] {
        assert_eq!(names(&load_all(&dir, paths)), ["x"], "{paths:?}");
    }
}

#[test]
fn globs_match_files_and_directories() {
    let dir = tree(&[
        ("apps/a/x.yaml", ""),
        ("apps/a/deep/y.yaml", ""),
        ("apps/b/x.txt", ""),
        ("other/x.yaml", ""),
    ]);
    let found = |glob: &str| files(&dir, &load_all(&dir, &[glob]));
    assert_eq!(found("apps/*"), ["apps/a/deep/y.yaml", "apps/a/x.yaml"]);
    assert_eq!(found("apps/*/x.*"), ["apps/a/x.yaml", "apps/b/x.txt"]);
    assert_eq!(found("**/x.yaml"), ["apps/a/x.yaml", "other/x.yaml"]);
    assert_eq!(found("{other,apps/a}/*.yaml"), ["apps/a/x.yaml", "other/x.yaml"]);
}

#[test]
fn a_file_whose_name_looks_like_a_glob_is_a_file() {
    let dir = tree(&[("[a].yaml", &policy("brackets")), ("a.yaml", &policy("a"))]);
    assert_eq!(names(&load_all(&dir, &["[a].yaml"])), ["brackets"]);
}

#[test]
fn include_and_exclude_narrow_directories_and_not_files() {
    let dir = tree(&[
        ("k8s/a.yaml", &policy("a")),
        ("k8s/old/b.yaml", &policy("b")),
        ("docs/c.yaml", &policy("c")),
    ]);
    let narrowed = |paths: &[&str]| {
        let inputs = Inputs {
            include: vec!["k8s/".to_owned()],
            exclude: vec!["old".to_owned()],
            ..inputs(&dir, paths)
        };
        files(&dir, &load(&inputs, &mut io::empty(), &()).unwrap())
    };
    assert_eq!(narrowed(&[""]), ["k8s/a.yaml"]);
    assert_eq!(
        narrowed(&["docs/c.yaml", "k8s/old/b.yaml"]),
        ["docs/c.yaml", "k8s/old/b.yaml"]
    );
}

#[test]
fn standard_input_is_a_text_like_any_other() {
    let inputs = Inputs {
        paths: vec![PathBuf::from("-"), PathBuf::from("-")],
        ..Inputs::default()
    };
    let loaded = load(&inputs, &mut policy("a").as_bytes(), &()).unwrap();
    assert_eq!(names(&loaded), ["a"]);
    let file = loaded.objects.metas().next().unwrap().file();
    assert_eq!(loaded.sources.path(file), Path::new("<stdin>"));
    assert_eq!(loaded.sources.text(file, &mut Vec::new()).unwrap(), policy("a"));
    assert_eq!(loaded.sources.len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_a_file_that_is_read_once() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(policy("a").as_bytes()).unwrap();
    drop(writer);
    let inputs = Inputs {
        paths: vec![PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()))],
        ..Inputs::default()
    };
    let loaded = load(&inputs, &mut io::empty(), &()).unwrap();
    assert_eq!(names(&loaded), ["a"]);
    let file = loaded.objects.metas().next().unwrap().file();
    assert_eq!(loaded.sources.text(file, &mut Vec::new()).unwrap(), policy("a"));
}

#[test]
fn missing_paths_and_empty_globs_are_named() {
    let dir = tree(&[("a.yaml", "")]);
    let message = |path: &str| {
        let message = try_load(&dir, &["a.yaml", path]).unwrap_err().to_string();
        message.replace(dir.path().to_str().unwrap(), "DIR")
    };
    assert_eq!(message("b.yaml"), "DIR/b.yaml: no such file or directory");
    assert_eq!(message("*.yml"), "DIR/*.yml: no file matches this glob");
    assert_eq!(
        message("none/*.yaml"),
        "DIR/none/*.yaml: no file matches this glob"
    );
    assert_eq!(
        message("[.yaml"),
        "`DIR/[.yaml` is not a glob: unclosed character class; missing ']'"
    );
}

#[test]
fn the_ids_of_files_are_their_path_order() {
    let numbers: Vec<(String, String)> = (0..200)
        .map(|number| (format!("{number:03}.yaml"), policy(&format!("p{number:03}"))))
        .collect();
    let content: Vec<(&str, &str)> = numbers.iter().map(|(name, text)| (&**name, &**text)).collect();
    let dir = tree(&content);
    let loaded = load_all(&dir, &[""]);
    for (index, meta) in loaded.objects.metas().enumerate() {
        assert_eq!(&*meta.name.value, format!("p{index:03}"));
        assert_eq!(meta.file().0 as usize, index);
        assert!(
            loaded
                .sources
                .path(meta.file())
                .ends_with(format!("{index:03}.yaml"))
        );
    }
    assert_eq!(loaded.objects.len(), 200);
}

/// Makes a file too large to read; permissions would not bind a test that root runs.
fn inflate(path: &Path) {
    fs::File::create(path).unwrap().set_len(5 << 30).unwrap();
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let dir = tree(&[("a.yaml", &policy("a")), ("b.yaml", ""), ("c.yaml", &policy("c"))]);
    let large = dir.path().join("b.yaml");
    inflate(&large);
    let loaded = load_all(&dir, &[""]);
    assert_eq!(names(&loaded), ["a", "c"]);
    let [unreadable] = &*loaded.unreadable else {
        panic!("{:?}", loaded.unreadable)
    };
    assert_eq!(
        (&unreadable.path, &*unreadable.reason),
        (&large, "larger than 4 GiB")
    );
    assert_eq!(loaded.counts.files, 2);
    let last = loaded.objects.metas().last().unwrap().file();
    assert!(loaded.sources.path(last).ends_with("c.yaml"));
    let named = load_all(&dir, &["a.yaml", "b.yaml"]);
    assert_eq!((names(&named), named.unreadable.len()), (vec!["a"], 1));
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_read_hides_no_other() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tree(&[
        ("a.yaml", &policy("a")),
        ("b/x.yaml", &policy("x")),
        ("c.yaml", &policy("c")),
    ]);
    let closed = dir.path().join("b");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        // Permissions do not bind root.
        assert_eq!(names(&load_all(&dir, &[""])), ["a", "x", "c"]);
        return;
    }
    let loaded = load_all(&dir, &[""]);
    let error = try_load(&dir, &["b"]).unwrap_err().to_string();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(names(&loaded), ["a", "c"]);
    assert_eq!(loaded.unreadable[0].path, closed);
    assert!(
        error.contains(closed.to_str().unwrap()) && error.contains("denied"),
        "{error}"
    );
}

#[test]
fn items_of_lists_are_objects() {
    let text = "kind: List\napiVersion: v1\nitems:\n\
        - {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n\
        - {apiVersion: v1, kind: Secret, metadata: {name: b}}\n\
        - {apiVersion: v1, kind: Namespace, metadata: {name: c}}\n";
    let loaded = load_text("list.yaml", text);
    assert_eq!(names(&loaded), ["a", "c"]);
    let ordinals: Vec<u32> = loaded.objects.metas().map(|meta| meta.ordinal).collect();
    assert_eq!(ordinals, [0, 2]);
    assert_eq!((loaded.counts.documents, loaded.counts.other_kinds), (1, 1));
}

#[test]
fn items_of_a_typed_list_need_no_kind() {
    let text =
        "apiVersion: security.istio.io/v1\nkind: PeerAuthenticationList\nitems:\n- metadata: {name: a}\n";
    let loaded = load_text("list.yaml", text);
    assert_eq!(loaded.objects.peer_authentications.len(), 1);
}

#[test]
fn json_objects_need_no_separator() {
    let text = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}}"#;
    assert_eq!(names(&load_text("a.json", text)), ["a", "b"]);
}

#[test]
fn a_kind_of_another_group_is_another_kind() {
    let text = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: a\n";
    let loaded = load_text("a.yaml", text);
    assert!(loaded.objects.is_empty());
    assert_eq!(loaded.counts.other_kinds, 1);
}

#[test]
fn one_bad_document_hides_no_other() {
    let text = format!("{}---\nkind: Pod\nmetadata: [\n---\n{}", policy("a"), policy("b"));
    let loaded = load_text("a.yaml", &text);
    assert_eq!(names(&loaded), ["a", "b"]);
    assert!(matches!(&*loaded.defects, [defect] if matches!(defect.kind, DefectKind::Syntax(_))));
    assert_eq!(loaded.counts.documents, 3);
}

#[test]
fn templates_are_skipped_once_per_document() {
    let text = "{{- if .Values.a }}\nkind: Pod\n{{- end }}\n---\nkind: Pod\nmetadata:\n  name: {{ .Values.b }}\n\
        ---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"{{ c }}\"\n";
    let loaded = load_text("a.yaml", text);
    assert_eq!(reasons(&loaded), [SkipReason::HelmTemplate; 3]);
    assert!(loaded.defects.is_empty() && loaded.objects.is_empty());
}

/// A Service with these lines behind its name.
fn service_with(lines: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n{lines}\n")
}

#[test]
fn actions_that_break_a_manifest_make_it_a_template() {
    for lines in [
        "  labels:\n    {{- include \"labels\" . | nindent 4 }}\nspec: {}",
        "  {{- with .Values.labels }}\n  labels:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}",
        "spec:\n  ports:\n  - port: 80\n{{ if .Values.x }}\n  - port: 90\n{{ end }}",
        "spec:\n  ports:\n  - port: 80\n    {{- if eq .Values.a \"b\" }} # why\n    nodePort: 1\n    {{- end }}",
        "  annotations: {{ toYaml .Values.annotations\n    | nindent 4 }}\nspec: {}",
        "  annotations:\n    a: \"{{ printf \"%s-%s\" .Release.Name \"x\" }}\"\nspec: {}",
        "  namespace: '{{ .Release.Name }}-{{ default 'x' .Values.y }}'",
        "spec: {selector: {app: x-{{ .Release.Name }}}}",
        "spec:\n  selector: {{- toYaml .Values.selector | nindent 4 }}\n  ports: [{{ .Values.port }}]",
        "  {{if .Values.x}}namespace: {{.Values.ns}}{{end}}",
    ] {
        let loaded = load_text("a.yaml", &service_with(lines));
        assert_eq!(reasons(&loaded), [SkipReason::HelmTemplate], "{lines}");
        assert!(loaded.defects.is_empty(), "{lines}");
    }
}

#[test]
fn a_mistake_is_one_although_a_text_mentions_actions() {
    for lines in [
        "  annotations:\n    a: \"{{ .x }}\"\nspec: [",
        "  annotations: {a: '{{ .x }}', b\nspec: {}",
        "  annotations:\n    a: |\n      {{ .x }}\n    b: c\nspec:\n  ports: [\n  - port: 80",
        "spec:\n\tports: []\n  selector: {}\n  # {{ .x }}",
    ] {
        let loaded = load_text("a.yaml", &service_with(lines));
        assert_eq!(reasons(&loaded), [], "{lines}");
        assert!(
            matches!(&*loaded.defects, [defect] if matches!(defect.kind, DefectKind::Syntax(_))),
            "{lines}: {:?}",
            loaded.defects
        );
    }
}

#[test]
fn a_wrong_value_is_one_although_an_object_mentions_actions() {
    let port = |value: &str| service_with(&format!("spec:\n  ports:\n  - name: '{{{{ x }}}}'\n{value}"));
    let loaded = load_text("a.yaml", &port("    targetPort: 80"));
    assert_eq!((reasons(&loaded).len(), loaded.flawed.len()), (0, 1));
    let loaded = load_text("a.yaml", &port("    port: '{{ .Values.port }}'"));
    assert_eq!(reasons(&loaded), [SkipReason::HelmTemplate]);
    assert!(loaded.flawed.is_empty());
}

#[test]
fn many_actions_on_one_line_cost_no_time() {
    let line = "{{".repeat(1 << 19);
    let started = std::time::Instant::now();
    let loaded = load_text("a.yaml", &service_with(&format!("spec: 'a' {line}")));
    assert_eq!(loaded.skipped.len() + loaded.defects.len(), 1);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn a_chart_has_templates_only_where_actions_are() {
    let action = "kind: Pod # {{ .Values.a }}\n---\nkind: Pod\n";
    let dir = tree(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\n"),
        ("chart/templates/a.yaml", action),
        ("chart/templates/sub/b.yaml", &policy("b")),
        ("chart/templates/sub/c.yaml", action),
        ("templates/d.yaml", action),
    ]);
    let loaded = load_all(&dir, &[""]);
    assert_eq!(reasons(&loaded), [SkipReason::HelmTemplate; 2]);
    assert!(loaded.skipped.iter().all(|skipped| skipped.span.is_none()));
    assert_eq!(names(&loaded), ["b"]);
    let named = load_all(&dir, &["chart/templates/sub/c.yaml"]);
    assert_eq!(reasons(&named), [SkipReason::HelmTemplate]);
}

#[test]
fn what_is_no_manifest_is_no_mistake() {
    let files = [
        (
            "tsconfig.json",
            "{\n  // comments\n  \"compilerOptions\": {\"strict\": true,},\n}\n",
        ),
        ("values.yaml", "a: 1\na: 2\nb: [\n"),
        ("list.yaml", "- a\n- b\n"),
        ("words.yaml", "just words\n"),
        ("quoted.json", "{\"a b\": \"kind-of\"}"),
        ("binary.yaml", "\u{0}\u{1}"),
    ];
    let dir = tree(&files);
    for parse_all in [false, true] {
        let inputs = Inputs {
            parse_all,
            ..inputs(&dir, &[""])
        };
        let loaded = load(&inputs, &mut io::empty(), &()).unwrap();
        assert_eq!(reasons(&loaded), [SkipReason::NotAManifest; 6]);
        assert!(loaded.defects.is_empty());
    }
}

#[test]
fn empty_documents_do_not_count() {
    let loaded = load_text("a.yaml", "---\n# a\n---\n\n--- # b\n");
    assert_eq!(loaded.counts.documents, 0);
    assert!(loaded.skipped.is_empty() && loaded.defects.is_empty());
}

#[test]
fn duplicate_keys_matter_in_objects_that_are_read() {
    let duplicates = |text: &str| load_text("a.yaml", text).defects.len();
    assert_eq!(duplicates(&format!("{}  name: b\n", policy("a"))), 1);
    assert_eq!(
        duplicates("apiVersion: kustomize.config.k8s.io/v1\n\"kind\": Kustomization\na: 1\na: 2\n"),
        0
    );
    let list = |kind: &str| {
        format!("kind: List\nitems:\n- apiVersion: v1\n  kind: {kind}\n  metadata: {{name: a, name: b}}\n")
    };
    assert_eq!(duplicates(&list("Namespace")), 1);
    assert_eq!(duplicates(&list("Secret")), 0);
    assert_eq!(duplicates("kind: List\nitems: []\nitems: []\n"), 1);
}

#[test]
fn what_kubectl_drops_matters_if_it_is_a_manifest() {
    let dropped = |text: &str| load_text("a.yaml", text).defects.len();
    assert_eq!(dropped(&format!("{}...\n{}", policy("a"), policy("b"))), 1);
    assert_eq!(dropped(&format!("a: 1\n...\n{}", policy("b"))), 1);
    assert_eq!(dropped(&format!("{}...\njust words\n", policy("a"))), 0);
}

#[test]
fn a_separator_with_content_matters_beside_a_manifest() {
    assert_eq!(load_text("a.yaml", "--- x\nkind: Pod\n").defects.len(), 1);
    assert_eq!(load_text("a.yaml", "--- x\na: b\n").defects.len(), 0);
}

#[test]
fn refused_objects_are_named() {
    let text = format!("{}  namespace: web\nspec:\n  mtls: [x]\n", policy("a"));
    let loaded = load_text("a.yaml", &text);
    let [invalid] = &*loaded.flawed else {
        panic!("{:?}", loaded.flawed)
    };
    assert_eq!(invalid.kind, Kind::PeerAuthentication);
    assert_eq!(
        (invalid.namespace.as_deref(), invalid.name.as_deref()),
        (Some("web"), Some("a"))
    );
    assert_eq!(
        invalid.review.faults[0].span.start as usize,
        text.find("[x]").unwrap()
    );
}

#[test]
fn values_that_come_later_make_no_object_invalid() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: ${PORT}\n";
    let loaded = load_text("a.yaml", text);
    assert_eq!(reasons(&loaded), [SkipReason::Unresolved]);
    assert!(loaded.flawed.is_empty());
}

#[test]
fn mesh_configs_are_found_among_config_maps() {
    let config_map = |name: &str, key: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {key}: |\n    rootNamespace: r\n---\n"
        )
    };
    let text = config_map("istio", "mesh") + &config_map("istio-x", "other") + &config_map("app", "mesh");
    let loaded = load_text("a.yaml", &text);
    assert_eq!(names(&loaded), ["istio"]);
    assert_eq!(loaded.counts.other_kinds, 2);
}

/// A mesh config of 200 bytes and more before the setting that matters, so that places within it could be
/// mistaken for places of the file.
fn mesh_config(value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio}}\ndata:\n  mesh: {value}\n")
}

#[test]
fn settings_of_a_quoted_mesh_config_have_its_place() {
    let filler = "accessLogFile: /dev/stdout, ".repeat(8);
    for quote in ['"', '\''] {
        let value = format!("{quote}{{{filler}enableAutoMtls: false, discoverySelectors: []}}{quote}");
        let text = mesh_config(&value);
        let loaded = load_text("a.yaml", &text);
        let config = &loaded.objects.mesh_configs[0].spec;
        let setting = config.layers[0].mesh_config.enable_auto_mtls.as_ref().unwrap();
        assert!(!setting.value);
        assert!(!config.is_exact(setting.span));
        for span in [setting.span, setting.key] {
            assert_eq!(text[span.start as usize..span.end as usize], *value);
        }
    }
}

#[test]
fn settings_of_a_block_mesh_config_have_their_own_place() {
    let text = mesh_config("|\n    accessLogFile: /dev/stdout\n    enableAutoMtls: false");
    let loaded = load_text("a.yaml", &text);
    let config = &loaded.objects.mesh_configs[0].spec;
    let setting = config.layers[0].mesh_config.enable_auto_mtls.as_ref().unwrap();
    assert!(config.is_exact(setting.span));
    let slice = |span: peerauth::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(
        (slice(setting.key), slice(setting.span)),
        ("enableAutoMtls", "false")
    );
}

#[test]
fn a_mistake_in_a_quoted_mesh_config_has_its_place() {
    for inner in [
        "enableAutoMtls: [on]",
        "outboundTrafficPolicy: {mode: 1",
        "a: b: c",
    ] {
        let value = format!("\"{inner}\"");
        let text = mesh_config(&value);
        let loaded = load_text("a.yaml", &text);
        let error = &loaded.flawed[0].review.faults[0];
        assert_eq!(text[error.span.start as usize..error.span.end as usize], *value);
        assert_eq!(error.choice, None);
    }
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let text = policy("a").replace('\n', "\r\n");
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(bytes).collect()
    };
    let dir = tree(&[("a.yaml", &text), ("b.yaml", &format!("\u{feff}{text}"))]);
    fs::write(dir.path().join("c.yaml"), utf16(u16::to_le_bytes)).unwrap();
    fs::write(dir.path().join("d.yaml"), utf16(u16::to_be_bytes)).unwrap();
    let loaded = load_all(&dir, &[""]);
    assert_eq!(names(&loaded), ["a"; 4]);
    for meta in loaded.objects.metas() {
        let mut buffer = Vec::new();
        let source = loaded.sources.text(meta.file(), &mut buffer).unwrap();
        let span = meta.name.span;
        assert_eq!(&source[span.start as usize..span.end as usize], "a");
    }
}

#[test]
fn bad_bytes_spoil_their_document_only() {
    let dir = tree(&[]);
    let mut bytes = policy("a").into_bytes();
    bytes.extend_from_slice(b"---\nkind: Pod\nx: \xff\n---\n");
    bytes.extend_from_slice(policy("b").as_bytes());
    fs::write(dir.path().join("a.yaml"), bytes).unwrap();
    let loaded = load_all(&dir, &[""]);
    assert_eq!(names(&loaded), ["a", "b"]);
}

#[test]
fn the_prefilter_changes_no_object() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guide");
    let load_guide = |parse_all| {
        let inputs = Inputs {
            paths: vec![guide.clone()],
            parse_all,
            ..Inputs::default()
        };
        load(&inputs, &mut io::empty(), &()).unwrap()
    };
    let (fast, slow) = (load_guide(false), load_guide(true));
    assert!(fast.objects.len() > 100, "{}", fast.objects.len());
    assert_eq!(format!("{:?}", fast.objects), format!("{:?}", slow.objects));
    assert_eq!(fast.counts, slow.counts);
}

#[test]
fn what_is_no_object_of_ours_counts_the_same_however_that_is_told() {
    // Its kind tells that it decides nothing; a parser would stop where its action does not begin a line.
    let role = b"kind: Role\nmetadata: {name: c}\n\xff{{\n---\n";
    let text = [role, policy("a").as_bytes()].concat();
    let ordinals = |parse_all| {
        let inputs = Inputs {
            paths: vec![PathBuf::from("-")],
            parse_all,
            ..Inputs::default()
        };
        let loaded = load(&inputs, &mut &*text, &()).unwrap();
        loaded
            .objects
            .metas()
            .map(|meta| meta.ordinal)
            .collect::<Vec<_>>()
    };
    assert_eq!((ordinals(false), ordinals(true)), (vec![1], vec![1]));
}

/// Bytes that look like YAML more often than chance would have it.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just(b"\n---\n".to_vec()),
        Just(b"\n...\n".to_vec()),
        Just(b"\nkind: PeerAuthentication\napiVersion: security.istio.io/v1\nmetadata: {name: a}\n".to_vec()),
        Just(b"\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: istio}\ndata: {mesh: \"a: ".to_vec()),
        Just(b"\nkind: List\nitems: [*a, &a {".to_vec()),
        Just(b"\n\"\\u006bind\": Pod\n? apiVersion\n: v1\nmetadata: {name: b}\n".to_vec()),
        Just(b"\nkind: Role\nmetadata: {name: c}\n".to_vec()),
        Just(b"{{".to_vec()),
        Just(b"{\"kind\": \"".to_vec()),
        Just(b"\xff\xfe".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
        "[ a-z:\\[\\]{}&*!|>'\"%@`\n-]{0,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_content_ends_the_run_and_the_prefilter_loses_nothing(content in content()) {
        let objects = |parse_all| {
            let inputs = Inputs { paths: vec![PathBuf::from("-")], parse_all, ..Inputs::default() };
            let loaded = load(&inputs, &mut &*content, &()).unwrap();
            // What holds NUL and is no manifest is no text.
            assert_eq!(loaded.unreadable.is_empty(), loaded.counts.files == 1);
            assert!(loaded.unreadable.is_empty() || content.contains(&0));
            format!("{:?} {:?}", loaded.objects, loaded.flawed)
        };
        prop_assert_eq!(objects(false), objects(true));
    }
}

/// Many documents of every sort, each followed by so many bytes of comment.
fn many_documents(padding: usize) -> String {
    let padding = format!("#{}\n", " ".repeat(padding));
    let document = |number: usize| match number % 10 {
        0 => format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\n"),
        1 => "apiVersion: v1\nkind: Service\nmetadata: {name: [\n".to_owned(),
        2 => format!("some: values\nof: {number}\n"),
        3 => format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{number}}}\nspec:\n  template:\n    spec:\n      \
             containers: [{{name: c, envFrom: [{{configMapRef: {{name: c{}}}}}]}}]\n",
            number + 1
        ),
        4 => format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\ndata: {{A_HOST: \
             h{number}.shop.svc.cluster.local}}\n"
        ),
        5 => format!(
            "apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Service, metadata: {{name: l{number}}}}}\n- \
             {{apiVersion: v1, kind: Pod, metadata: {{name: l{number}}}, spec: 1}}\n"
        ),
        _ => "# peerauth: ignore[unset-mode] as agreed\n".to_owned() + &policy(&format!("p{number}")),
    };
    let documents = (0..1500).map(|number| document(number) + &padding);
    documents.collect::<Vec<_>>().join("---\n")
}

/// What was read of a text, with lines for places.
fn by_lines(text: &str) -> Vec<String> {
    let loaded = load_text("all.yaml", text);
    let line = |span: peerauth::source::Span| text[..span.start as usize].lines().count();
    let objects = loaded.objects.every_meta();
    let objects = objects.map(|meta| {
        format!(
            "{} {} {} {}",
            meta.kind,
            meta.name.value,
            meta.ordinal,
            line(meta.span)
        )
    });
    let hosts = loaded.objects.config_maps.iter();
    let hosts = hosts
        .flat_map(|map| &map.spec.entries)
        .flat_map(|entry| &entry.mentions);
    let hosts = hosts.map(|mention| format!("{} {}", mention.host, line(mention.span)));
    let defects = loaded.defects.iter();
    let defects = defects.map(|defect| format!("{:?} {}", defect.kind, line(defect.span)));
    let flawed = loaded.flawed.iter();
    let flawed = flawed.map(|flawed| format!("{:?} {}", flawed.name, line(flawed.span)));
    let skipped = loaded.skipped.iter();
    let skipped = skipped.map(|skipped| format!("{:?} {:?}", skipped.reason, skipped.span.map(line)));
    let remarks = loaded.remarks.iter();
    let remarks = remarks.map(|remark| format!("{:?} {}", remark.rules.len(), line(remark.span)));
    let counts = format!("{:?}", loaded.counts);
    objects
        .chain(hosts)
        .chain(defects)
        .chain(flawed)
        .chain(skipped)
        .chain(remarks)
        .chain([counts])
        .collect()
}

#[test]
fn a_long_text_is_read_as_a_short_one() {
    let (short, long) = (many_documents(1), many_documents(2000));
    assert!(short.len() < 1 << 20 && long.len() > 2 << 20);
    let (short, long) = (by_lines(&short), by_lines(&long));
    assert!(short.len() > 1500, "{}", short.len());
    assert_eq!(short, long);
}
