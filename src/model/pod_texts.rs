//! What the containers of a pod say in their environment and arguments, and which ConfigMaps tell them more.

use super::mention::{self, Form, Mention};
use crate::hash::HashSet;
use crate::source::Window;
use crate::yaml::{Node, Value};

/// The texts of a pod's containers, reduced to the hosts in them.
#[derive(Debug, Default)]
pub struct PodTexts {
    /// Hosts in the environment and in arguments.
    pub mentions: Vec<Said>,
    /// ConfigMaps that hold more of the same.
    pub config_maps: Vec<ConfigMapUse>,
}

/// A host that a container is told.
#[derive(Debug)]
pub struct Said {
    /// The host.
    pub mention: Mention,
    /// How it is told.
    pub by: Medium,
    /// Whether the container ends before the others start.
    pub is_init: bool,
}

/// How a container is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Medium {
    /// An environment variable.
    Environment,
    /// `command` and `args`.
    Argument,
}

/// A ConfigMap that a container reads.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigMapUse {
    /// Its name, in the pod's namespace.
    pub name: Box<str>,
    /// The only entry that is read; `None` for all.
    pub key: Option<Box<str>>,
    /// The variable that gets the entry, if that is how it is read.
    pub variable: Option<Box<str>>,
    /// Whether only containers read it that end before the others start.
    pub is_init: bool,
}

/// Containers of the proxy itself: what they call is not what the workload calls.
const PROXY_CONTAINERS: [&str; 3] = ["istio-proxy", "istio-init", "istio-validation"];

impl PodTexts {
    /// Reads the spec of a pod in a file.
    pub(super) fn read(pod_spec: Node<'_>, file: Window<'_>) -> PodTexts {
        let mut reader = Reader {
            file,
            texts: PodTexts::default(),
            mounted: HashSet::default(),
            mounted_by_init: HashSet::default(),
        };
        for container in items(pod_spec, "containers") {
            reader.read_container(container, false);
        }
        for container in items(pod_spec, "initContainers") {
            let is_sidecar = text_of(container, "restartPolicy") == Some("Always");
            reader.read_container(container, !is_sidecar);
        }
        for volume in items(pod_spec, "volumes") {
            reader.read_volume(volume);
        }
        reader.texts.config_maps.shrink_to_fit();
        reader.texts.mentions.shrink_to_fit();
        reader.texts
    }
}

struct Reader<'t> {
    file: Window<'t>,
    texts: PodTexts,
    /// Volumes that ordinary containers mount.
    mounted: HashSet<&'t str>,
    mounted_by_init: HashSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn read_container(&mut self, container: Node<'t>, is_init: bool) {
        if text_of(container, "name").is_some_and(|name| PROXY_CONTAINERS.contains(&name)) {
            return;
        }
        for argument in items(container, "command").chain(items(container, "args")) {
            let mentions = scalar_mentions(argument, self.file);
            self.say(mentions, Medium::Argument, is_init);
        }
        for variable in items(container, "env") {
            self.read_variable(variable, container, is_init);
        }
        for source in items(container, "envFrom") {
            if let Some(name) = source
                .get("configMapRef")
                .and_then(|entry| text_of(entry.value, "name"))
            {
                self.use_config_map(name, None, None, is_init);
            }
        }
        let mounts = items(container, "volumeMounts").filter_map(|mount| text_of(mount, "name"));
        if is_init {
            self.mounted_by_init.extend(mounts);
        } else {
            self.mounted.extend(mounts);
        }
    }

    fn read_variable(&mut self, variable: Node<'t>, container: Node<'t>, is_init: bool) {
        let name = text_of(variable, "name").unwrap_or_default();
        if mention::names_exceptions(name) {
            return;
        }
        if let Some(value) = variable.get("value") {
            let port = || beside(name, |sibling| literal(container, sibling));
            let mentions = variable_mentions(name, value.value, self.file, port);
            self.say(mentions, Medium::Environment, is_init);
        }
        let reference = variable
            .get("valueFrom")
            .and_then(|from| from.value.get("configMapKeyRef"));
        if let Some(reference) = reference
            && let Some(config_map) = text_of(reference.value, "name")
        {
            self.use_config_map(config_map, text_of(reference.value, "key"), Some(name), is_init);
        }
    }

    fn read_volume(&mut self, volume: Node<'t>) {
        let name = text_of(volume, "name").unwrap_or_default();
        let is_mounted = self.mounted.contains(name);
        if !is_mounted && !self.mounted_by_init.contains(name) {
            return;
        }
        let projected = volume.get("projected").map(|entry| entry.value);
        let sources = projected
            .into_iter()
            .flat_map(|projected| items(projected, "sources"));
        for source in std::iter::once(volume).chain(sources) {
            let Some(config_map) = source.get("configMap").map(|entry| entry.value) else {
                continue;
            };
            let Some(name) = text_of(config_map, "name") else {
                continue;
            };
            if config_map.get("items").is_none() {
                self.use_config_map(name, None, None, !is_mounted);
            }
            for item in items(config_map, "items") {
                self.use_config_map(name, text_of(item, "key"), None, !is_mounted);
            }
        }
    }

    fn say(&mut self, mentions: Vec<Mention>, by: Medium, is_init: bool) {
        let hosts = mentions.into_iter().filter(Mention::is_host_by_itself);
        let said = hosts.map(|mention| Said { mention, by, is_init });
        self.texts.mentions.extend(said);
    }

    fn use_config_map(&mut self, name: &str, key: Option<&str>, variable: Option<&str>, is_init: bool) {
        self.texts.config_maps.push(ConfigMapUse {
            name: name.into(),
            key: key.map(Box::from),
            variable: variable.map(Box::from),
            is_init,
        });
    }
}

/// The hosts in the value of a variable. Its name may say that a bare word is one; `port` finds the port that
/// another variable gives it then.
pub(super) fn variable_mentions(
    name: &str,
    value: Node<'_>,
    file: Window<'_>,
    port: impl Fn() -> Option<u16>,
) -> Vec<Mention> {
    let mut mentions = scalar_mentions(value, file);
    let is_address = mention::names_address(name);
    for mention in &mut mentions {
        if mention.form == Form::Whole && is_address {
            mention.form = Form::Variable;
            mention.port = port();
        }
    }
    mentions
}

/// The hosts in a scalar.
pub(super) fn scalar_mentions(node: Node<'_>, file: Window<'_>) -> Vec<Mention> {
    let span = node.span();
    match node.value() {
        Value::Str(value) => mention::mentions(value, span, file),
        _ => Vec::new(),
    }
}

/// The port that stands beside a host: `DB_PORT` beside `DB_HOST`.
pub(super) fn beside<'t>(name: &str, value_of: impl Fn(&str) -> Option<&'t str>) -> Option<u16> {
    value_of(&mention::port_variable(name)?)?.trim().parse().ok()
}

/// The literal value of a container's variable.
fn literal<'t>(container: Node<'t>, name: &str) -> Option<&'t str> {
    let variable = items(container, "env").find(|variable| text_of(*variable, "name") == Some(name))?;
    variable.get("value")?.value.source_text()
}

fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    node.get(key).into_iter().flat_map(|entry| entry.value.items())
}

fn text_of<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key)?.value.as_str()
}
