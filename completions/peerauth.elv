
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
            cand rules 'List the rules of `check`, or show the documentation of one'
            cand completions 'Print the completions of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'peerauth;check'= {
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --today 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given'
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
            cand --fail-on 'Fail with 1 from this severity on'
            cand --color 'Whether the report is coloured'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Finding nothing to read is fine'
            cand --skip-invalid 'Manifests that do not parse do not make the run fail with 2'
            cand -A 'Show every namespace; that is the default'
            cand --all-namespaces 'Show every namespace; that is the default'
            cand --pedantic 'Run pedantic rules too'
            cand --no-fold 'Show every finding in full, however many there are'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;explain'= {
            cand -p 'Explain one port only: of a workload its own, of a Service the Service''s'
            cand --port 'Explain one port only: of a workload its own, of a Service the Service''s'
            cand -f 'More files, directories, globs or `-`, as kubectl takes them'
            cand --filename 'More files, directories, globs or `-`, as kubectl takes them'
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --today 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -o 'The format'
            cand --output 'The format'
            cand --report 'Write the explanation in this format to a file too (repeatable)'
            cand --color 'Whether the report is coloured'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Finding nothing to read is fine'
            cand --skip-invalid 'Manifests that do not parse do not make the run fail with 2'
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
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --today 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -l 'Show only workloads whose pods have these labels'
            cand --selector 'Show only workloads whose pods have these labels'
            cand -o 'The format'
            cand --output 'The format'
            cand --report 'Write the list in this format to a file too (repeatable)'
            cand --color 'Whether the report is coloured'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Finding nothing to read is fine'
            cand --skip-invalid 'Manifests that do not parse do not make the run fail with 2'
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
            cand --exclude 'Leave out what matches this glob (repeatable)'
            cand --default-namespace 'The namespace of objects that name none'
            cand -i 'The namespace whose policies hold for the whole mesh'
            cand --root-namespace 'The namespace whose policies hold for the whole mesh'
            cand --today 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given'
            cand --mesh 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)'
            cand -n 'Show this namespace only (repeatable)'
            cand --namespace 'Show this namespace only (repeatable)'
            cand -l 'Show only services with an endpoint that has these labels'
            cand --selector 'Show only services with an endpoint that has these labels'
            cand -o 'The format'
            cand --output 'The format'
            cand --clients 'A row for each given client instead of one for all who see the same'
            cand --endpoints 'A row for each endpoint instead of one for all that get the same'
            cand --sort 'The order of the rows'
            cand --fail-on 'Fail with 1 where a connection is refused'
            cand --color 'Whether the report is coloured'
            cand --parse-all 'Parse every document, also those that can be proved irrelevant'
            cand --allow-empty 'Finding nothing to read is fine'
            cand --skip-invalid 'Manifests that do not parse do not make the run fail with 2'
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
            cand -o 'The format'
            cand --output 'The format'
            cand --color 'Whether the report is coloured'
            cand -q 'Say nothing but the report and errors'
            cand --quiet 'Say nothing but the report and errors'
            cand -v 'Name everything that is skipped'
            cand --verbose 'Name everything that is skipped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'peerauth;completions'= {
            cand --color 'Whether the report is coloured'
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
            cand rules 'List the rules of `check`, or show the documentation of one'
            cand completions 'Print the completions of a shell'
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
        &'peerauth;help;rules'= {
        }
        &'peerauth;help;completions'= {
        }
        &'peerauth;help;help'= {
        }
    ]
    $completions[$command]
}
