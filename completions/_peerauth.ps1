
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'peerauth' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'peerauth'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'peerauth' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report what is wrong with the manifests; the gate for CI')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a mode: every policy that took part or was ignored, and why')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the mode of every port of every workload')
            [CompletionResult]::new('tls-check', 'tls-check', [CompletionResultType]::ParameterValue, 'Show what every client sends to every service and whether it gets through')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List the rules of `check`, or show the documentation of one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'peerauth;check' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only findings on objects with these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only findings on objects with these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the report')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the report')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the report in this format to a file too (repeatable)')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Run these rules only (repeatable)')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Do not run these rules (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail with 1 from this severity on')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Finding nothing to read is fine')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Manifests that do not parse do not make the run fail with 2')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--pedantic', '--pedantic', [CompletionResultType]::ParameterName, 'Run pedantic rules too')
            [CompletionResult]::new('--no-fold', '--no-fold', [CompletionResultType]::ParameterName, 'Show every finding in full, however many there are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;explain' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Explain one port only: of a workload its own, of a Service the Service''s')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Explain one port only: of a workload its own, of a Service the Service''s')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the explanation in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Finding nothing to read is fine')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Manifests that do not parse do not make the run fail with 2')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;list' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the list in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Finding nothing to read is fine')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Manifests that do not parse do not make the run fail with 2')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--trail', '--trail', [CompletionResultType]::ParameterName, 'Give every row its derivation (json and yaml)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;tls-check' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Show this client only')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day on which exceptions are judged, YYYY-MM-DD; today unless it is given')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--clients', '--clients', [CompletionResultType]::ParameterName, 'A row for each given client instead of one for all who see the same')
            [CompletionResult]::new('--endpoints', '--endpoints', [CompletionResultType]::ParameterName, 'A row for each endpoint instead of one for all that get the same')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'The order of the rows')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail with 1 where a connection is refused')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Finding nothing to read is fine')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Manifests that do not parse do not make the run fail with 2')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;rules' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report what is wrong with the manifests; the gate for CI')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a mode: every policy that took part or was ignored, and why')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the mode of every port of every workload')
            [CompletionResult]::new('tls-check', 'tls-check', [CompletionResultType]::ParameterValue, 'Show what every client sends to every service and whether it gets through')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List the rules of `check`, or show the documentation of one')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'peerauth;help;check' {
            break
        }
        'peerauth;help;explain' {
            break
        }
        'peerauth;help;list' {
            break
        }
        'peerauth;help;tls-check' {
            break
        }
        'peerauth;help;rules' {
            break
        }
        'peerauth;help;completions' {
            break
        }
        'peerauth;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
