# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_peerauth_global_optspecs
    string join \n q/quiet v/verbose color= today= h/help V/version
end

function __fish_peerauth_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_peerauth_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_peerauth_using_subcommand
    set -l cmd (__fish_peerauth_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c peerauth -n "__fish_peerauth_needs_command" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_needs_command" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_needs_command" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_needs_command" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_needs_command" -s V -l version -d 'Print version'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "check" -d 'Report what is wrong with the manifests; the gate for CI'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "explain" -d 'Explain a mode: every policy that took part or was ignored, and why'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "list" -d 'List the mode of every port of every workload'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "tls-check" -d 'Show what every client sends to every service and whether it gets through'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "diff" -d 'Show what differs between two directories or git revisions: ports, and connections that break'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "what-if" -d 'Show what a change would do before it is written: who would be refused, who would lose plaintext or identity'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "audit" -d 'Show what is open to callers without an identity, who accounts for it, and the security checklist'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "graph" -d 'Draw who reaches which service, and how: Mermaid, DOT or an HTML page'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "migrate" -d 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "rules" -d 'List the rules of `check`, or show the documentation of one'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "config" -d 'Show the settings in force and where each comes from'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "schema" -d 'Print the JSON Schema of a format'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "man" -d 'Print the manual page of the program or of a command'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s l -l selector -d 'Show only findings on objects with these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s o -l output -d 'The format of the report' -r -f -a "text\t'Every finding with the lines that it is about'
concise\t'One line for each finding'
json\t'JSON'
yaml\t'The same as YAML'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions'
gitlab\t'The Code Quality report of GitLab'
junit\t'`JUnit` XML'
markdown\t'Markdown, for a comment or a summary'"
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l report -d 'Write the report in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l select -d 'Run these rules only (repeatable)' -r -f -a "invalid-yaml\t'Finds manifests that kubectl cannot read'
invalid-resource\t'Finds objects that the API server refuses, by the schema of their kind or by Istio\'s validating webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of DNS can match, namespaces that are exported to twice'
unknown-field\t'Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another kind or an older version, and ones that stand in the wrong place'
widened-selector\t'Finds policies whose selector is lost on the way: labels right under selector, matchExpressions (which Istio\'s selectors do not know), a selector outside spec, or labels that are null'
duplicate-key\t'Finds keys that occur twice in one mapping'
removed-api\t'Finds objects of kinds that Istio removed in version 1.6: Policy and MeshPolicy of authentication.istio.io, and ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding of rbac.istio.io'
duplicate-object\t'Finds objects that are defined twice for one cluster: the same kind, namespace and name'
dropped-document\t'Finds objects behind a line of three dots'
oversized-input\t'Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or with aliases that repeat more than a million values'
non-string-label\t'Finds labels, annotations and selectors whose value YAML makes a boolean or a number'
envoy-filter-not-modelled\t'Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar'
root-namespace-selector\t'Finds policies with a selector in the root namespace (usually istio-system)'
shadowed-policy\t'Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or several whose selectors meet on one workload'
unmatched-selector\t'Finds policies whose selector matches no workload although workloads of the namespace are given'
service-port-in-port-mtls\t'Finds keys of portLevelMtls that are ports of a Service while the pods behind it listen on another port'
unknown-port-in-port-mtls\t'Finds keys of portLevelMtls on which no selected workload is known to listen: no container declares the port and no Service leads to it'
uncaptured-port-in-port-mtls\t'Finds entries of portLevelMtls for ports whose traffic never meets the sidecar: the proxy\'s own ports (15008, 15020, 15021, 15090), those of excludeInboundPorts, those that includeInboundPorts leaves out, and every port under interception mode NONE'
policy-outside-mesh\t'Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host\'s network, or a namespace that is not injected'
policy-on-gateway\t'Finds policies that select nothing but gateways or waypoints'
misplaced-mesh-policy\t'Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the root namespace: without selector in istio-system, or named default beside istiod or the gateways'
unset-mode\t'Finds policies that set nothing: no mtls, an empty one, or mode UNSET, and no ports either'
strict-under-disabled-parent\t'Finds STRICT for single workloads or ports in a namespace that is DISABLE as a whole, by its own policy or by that of the mesh'
redundant-policy\t'Finds policies that could be removed without any given workload noticing: every port keeps its mode, because the level above says the same'
revision-scoped-policy\t'Finds policies with a label istio.io/rev that given workloads of another revision should follow and do not; and, where the setting revisions says what is installed, policies for a revision that is not'
ambient-disable\t'Finds DISABLE, at any level, that is the mode of ambient workloads'
ambient-ignored-port-exception\t'Finds policies of ambient workloads that leave their own mode unset, inherit STRICT, and list ports in mode DISABLE but none in mode PERMISSIVE'
ambient-unenforced-strict\t'Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a STRICT which sidecars would enforce'
ambient-to-strict-sidecar\t'Finds ambient workloads that are told to call a Service whose pods have sidecars in mode STRICT'
headless-ambient\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead sidecars to ambient pods in mode STRICT'
ambient-blocked-hbone\t'Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008'
ambient-ignored-destination-rule\t'Finds DestinationRules with tls whose given clients are all in ambient'
conflicting-data-plane\t'Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once'
unknown-revision\t'Finds labels istio.io/rev on Namespaces and pods that name no installed revision and no tag'
ambient-empty-root-selector\t'Finds policies in the root namespace with an empty selector that set another mode than the one that ambient workloads get without them'
plaintext-to-strict\t'Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only'
foreign-tls-to-strict\t'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port that accepts mTLS of the mesh only'
mtls-to-plaintext\t'Finds DestinationRules whose mode: ISTIO_MUTUAL also covers ports that take plaintext only: of workloads without a sidecar, in mode DISABLE, or left out of the sidecar\'s redirection'
plain-tls-to-permissive-http\t'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port in mode PERMISSIVE that is declared HTTP: by the port\'s name, its appProtocol or the Sidecar resource'
auto-mtls-off\t'Finds enableAutoMtls: false in a mesh with STRICT ports towards which no DestinationRule says ISTIO_MUTUAL'
headless-exception\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead to a port in mode DISABLE although the namespace is not'
headless-mixed-endpoints\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, whose pods are partly without a sidecar while the others are STRICT'
uncaptured-service-port\t'Finds Services that lead to a port which the pods keep from their sidecar: one of excludeInboundPorts, one that includeInboundPorts leaves out, or any port under interception mode NONE'
tls-mode-label\t'Finds pods that say by the label security.istio.io/tlsMode what is not so: another value than istio on a pod with a sidecar and a STRICT port, or istio on a pod without a sidecar'
external-entry-for-mesh-host\t'Finds ServiceEntries of location MESH_EXTERNAL, which is also the default, that lead to STRICT pods of the mesh: by the name of a Service, by an endpoint with such a name, or by a workloadSelector'
workload-entry-without-identity\t'Finds WorkloadEntries and WorkloadGroups without a serviceAccount that a STRICT policy selects by their labels'
sidecar-ingress-tls-ignored\t'Finds Sidecar resources whose ingress listeners have a tls that istiod does not read'
server-first-permissive\t'Finds PERMISSIVE ports of protocols in which the server speaks first (ports declared mysql, mongo or smtp, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it, or a given workload of the same namespace has no proxy'
sidecar-egress-hides-service\t'Finds Sidecar resources whose egress leaves out a STRICT service that workloads are told to call: its DNS name stands in their environment, their arguments or a ConfigMap that they read'
unmatched-host\t'Finds DestinationRules whose host is no Service: name.namespace and name.namespace.svc, which Istio takes literally; a short name, which means the rule\'s own namespace, of a Service that lives in another one; a name under another cluster domain; and names that no given Service of the namespace has'
unreachable-destination-rule\t'Finds DestinationRules that no client sees, in namespaces of which the configuration says that everything is given'
shadowed-destination-rule\t'Finds DestinationRules that lose to another one for some clients: to an older one of the same namespace for the same host, to a wildcard in the client\'s namespace, to a rule that selects other workloads there, or to a more specific one that is not shown to the client'
target-port-in-port-settings\t'Finds entries of portLevelSettings that name a port on which only the pods listen'
port-settings-drop-tls\t'Finds entries of portLevelSettings without tls in a policy that sets tls, where that changes what clients send'
credential-name-without-selector\t'Finds a credentialName in a DestinationRule without workloadSelector that sidecars of its own namespace follow, while no route of a gateway leads to the host'
wrong-subject-alt-name\t'Finds subjectAltNames of an ISTIO_MUTUAL setting that name no service account of the workloads behind the host'
certificates-with-istio-mutual\t'Finds certificates that a DestinationRule names and no proxy reads, as the mode is ISTIO_MUTUAL or DISABLE; and MUTUAL with the files of the mesh\'s own certificates towards a PERMISSIVE port, whose proxy recognises mTLS of the mesh by what ISTIO_MUTUAL alone announces'
webhook-to-strict\t'Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of the mesh only'
ingress-to-strict\t'Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only, where a controller other than Istio\'s serves them'
load-balancer-to-strict\t'Finds Services of type LoadBalancer or NodePort that lead to a port of meshed pods which accepts mutual TLS of the mesh only'
scrape-to-strict\t'Finds ServiceMonitors, PodMonitors and prometheus.io/port annotations that make Prometheus scrape a port which accepts mTLS of the mesh only'
probe-to-strict\t'Finds probes and hooks of pods with a sidecar that cannot work: those on a STRICT port where the rewriting of probes is switched off, and those on a named port that the container does not declare'
unmeshed-caller\t'Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service\'s name stands in their environment, their arguments or a ConfigMap that they read'
undeclared-peer-port\t'Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does not list, under STRICT'
plaintext-accepted\t'Finds policies that let plaintext in on ports of meshed workloads: PERMISSIVE and DISABLE'
no-mesh-policy\t'Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace are'
undocumented-exception\t'Finds policies that make an exception from STRICT of a wider policy, or of their own mode, without the annotation peerauth.dev/reason'
expired-exception\t'Finds policies whose annotation peerauth.dev/expires names a day that is over'
identity-policy-without-strict\t'Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in on a selected port: DENY for certain identities, and ALLOW for all but certain ones'
unmet-expectation\t'Checks the modes that the config expects (expect) on the ports of workloads: what is in force is compared, whatever policies say'
unused-ignore\t'Finds suppressions that suppress nothing: comments, annotations, entries of the config (ignore, and except of an expectation) and of a baseline'"
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l ignore -d 'Do not run these rules (repeatable)' -r -f -a "invalid-yaml\t'Finds manifests that kubectl cannot read'
invalid-resource\t'Finds objects that the API server refuses, by the schema of their kind or by Istio\'s validating webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of DNS can match, namespaces that are exported to twice'
unknown-field\t'Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another kind or an older version, and ones that stand in the wrong place'
widened-selector\t'Finds policies whose selector is lost on the way: labels right under selector, matchExpressions (which Istio\'s selectors do not know), a selector outside spec, or labels that are null'
duplicate-key\t'Finds keys that occur twice in one mapping'
removed-api\t'Finds objects of kinds that Istio removed in version 1.6: Policy and MeshPolicy of authentication.istio.io, and ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding of rbac.istio.io'
duplicate-object\t'Finds objects that are defined twice for one cluster: the same kind, namespace and name'
dropped-document\t'Finds objects behind a line of three dots'
oversized-input\t'Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or with aliases that repeat more than a million values'
non-string-label\t'Finds labels, annotations and selectors whose value YAML makes a boolean or a number'
envoy-filter-not-modelled\t'Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar'
root-namespace-selector\t'Finds policies with a selector in the root namespace (usually istio-system)'
shadowed-policy\t'Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or several whose selectors meet on one workload'
unmatched-selector\t'Finds policies whose selector matches no workload although workloads of the namespace are given'
service-port-in-port-mtls\t'Finds keys of portLevelMtls that are ports of a Service while the pods behind it listen on another port'
unknown-port-in-port-mtls\t'Finds keys of portLevelMtls on which no selected workload is known to listen: no container declares the port and no Service leads to it'
uncaptured-port-in-port-mtls\t'Finds entries of portLevelMtls for ports whose traffic never meets the sidecar: the proxy\'s own ports (15008, 15020, 15021, 15090), those of excludeInboundPorts, those that includeInboundPorts leaves out, and every port under interception mode NONE'
policy-outside-mesh\t'Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host\'s network, or a namespace that is not injected'
policy-on-gateway\t'Finds policies that select nothing but gateways or waypoints'
misplaced-mesh-policy\t'Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the root namespace: without selector in istio-system, or named default beside istiod or the gateways'
unset-mode\t'Finds policies that set nothing: no mtls, an empty one, or mode UNSET, and no ports either'
strict-under-disabled-parent\t'Finds STRICT for single workloads or ports in a namespace that is DISABLE as a whole, by its own policy or by that of the mesh'
redundant-policy\t'Finds policies that could be removed without any given workload noticing: every port keeps its mode, because the level above says the same'
revision-scoped-policy\t'Finds policies with a label istio.io/rev that given workloads of another revision should follow and do not; and, where the setting revisions says what is installed, policies for a revision that is not'
ambient-disable\t'Finds DISABLE, at any level, that is the mode of ambient workloads'
ambient-ignored-port-exception\t'Finds policies of ambient workloads that leave their own mode unset, inherit STRICT, and list ports in mode DISABLE but none in mode PERMISSIVE'
ambient-unenforced-strict\t'Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a STRICT which sidecars would enforce'
ambient-to-strict-sidecar\t'Finds ambient workloads that are told to call a Service whose pods have sidecars in mode STRICT'
headless-ambient\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead sidecars to ambient pods in mode STRICT'
ambient-blocked-hbone\t'Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008'
ambient-ignored-destination-rule\t'Finds DestinationRules with tls whose given clients are all in ambient'
conflicting-data-plane\t'Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once'
unknown-revision\t'Finds labels istio.io/rev on Namespaces and pods that name no installed revision and no tag'
ambient-empty-root-selector\t'Finds policies in the root namespace with an empty selector that set another mode than the one that ambient workloads get without them'
plaintext-to-strict\t'Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only'
foreign-tls-to-strict\t'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port that accepts mTLS of the mesh only'
mtls-to-plaintext\t'Finds DestinationRules whose mode: ISTIO_MUTUAL also covers ports that take plaintext only: of workloads without a sidecar, in mode DISABLE, or left out of the sidecar\'s redirection'
plain-tls-to-permissive-http\t'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port in mode PERMISSIVE that is declared HTTP: by the port\'s name, its appProtocol or the Sidecar resource'
auto-mtls-off\t'Finds enableAutoMtls: false in a mesh with STRICT ports towards which no DestinationRule says ISTIO_MUTUAL'
headless-exception\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead to a port in mode DISABLE although the namespace is not'
headless-mixed-endpoints\t'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, whose pods are partly without a sidecar while the others are STRICT'
uncaptured-service-port\t'Finds Services that lead to a port which the pods keep from their sidecar: one of excludeInboundPorts, one that includeInboundPorts leaves out, or any port under interception mode NONE'
tls-mode-label\t'Finds pods that say by the label security.istio.io/tlsMode what is not so: another value than istio on a pod with a sidecar and a STRICT port, or istio on a pod without a sidecar'
external-entry-for-mesh-host\t'Finds ServiceEntries of location MESH_EXTERNAL, which is also the default, that lead to STRICT pods of the mesh: by the name of a Service, by an endpoint with such a name, or by a workloadSelector'
workload-entry-without-identity\t'Finds WorkloadEntries and WorkloadGroups without a serviceAccount that a STRICT policy selects by their labels'
sidecar-ingress-tls-ignored\t'Finds Sidecar resources whose ingress listeners have a tls that istiod does not read'
server-first-permissive\t'Finds PERMISSIVE ports of protocols in which the server speaks first (ports declared mysql, mongo or smtp, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it, or a given workload of the same namespace has no proxy'
sidecar-egress-hides-service\t'Finds Sidecar resources whose egress leaves out a STRICT service that workloads are told to call: its DNS name stands in their environment, their arguments or a ConfigMap that they read'
unmatched-host\t'Finds DestinationRules whose host is no Service: name.namespace and name.namespace.svc, which Istio takes literally; a short name, which means the rule\'s own namespace, of a Service that lives in another one; a name under another cluster domain; and names that no given Service of the namespace has'
unreachable-destination-rule\t'Finds DestinationRules that no client sees, in namespaces of which the configuration says that everything is given'
shadowed-destination-rule\t'Finds DestinationRules that lose to another one for some clients: to an older one of the same namespace for the same host, to a wildcard in the client\'s namespace, to a rule that selects other workloads there, or to a more specific one that is not shown to the client'
target-port-in-port-settings\t'Finds entries of portLevelSettings that name a port on which only the pods listen'
port-settings-drop-tls\t'Finds entries of portLevelSettings without tls in a policy that sets tls, where that changes what clients send'
credential-name-without-selector\t'Finds a credentialName in a DestinationRule without workloadSelector that sidecars of its own namespace follow, while no route of a gateway leads to the host'
wrong-subject-alt-name\t'Finds subjectAltNames of an ISTIO_MUTUAL setting that name no service account of the workloads behind the host'
certificates-with-istio-mutual\t'Finds certificates that a DestinationRule names and no proxy reads, as the mode is ISTIO_MUTUAL or DISABLE; and MUTUAL with the files of the mesh\'s own certificates towards a PERMISSIVE port, whose proxy recognises mTLS of the mesh by what ISTIO_MUTUAL alone announces'
webhook-to-strict\t'Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of the mesh only'
ingress-to-strict\t'Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only, where a controller other than Istio\'s serves them'
load-balancer-to-strict\t'Finds Services of type LoadBalancer or NodePort that lead to a port of meshed pods which accepts mutual TLS of the mesh only'
scrape-to-strict\t'Finds ServiceMonitors, PodMonitors and prometheus.io/port annotations that make Prometheus scrape a port which accepts mTLS of the mesh only'
probe-to-strict\t'Finds probes and hooks of pods with a sidecar that cannot work: those on a STRICT port where the rewriting of probes is switched off, and those on a named port that the container does not declare'
unmeshed-caller\t'Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service\'s name stands in their environment, their arguments or a ConfigMap that they read'
undeclared-peer-port\t'Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does not list, under STRICT'
plaintext-accepted\t'Finds policies that let plaintext in on ports of meshed workloads: PERMISSIVE and DISABLE'
no-mesh-policy\t'Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace are'
undocumented-exception\t'Finds policies that make an exception from STRICT of a wider policy, or of their own mode, without the annotation peerauth.dev/reason'
expired-exception\t'Finds policies whose annotation peerauth.dev/expires names a day that is over'
identity-policy-without-strict\t'Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in on a selected port: DENY for certain identities, and ALLOW for all but certain ones'
unmet-expectation\t'Checks the modes that the config expects (expect) on the ports of workloads: what is in force is compared, whatever policies say'
unused-ignore\t'Finds suppressions that suppress nothing: comments, annotations, entries of the config (ignore, and except of an expectation) and of a baseline'"
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l baseline -d 'Leave out the findings of this baseline, whatever the config says' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l write-baseline -d 'Write the findings to this baseline instead of failing because of them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l since -d 'Report only what is new against the merge base of HEAD and this git revision' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l fail-on -d 'Exit with 1 if a finding has this severity or a higher one' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
info\t'Every finding'
never\t'Nothing'"
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l pedantic -d 'Run pedantic rules too'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l show-suppressed -d 'Show suppressed findings too, and what suppresses them (text and concise)'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l no-fold -d 'Show every finding in full, however many there are'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s p -l port -d 'Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService the Service\'s' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s o -l output -d 'The format of the output' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'"
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l report -d 'Write the explanation in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s r -l revision -d 'Show only the workloads that this revision\'s control plane serves' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s l -l selector -d 'Show only workloads whose pods have these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s o -l output -d 'The format of the output' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'"
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l report -d 'Write the list in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -l trail -d 'Give every row its derivation (json and yaml)'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l from -d 'Show this client only' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s r -l revision -d 'Show only the workloads that this revision\'s control plane serves' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s l -l selector -d 'Show only services with an endpoint that has these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s o -l output -d 'The format of the output' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l report -d 'Write the table in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l clients -d 'A row for each given client instead of one for all who see the same' -r -f -a "each\t'One by one'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l endpoints -d 'A row for each endpoint instead of one for all that get the same' -r -f -a "each\t'One by one'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l sort -d 'The order of the rows' -r -f -a "host\t'By host and port'
status\t'The worst first'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l fail-on -d 'Exit with 1 if a connection is refused' -r -f -a "conflict\t'A connection that is refused'
never\t'Nothing'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand tls-check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s o -l output -d 'The format' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'
markdown\t'For a comment on a pull request'
github\t'Annotations of GitHub'"
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l report -d 'Write the changes in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l fail-on -d 'Fail with 1 if there is such a change (repeatable)' -r -f -a "weakened\t'A port is weaker, or a connection loses encryption or identity'
broken\t'A connection that worked is refused, and something shows that it is made'
refused\t'A connection that worked is refused, whether or not anything shows that it is made'
any\t'Anything'
never\t'Nothing'"
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l rev -d 'BASE and HEAD are git revisions, even if directories are called so'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l dir -d 'BASE and HEAD are directories, even if revisions are called so'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l mode -d 'What if this mode were set there' -r -f -a "STRICT\t'Mutual TLS only'
PERMISSIVE\t'Plaintext and mutual TLS'
DISABLE\t'Plaintext only'"
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l in -d 'In this namespace (repeatable); without it, in the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s l -l selector -d 'Of workloads whose pods have these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s p -l port -d 'On this port of the workloads' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l apply -d 'What if this were applied: a file, a directory, a glob or `-` (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l remove -d 'What if this object were deleted: `[KIND/]NAME[.NAMESPACE]` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s o -l output -d 'The format' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'
markdown\t'For a comment on a pull request'
github\t'Annotations of GitHub'"
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l report -d 'Write the answer in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l strict -d 'What if mutual TLS were demanded: of the mesh, or where `--in`, `-l` and `--port` say'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s l -l selector -d 'Show only workloads whose pods have these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s o -l output -d 'The format' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'
markdown\t'For a page or an issue'
csv\t'A row for each open port'"
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l report -d 'Write the audit in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l fail-on -d 'Fail with 1 if there is such an opening (repeatable)' -r -f -a "expired\t'One whose `peerauth.dev/expires` is over'
undocumented\t'One without a reason, or without a day on which it ends'
any\t'Anything that is open'
never\t'Nothing'"
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s n -l namespace -d 'Show this namespace only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s l -l selector -d 'Show only services with an endpoint that has these labels' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l from -d 'Show this client only' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l only -d 'Show only connections with this outcome (repeatable)' -r -f -a "mtls\t'It is accepted, with the client\'s identity'
plaintext\t'It is accepted, without any identity'
app-tls\t'TLS reaches the application'
unknown\t'The manifests do not tell'
refused\t'It is refused'"
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l collapse -d 'Whether a namespace is one node (mermaid and dot); `auto` if there would be too many' -r -f -a "auto\t'If there would be too many nodes or edges'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s o -l output -d 'The format' -r -f -a "mermaid\t'A flowchart of Mermaid, as GitHub and GitLab show it'
dot\t'A digraph of Graphviz'
html\t'One page that works offline'
json\t'JSON'"
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l report -d 'Write the graph in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s A -l all-namespaces -d 'Show every namespace; that is the default'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l write -d 'Write the manifests, numbered, what they replace, and the plan into this directory, which must be empty' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s o -l output -d 'The format of the plan' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'
markdown\t'A page'"
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l report -d 'Write the plan in this format to a file too (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l fail-on -d 'Exit with 1 if this is so' -r -f -a "open\t'There is something to apply, or a port that cannot be STRICT'
blocked\t'A port cannot be STRICT'
never\t'Nothing'"
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand migrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -s o -l output -d 'The format of the output' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'"
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand rules" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s f -l filename -d 'More files, directories, globs or `-`, as kubectl takes them' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'The config; without it, the nearest `.peerauth.yaml` above the first path' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude -d 'Leave out what matches this glob (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l kustomize -d 'Render the kustomization of this directory with kustomize or kubectl (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l helm -d 'Render this chart with helm (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l values -d 'A values file of the charts (repeatable)' -r -F
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l set -d 'A value of the charts (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l default-namespace -d 'The namespace of objects that name none' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s i -l root-namespace -d 'The namespace whose policies hold for the whole mesh' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l mesh -d 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'The format of the output' -r -f -a "text\t'For people'
json\t'JSON'
yaml\t'The same as YAML'"
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l no-config -d 'Read no config'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l parse-all -d 'Parse every document, also those that can be proved irrelevant'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l allow-empty -d 'Accept that there is nothing to read'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -l skip-invalid -d 'Do not exit with 2 because of manifests that do not parse'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
complete -c peerauth -n "__fish_peerauth_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c peerauth -n "__fish_peerauth_using_subcommand schema" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand schema" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand schema" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand schema" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand completions" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand completions" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand completions" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand completions" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -l directory -d 'Write every page to a file of this directory instead' -r -f -a "(__fish_complete_directories)"
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -l color -d 'Whether the report is coloured' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -l today -d 'The day that decides what has expired; without it, today in UTC' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -s q -l quiet -d 'Say nothing but the report and errors'
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -s v -l verbose -d 'Name everything that is skipped'
complete -c peerauth -n "__fish_peerauth_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "check" -d 'Report what is wrong with the manifests; the gate for CI'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "explain" -d 'Explain a mode: every policy that took part or was ignored, and why'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "list" -d 'List the mode of every port of every workload'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "tls-check" -d 'Show what every client sends to every service and whether it gets through'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "diff" -d 'Show what differs between two directories or git revisions: ports, and connections that break'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "what-if" -d 'Show what a change would do before it is written: who would be refused, who would lose plaintext or identity'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "audit" -d 'Show what is open to callers without an identity, who accounts for it, and the security checklist'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "graph" -d 'Draw who reaches which service, and how: Mermaid, DOT or an HTML page'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "migrate" -d 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "rules" -d 'List the rules of `check`, or show the documentation of one'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "config" -d 'Show the settings in force and where each comes from'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "schema" -d 'Print the JSON Schema of a format'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "man" -d 'Print the manual page of the program or of a command'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if audit graph migrate rules config schema completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
