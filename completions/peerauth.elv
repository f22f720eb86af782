
use builtin;
use str;

set edit:completion:arg-completer[peerauth] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'peerauth'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'peerauth'= {
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand check 'Report what is wrong with the manifests; the gate for CI'
            cand explain 'Explain a mode: every policy that took part or was ignored, and why'
            cand list 'List the mode of every port of every workload'
            cand tls-check 'Show what every client sends to every service and whether it gets through'
            cand diff 'Show what differs between two directories or git revisions: ports, and connections that break'
            cand rules 'List the rules of `check`, or show the documentation of one'
            cand config 'Show the settings in force and where each comes from'
            cand schema 'Print the JSON Schema of a format'
            cand completions 'Print the completions of a shell'
            cand man 'Print the manual page of the program or of a command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'peerauth;check'= {
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -l 'Show only findings on objects with these labels'
            cand --selector 'Show only findings on objects with these labels'
            cand -o 'The format of the report'
            cand --output 'The format of the report'
            cand --report 'Write the report in this format to a file too (repeatable)'
            cand --select 'Run these rules only (repeatable)'
            cand --ignore 'Do not run these rules (repeatable)'
            cand --baseline 'Leave out the findings of this baseline, whatever the config says'
            cand --write-baseline 'Write the findings to this baseline instead of failing because of them'
            cand --since 'Report only what is new against the merge base of HEAD and this git revision'
            cand --fail-on 'Exit with 1 if a finding has this severity or a higher one'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand --pedantic 'Run pedantic rules too'
            cand --show-suppressed 'Show suppressed findings too, and what suppresses them (text and concise)'
            cand --no-fold 'Show every finding in full, however many there are'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;explain'= {
            cand -p 'Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService the Service''s'
            cand --port 'Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService the Service''s'
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -o 'The format of the output'
            cand --output 'The format of the output'
            cand --report 'Write the explanation in this format to a file too (repeatable)'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;list'= {
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -l 'Show only workloads whose pods have these labels'
            cand --selector 'Show only workloads whose pods have these labels'
            cand -o 'The format of the output'
            cand --output 'The format of the output'
            cand --report 'Write the list in this format to a file too (repeatable)'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand --trail 'Give every row its derivation (json and yaml)'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;tls-check'= {
            cand --from 'Show this client only'
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -l 'Show only services with an endpoint that has these labels'
            cand --selector 'Show only services with an endpoint that has these labels'
            cand -o 'The format of the output'
            cand --output 'The format of the output'
            cand --clients 'A row for each given client instead of one for all who see the same'
            cand --endpoints 'A row for each endpoint instead of one for all that get the same'
            cand --sort 'The order of the rows'
            cand --fail-on 'Exit with 1 if a connection is refused'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;diff'= {
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -o 'The format'
            cand --output 'The format'
            cand --report 'Write the changes in this format to a file too (repeatable)'
            cand --fail-on 'Fail with 1 if there is such a change (repeatable)'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --rev 'BASE and HEAD are git revisions, even if directories are called so'
            cand --dir 'BASE and HEAD are directories, even if revisions are called so'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;rules'= {
            cand -o 'The format of the output'
            cand --output 'The format of the output'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;config'= {
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand show 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'peerauth;config;show'= {
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --config 'The config; without it, the nearest `.peerauth.yaml` above the first path'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --kustomize 'Render the kustomization of this directory with kustomize or kubectl (repeatable)'
            cand --helm 'Render this chart with helm (repeatable)'
            cand --values 'A values file of the charts (repeatable)'
            cand --set 'A value of the charts (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -o 'The format of the output'
            cand --output 'The format of the output'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand --no-config 'Read no config'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Accept that there is nothing to read'
            cand --skip-invalid 'Do not exit with 2 because of manifests that do not parse'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;config;help'= {
            cand show 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'peerauth;config;help;show'= {
        }
        &'peerauth;config;help;help'= {
        }
        &'peerauth;schema'= {
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;completions'= {
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;man'= {
            cand --directory 'Write every page to a file of this directory instead'
            cand --color 'Whether the report is coloured'
            cand --today 'The day that decides what has expired; without it, today in UTC'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;help'= {
            cand check 'Report what is wrong with the manifests; the gate for CI'
            cand explain 'Explain a mode: every policy that took part or was ignored, and why'
            cand list 'List the mode of every port of every workload'
            cand tls-check 'Show what every client sends to every service and whether it gets through'
            cand diff 'Show what differs between two directories or git revisions: ports, and connections that break'
            cand rules 'List the rules of `check`, or show the documentation of one'
            cand config 'Show the settings in force and where each comes from'
            cand schema 'Print the JSON Schema of a format'
            cand completions 'Print the completions of a shell'
            cand man 'Print the manual page of the program or of a command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'peerauth;help;check'= {
        }
        &'peerauth;help;explain'= {
        }
        &'peerauth;help;list'= {
        }
        &'peerauth;help;tls-check'= {
        }
        &'peerauth;help;diff'= {
        }
        &'peerauth;help;rules'= {
        }
        &'peerauth;help;config'= {
            cand show 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag'
        }
        &'peerauth;help;config;show'= {
        }
        &'peerauth;help;schema'= {
        }
        &'peerauth;help;completions'= {
        }
        &'peerauth;help;man'= {
        }
        &'peerauth;help;help'= {
        }
    ]
    $completions[$command]
}
