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
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "migrate" -d 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "rules" -d 'List the rules of `check`, or show the documentation of one'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "config" -d 'Show the settings in force and where each comes from'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "schema" -d 'Print the JSON Schema of a format'
complete -c peerauth -n "__fish_peerauth_needs_command" -f -a "completions" -d 'Print the completions of a shell'
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
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l select -d 'Run these rules only (repeatable)' -r
complete -c peerauth -n "__fish_peerauth_using_subcommand check" -l ignore -d 'Do not run these rules (repeatable)' -r
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
broken\t'A connection that worked is refused, and the client is in the mesh or told to make it'
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
complete -c peerauth -n "__fish_peerauth_using_subcommand what-if" -l apply -d 'What if this file were applied, `-` for standard input (repeatable)' -r -F
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
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "check" -d 'Report what is wrong with the manifests; the gate for CI'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "explain" -d 'Explain a mode: every policy that took part or was ignored, and why'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "list" -d 'List the mode of every port of every workload'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "tls-check" -d 'Show what every client sends to every service and whether it gets through'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "diff" -d 'Show what differs between two directories or git revisions: ports, and connections that break'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "what-if" -d 'Show what a change would do before it is written: who would be refused, who would lose plaintext or identity'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "migrate" -d 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "rules" -d 'List the rules of `check`, or show the documentation of one'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "config" -d 'Show the settings in force and where each comes from'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "schema" -d 'Print the JSON Schema of a format'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "completions" -d 'Print the completions of a shell'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and not __fish_seen_subcommand_from check explain list tls-check diff what-if migrate rules config schema completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c peerauth -n "__fish_peerauth_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
