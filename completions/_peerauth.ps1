
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
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
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
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two directories or git revisions: ports, and connections that break')
            [CompletionResult]::new('what-if', 'what-if', [CompletionResultType]::ParameterValue, 'Show what a change would do before it is written: who would be refused, who would lose plaintext or identity')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Show what is open to callers without an identity, who accounts for it, and the security checklist')
            [CompletionResult]::new('graph', 'graph', [CompletionResultType]::ParameterValue, 'Draw who reaches which service, and how: Mermaid, DOT or an HTML page')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List the rules of `check`, or show the documentation of one')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each comes from')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a format')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of the program or of a command')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'peerauth;check' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
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
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out the findings of this baseline, whatever the config says')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write the findings to this baseline instead of failing because of them')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Report only what is new against the merge base of HEAD and this git revision')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if a finding has this severity or a higher one')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Show every namespace; that is the default')
            [CompletionResult]::new('--pedantic', '--pedantic', [CompletionResultType]::ParameterName, 'Run pedantic rules too')
            [CompletionResult]::new('--show-suppressed', '--show-suppressed', [CompletionResultType]::ParameterName, 'Show suppressed findings too, and what suppresses them (text and concise)')
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
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService the Service''s')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService the Service''s')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the explanation in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Show only the workloads that this revision''s control plane serves')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Show only the workloads that this revision''s control plane serves')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the list in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Show only the workloads that this revision''s control plane serves')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Show only the workloads that this revision''s control plane serves')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the table in this format to a file too (repeatable)')
            [CompletionResult]::new('--clients', '--clients', [CompletionResultType]::ParameterName, 'A row for each given client instead of one for all who see the same')
            [CompletionResult]::new('--endpoints', '--endpoints', [CompletionResultType]::ParameterName, 'A row for each endpoint instead of one for all that get the same')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'The order of the rows')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if a connection is refused')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
        'peerauth;diff' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the changes in this format to a file too (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail with 1 if there is such a change (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--rev', '--rev', [CompletionResultType]::ParameterName, 'BASE and HEAD are git revisions, even if directories are called so')
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'BASE and HEAD are directories, even if revisions are called so')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
        'peerauth;what-if' {
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What if this mode were set there')
            [CompletionResult]::new('--in', '--in', [CompletionResultType]::ParameterName, 'In this namespace (repeatable); without it, in the whole mesh')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Of workloads whose pods have these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Of workloads whose pods have these labels')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'On this port of the workloads')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'On this port of the workloads')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'What if this were applied: a file, a directory, a glob or `-` (repeatable)')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'What if this object were deleted: `[KIND/]NAME[.NAMESPACE]` (repeatable)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the answer in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'What if mutual TLS were demanded: of the mesh, or where `--in`, `-l` and `--port` say')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
        'peerauth;audit' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only workloads whose pods have these labels')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the audit in this format to a file too (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail with 1 if there is such an opening (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
        'peerauth;graph' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Show this namespace only (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Show only services with an endpoint that has these labels')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Show this client only')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Show only connections with this outcome (repeatable)')
            [CompletionResult]::new('--collapse', '--collapse', [CompletionResultType]::ParameterName, 'Whether a namespace is one node (mermaid and dot); `auto` if there would be too many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the graph in this format to a file too (repeatable)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
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
        'peerauth;migrate' {
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Write the manifests, numbered, what they replace, and the plan into this directory, which must be empty')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the plan')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the plan')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write the plan in this format to a file too (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if this is so')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;rules' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;config' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'peerauth;config;show' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'More files, directories, globs or `-`, as kubectl takes them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config; without it, the nearest `.peerauth.yaml` above the first path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out what matches this glob (repeatable)')
            [CompletionResult]::new('--kustomize', '--kustomize', [CompletionResultType]::ParameterName, 'Render the kustomization of this directory with kustomize or kubectl (repeatable)')
            [CompletionResult]::new('--helm', '--helm', [CompletionResultType]::ParameterName, 'Render this chart with helm (repeatable)')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'A values file of the charts (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A value of the charts (repeatable)')
            [CompletionResult]::new('--default-namespace', '--default-namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--root-namespace', '--root-namespace', [CompletionResultType]::ParameterName, 'The namespace whose policies hold for the whole mesh')
            [CompletionResult]::new('--mesh', '--mesh', [CompletionResultType]::ParameterName, 'A setting of the mesh, such as `trustDomain=example.org` (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no config')
            [CompletionResult]::new('--parse-all', '--parse-all', [CompletionResultType]::ParameterName, 'Parse every document, also those that can be proved irrelevant')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that there is nothing to read')
            [CompletionResult]::new('--skip-invalid', '--skip-invalid', [CompletionResultType]::ParameterName, 'Do not exit with 2 because of manifests that do not parse')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'peerauth;config;help;show' {
            break
        }
        'peerauth;config;help;help' {
            break
        }
        'peerauth;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
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
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the report and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Name everything that is skipped')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'peerauth;man' {
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Write every page to a file of this directory instead')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Whether the report is coloured')
            [CompletionResult]::new('--today', '--today', [CompletionResultType]::ParameterName, 'The day that decides what has expired; without it, today in UTC')
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
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two directories or git revisions: ports, and connections that break')
            [CompletionResult]::new('what-if', 'what-if', [CompletionResultType]::ParameterValue, 'Show what a change would do before it is written: who would be refused, who would lose plaintext or identity')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Show what is open to callers without an identity, who accounts for it, and the security checklist')
            [CompletionResult]::new('graph', 'graph', [CompletionResultType]::ParameterValue, 'Draw who reaches which service, and how: Mermaid, DOT or an HTML page')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List the rules of `check`, or show the documentation of one')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each comes from')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a format')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of the program or of a command')
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
        'peerauth;help;diff' {
            break
        }
        'peerauth;help;what-if' {
            break
        }
        'peerauth;help;audit' {
            break
        }
        'peerauth;help;graph' {
            break
        }
        'peerauth;help;migrate' {
            break
        }
        'peerauth;help;rules' {
            break
        }
        'peerauth;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each comes from: a default, the mesh config, the config or a flag')
            break
        }
        'peerauth;help;config;show' {
            break
        }
        'peerauth;help;schema' {
            break
        }
        'peerauth;help;completions' {
            break
        }
        'peerauth;help;man' {
            break
        }
        'peerauth;help;help' {
            break
        }
    })

    $words = @(foreach ($element in $commandElements) {
        if ($element.Extent.EndOffset -lt $cursorPosition) { $element.Extent.Text }
    })
    $before = if ($words.Count -gt 1) { "$($words[1]);$($words[-1])" } else { '' }
    $values = @(switch -CaseSensitive ($before) {
        '--color;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'check;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'Every finding with the lines that it is about')
            [CompletionResult]::new('concise', 'concise', [CompletionResultType]::ParameterValue, 'One line for each finding')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('sarif', 'sarif', [CompletionResultType]::ParameterValue, 'SARIF 2.1.0, for code scanning')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Workflow commands of GitHub Actions')
            [CompletionResult]::new('gitlab', 'gitlab', [CompletionResultType]::ParameterValue, 'The Code Quality report of GitLab')
            [CompletionResult]::new('junit', 'junit', [CompletionResultType]::ParameterValue, '`JUnit` XML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'Markdown, for a comment or a summary')
            break
        }
        'check;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'Every finding with the lines that it is about')
            [CompletionResult]::new('concise', 'concise', [CompletionResultType]::ParameterValue, 'One line for each finding')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('sarif', 'sarif', [CompletionResultType]::ParameterValue, 'SARIF 2.1.0, for code scanning')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Workflow commands of GitHub Actions')
            [CompletionResult]::new('gitlab', 'gitlab', [CompletionResultType]::ParameterValue, 'The Code Quality report of GitLab')
            [CompletionResult]::new('junit', 'junit', [CompletionResultType]::ParameterValue, '`JUnit` XML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'Markdown, for a comment or a summary')
            break
        }
        'check;--select' {
            [CompletionResult]::new('invalid-yaml', 'invalid-yaml', [CompletionResultType]::ParameterValue, 'Finds manifests that kubectl cannot read')
            [CompletionResult]::new('invalid-resource', 'invalid-resource', [CompletionResultType]::ParameterValue, 'Finds objects that the API server refuses, by the schema of their kind or by Istio''s validating webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of DNS can match, namespaces that are exported to twice')
            [CompletionResult]::new('unknown-field', 'unknown-field', [CompletionResultType]::ParameterValue, 'Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another kind or an older version, and ones that stand in the wrong place')
            [CompletionResult]::new('widened-selector', 'widened-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector is lost on the way: labels right under selector, matchExpressions (which Istio''s selectors do not know), a selector outside spec, or labels that are null')
            [CompletionResult]::new('duplicate-key', 'duplicate-key', [CompletionResultType]::ParameterValue, 'Finds keys that occur twice in one mapping')
            [CompletionResult]::new('removed-api', 'removed-api', [CompletionResultType]::ParameterValue, 'Finds objects of kinds that Istio removed in version 1.6: Policy and MeshPolicy of authentication.istio.io, and ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding of rbac.istio.io')
            [CompletionResult]::new('duplicate-object', 'duplicate-object', [CompletionResultType]::ParameterValue, 'Finds objects that are defined twice for one cluster: the same kind, namespace and name')
            [CompletionResult]::new('dropped-document', 'dropped-document', [CompletionResultType]::ParameterValue, 'Finds objects behind a line of three dots')
            [CompletionResult]::new('oversized-input', 'oversized-input', [CompletionResultType]::ParameterValue, 'Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or with aliases that repeat more than a million values')
            [CompletionResult]::new('non-string-label', 'non-string-label', [CompletionResultType]::ParameterValue, 'Finds labels, annotations and selectors whose value YAML makes a boolean or a number')
            [CompletionResult]::new('envoy-filter-not-modelled', 'envoy-filter-not-modelled', [CompletionResultType]::ParameterValue, 'Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar')
            [CompletionResult]::new('root-namespace-selector', 'root-namespace-selector', [CompletionResultType]::ParameterValue, 'Finds policies with a selector in the root namespace (usually istio-system)')
            [CompletionResult]::new('shadowed-policy', 'shadowed-policy', [CompletionResultType]::ParameterValue, 'Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or several whose selectors meet on one workload')
            [CompletionResult]::new('unmatched-selector', 'unmatched-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector matches no workload although workloads of the namespace are given')
            [CompletionResult]::new('service-port-in-port-mtls', 'service-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls that are ports of a Service while the pods behind it listen on another port')
            [CompletionResult]::new('unknown-port-in-port-mtls', 'unknown-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls on which no selected workload is known to listen: no container declares the port and no Service leads to it')
            [CompletionResult]::new('uncaptured-port-in-port-mtls', 'uncaptured-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelMtls for ports whose traffic never meets the sidecar: the proxy''s own ports (15008, 15020, 15021, 15090), those of excludeInboundPorts, those that includeInboundPorts leaves out, and every port under interception mode NONE')
            [CompletionResult]::new('policy-outside-mesh', 'policy-outside-mesh', [CompletionResultType]::ParameterValue, 'Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host''s network, or a namespace that is not injected')
            [CompletionResult]::new('policy-on-gateway', 'policy-on-gateway', [CompletionResultType]::ParameterValue, 'Finds policies that select nothing but gateways or waypoints')
            [CompletionResult]::new('misplaced-mesh-policy', 'misplaced-mesh-policy', [CompletionResultType]::ParameterValue, 'Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the root namespace: without selector in istio-system, or named default beside istiod or the gateways')
            [CompletionResult]::new('unset-mode', 'unset-mode', [CompletionResultType]::ParameterValue, 'Finds policies that set nothing: no mtls, an empty one, or mode UNSET, and no ports either')
            [CompletionResult]::new('strict-under-disabled-parent', 'strict-under-disabled-parent', [CompletionResultType]::ParameterValue, 'Finds STRICT for single workloads or ports in a namespace that is DISABLE as a whole, by its own policy or by that of the mesh')
            [CompletionResult]::new('redundant-policy', 'redundant-policy', [CompletionResultType]::ParameterValue, 'Finds policies that could be removed without any given workload noticing: every port keeps its mode, because the level above says the same')
            [CompletionResult]::new('revision-scoped-policy', 'revision-scoped-policy', [CompletionResultType]::ParameterValue, 'Finds policies with a label istio.io/rev that given workloads of another revision should follow and do not; and, where the setting revisions says what is installed, policies for a revision that is not')
            [CompletionResult]::new('ambient-disable', 'ambient-disable', [CompletionResultType]::ParameterValue, 'Finds DISABLE, at any level, that is the mode of ambient workloads')
            [CompletionResult]::new('ambient-ignored-port-exception', 'ambient-ignored-port-exception', [CompletionResultType]::ParameterValue, 'Finds policies of ambient workloads that leave their own mode unset, inherit STRICT, and list ports in mode DISABLE but none in mode PERMISSIVE')
            [CompletionResult]::new('ambient-unenforced-strict', 'ambient-unenforced-strict', [CompletionResultType]::ParameterValue, 'Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a STRICT which sidecars would enforce')
            [CompletionResult]::new('ambient-to-strict-sidecar', 'ambient-to-strict-sidecar', [CompletionResultType]::ParameterValue, 'Finds ambient workloads that are told to call a Service whose pods have sidecars in mode STRICT')
            [CompletionResult]::new('headless-ambient', 'headless-ambient', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead sidecars to ambient pods in mode STRICT')
            [CompletionResult]::new('ambient-blocked-hbone', 'ambient-blocked-hbone', [CompletionResultType]::ParameterValue, 'Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008')
            [CompletionResult]::new('ambient-ignored-destination-rule', 'ambient-ignored-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with tls whose given clients are all in ambient')
            [CompletionResult]::new('conflicting-data-plane', 'conflicting-data-plane', [CompletionResultType]::ParameterValue, 'Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once')
            [CompletionResult]::new('unknown-revision', 'unknown-revision', [CompletionResultType]::ParameterValue, 'Finds labels istio.io/rev on Namespaces and pods that name no installed revision and no tag')
            [CompletionResult]::new('ambient-empty-root-selector', 'ambient-empty-root-selector', [CompletionResultType]::ParameterValue, 'Finds policies in the root namespace with an empty selector that set another mode than the one that ambient workloads get without them')
            [CompletionResult]::new('plaintext-to-strict', 'plaintext-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only')
            [CompletionResult]::new('foreign-tls-to-strict', 'foreign-tls-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port that accepts mTLS of the mesh only')
            [CompletionResult]::new('mtls-to-plaintext', 'mtls-to-plaintext', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose mode: ISTIO_MUTUAL also covers ports that take plaintext only: of workloads without a sidecar, in mode DISABLE, or left out of the sidecar''s redirection')
            [CompletionResult]::new('plain-tls-to-permissive-http', 'plain-tls-to-permissive-http', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port in mode PERMISSIVE that is declared HTTP: by the port''s name, its appProtocol or the Sidecar resource')
            [CompletionResult]::new('auto-mtls-off', 'auto-mtls-off', [CompletionResultType]::ParameterValue, 'Finds enableAutoMtls: false in a mesh with STRICT ports towards which no DestinationRule says ISTIO_MUTUAL')
            [CompletionResult]::new('headless-exception', 'headless-exception', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead to a port in mode DISABLE although the namespace is not')
            [CompletionResult]::new('headless-mixed-endpoints', 'headless-mixed-endpoints', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, whose pods are partly without a sidecar while the others are STRICT')
            [CompletionResult]::new('uncaptured-service-port', 'uncaptured-service-port', [CompletionResultType]::ParameterValue, 'Finds Services that lead to a port which the pods keep from their sidecar: one of excludeInboundPorts, one that includeInboundPorts leaves out, or any port under interception mode NONE')
            [CompletionResult]::new('tls-mode-label', 'tls-mode-label', [CompletionResultType]::ParameterValue, 'Finds pods that say by the label security.istio.io/tlsMode what is not so: another value than istio on a pod with a sidecar and a STRICT port, or istio on a pod without a sidecar')
            [CompletionResult]::new('external-entry-for-mesh-host', 'external-entry-for-mesh-host', [CompletionResultType]::ParameterValue, 'Finds ServiceEntries of location MESH_EXTERNAL, which is also the default, that lead to STRICT pods of the mesh: by the name of a Service, by an endpoint with such a name, or by a workloadSelector')
            [CompletionResult]::new('workload-entry-without-identity', 'workload-entry-without-identity', [CompletionResultType]::ParameterValue, 'Finds WorkloadEntries and WorkloadGroups without a serviceAccount that a STRICT policy selects by their labels')
            [CompletionResult]::new('sidecar-ingress-tls-ignored', 'sidecar-ingress-tls-ignored', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose ingress listeners have a tls that istiod does not read')
            [CompletionResult]::new('server-first-permissive', 'server-first-permissive', [CompletionResultType]::ParameterValue, 'Finds PERMISSIVE ports of protocols in which the server speaks first (ports declared mysql, mongo or smtp, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it, or a given workload of the same namespace has no proxy')
            [CompletionResult]::new('sidecar-egress-hides-service', 'sidecar-egress-hides-service', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose egress leaves out a STRICT service that workloads are told to call: its DNS name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('unmatched-host', 'unmatched-host', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose host is no Service: name.namespace and name.namespace.svc, which Istio takes literally; a short name, which means the rule''s own namespace, of a Service that lives in another one; a name under another cluster domain; and names that no given Service of the namespace has')
            [CompletionResult]::new('unreachable-destination-rule', 'unreachable-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that no client sees, in namespaces of which the configuration says that everything is given')
            [CompletionResult]::new('shadowed-destination-rule', 'shadowed-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that lose to another one for some clients: to an older one of the same namespace for the same host, to a wildcard in the client''s namespace, to a rule that selects other workloads there, or to a more specific one that is not shown to the client')
            [CompletionResult]::new('target-port-in-port-settings', 'target-port-in-port-settings', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings that name a port on which only the pods listen')
            [CompletionResult]::new('port-settings-drop-tls', 'port-settings-drop-tls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings without tls in a policy that sets tls, where that changes what clients send')
            [CompletionResult]::new('credential-name-without-selector', 'credential-name-without-selector', [CompletionResultType]::ParameterValue, 'Finds a credentialName in a DestinationRule without workloadSelector that sidecars of its own namespace follow, while no route of a gateway leads to the host')
            [CompletionResult]::new('wrong-subject-alt-name', 'wrong-subject-alt-name', [CompletionResultType]::ParameterValue, 'Finds subjectAltNames of an ISTIO_MUTUAL setting that name no service account of the workloads behind the host')
            [CompletionResult]::new('certificates-with-istio-mutual', 'certificates-with-istio-mutual', [CompletionResultType]::ParameterValue, 'Finds certificates that a DestinationRule names and no proxy reads, as the mode is ISTIO_MUTUAL or DISABLE; and MUTUAL with the files of the mesh''s own certificates towards a PERMISSIVE port, whose proxy recognises mTLS of the mesh by what ISTIO_MUTUAL alone announces')
            [CompletionResult]::new('webhook-to-strict', 'webhook-to-strict', [CompletionResultType]::ParameterValue, 'Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of the mesh only')
            [CompletionResult]::new('ingress-to-strict', 'ingress-to-strict', [CompletionResultType]::ParameterValue, 'Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only, where a controller other than Istio''s serves them')
            [CompletionResult]::new('load-balancer-to-strict', 'load-balancer-to-strict', [CompletionResultType]::ParameterValue, 'Finds Services of type LoadBalancer or NodePort that lead to a port of meshed pods which accepts mutual TLS of the mesh only')
            [CompletionResult]::new('scrape-to-strict', 'scrape-to-strict', [CompletionResultType]::ParameterValue, 'Finds ServiceMonitors, PodMonitors and prometheus.io/port annotations that make Prometheus scrape a port which accepts mTLS of the mesh only')
            [CompletionResult]::new('probe-to-strict', 'probe-to-strict', [CompletionResultType]::ParameterValue, 'Finds probes and hooks of pods with a sidecar that cannot work: those on a STRICT port where the rewriting of probes is switched off, and those on a named port that the container does not declare')
            [CompletionResult]::new('unmeshed-caller', 'unmeshed-caller', [CompletionResultType]::ParameterValue, 'Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service''s name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('undeclared-peer-port', 'undeclared-peer-port', [CompletionResultType]::ParameterValue, 'Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does not list, under STRICT')
            [CompletionResult]::new('plaintext-accepted', 'plaintext-accepted', [CompletionResultType]::ParameterValue, 'Finds policies that let plaintext in on ports of meshed workloads: PERMISSIVE and DISABLE')
            [CompletionResult]::new('no-mesh-policy', 'no-mesh-policy', [CompletionResultType]::ParameterValue, 'Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace are')
            [CompletionResult]::new('undocumented-exception', 'undocumented-exception', [CompletionResultType]::ParameterValue, 'Finds policies that make an exception from STRICT of a wider policy, or of their own mode, without the annotation peerauth.dev/reason')
            [CompletionResult]::new('expired-exception', 'expired-exception', [CompletionResultType]::ParameterValue, 'Finds policies whose annotation peerauth.dev/expires names a day that is over')
            [CompletionResult]::new('identity-policy-without-strict', 'identity-policy-without-strict', [CompletionResultType]::ParameterValue, 'Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in on a selected port: DENY for certain identities, and ALLOW for all but certain ones')
            [CompletionResult]::new('unmet-expectation', 'unmet-expectation', [CompletionResultType]::ParameterValue, 'Checks the modes that the config expects (expect) on the ports of workloads: what is in force is compared, whatever policies say')
            [CompletionResult]::new('unused-ignore', 'unused-ignore', [CompletionResultType]::ParameterValue, 'Finds suppressions that suppress nothing: comments, annotations, entries of the config (ignore, and except of an expectation) and of a baseline')
            break
        }
        'check;--ignore' {
            [CompletionResult]::new('invalid-yaml', 'invalid-yaml', [CompletionResultType]::ParameterValue, 'Finds manifests that kubectl cannot read')
            [CompletionResult]::new('invalid-resource', 'invalid-resource', [CompletionResultType]::ParameterValue, 'Finds objects that the API server refuses, by the schema of their kind or by Istio''s validating webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of DNS can match, namespaces that are exported to twice')
            [CompletionResult]::new('unknown-field', 'unknown-field', [CompletionResultType]::ParameterValue, 'Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another kind or an older version, and ones that stand in the wrong place')
            [CompletionResult]::new('widened-selector', 'widened-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector is lost on the way: labels right under selector, matchExpressions (which Istio''s selectors do not know), a selector outside spec, or labels that are null')
            [CompletionResult]::new('duplicate-key', 'duplicate-key', [CompletionResultType]::ParameterValue, 'Finds keys that occur twice in one mapping')
            [CompletionResult]::new('removed-api', 'removed-api', [CompletionResultType]::ParameterValue, 'Finds objects of kinds that Istio removed in version 1.6: Policy and MeshPolicy of authentication.istio.io, and ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding of rbac.istio.io')
            [CompletionResult]::new('duplicate-object', 'duplicate-object', [CompletionResultType]::ParameterValue, 'Finds objects that are defined twice for one cluster: the same kind, namespace and name')
            [CompletionResult]::new('dropped-document', 'dropped-document', [CompletionResultType]::ParameterValue, 'Finds objects behind a line of three dots')
            [CompletionResult]::new('oversized-input', 'oversized-input', [CompletionResultType]::ParameterValue, 'Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or with aliases that repeat more than a million values')
            [CompletionResult]::new('non-string-label', 'non-string-label', [CompletionResultType]::ParameterValue, 'Finds labels, annotations and selectors whose value YAML makes a boolean or a number')
            [CompletionResult]::new('envoy-filter-not-modelled', 'envoy-filter-not-modelled', [CompletionResultType]::ParameterValue, 'Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar')
            [CompletionResult]::new('root-namespace-selector', 'root-namespace-selector', [CompletionResultType]::ParameterValue, 'Finds policies with a selector in the root namespace (usually istio-system)')
            [CompletionResult]::new('shadowed-policy', 'shadowed-policy', [CompletionResultType]::ParameterValue, 'Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or several whose selectors meet on one workload')
            [CompletionResult]::new('unmatched-selector', 'unmatched-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector matches no workload although workloads of the namespace are given')
            [CompletionResult]::new('service-port-in-port-mtls', 'service-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls that are ports of a Service while the pods behind it listen on another port')
            [CompletionResult]::new('unknown-port-in-port-mtls', 'unknown-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls on which no selected workload is known to listen: no container declares the port and no Service leads to it')
            [CompletionResult]::new('uncaptured-port-in-port-mtls', 'uncaptured-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelMtls for ports whose traffic never meets the sidecar: the proxy''s own ports (15008, 15020, 15021, 15090), those of excludeInboundPorts, those that includeInboundPorts leaves out, and every port under interception mode NONE')
            [CompletionResult]::new('policy-outside-mesh', 'policy-outside-mesh', [CompletionResultType]::ParameterValue, 'Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host''s network, or a namespace that is not injected')
            [CompletionResult]::new('policy-on-gateway', 'policy-on-gateway', [CompletionResultType]::ParameterValue, 'Finds policies that select nothing but gateways or waypoints')
            [CompletionResult]::new('misplaced-mesh-policy', 'misplaced-mesh-policy', [CompletionResultType]::ParameterValue, 'Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the root namespace: without selector in istio-system, or named default beside istiod or the gateways')
            [CompletionResult]::new('unset-mode', 'unset-mode', [CompletionResultType]::ParameterValue, 'Finds policies that set nothing: no mtls, an empty one, or mode UNSET, and no ports either')
            [CompletionResult]::new('strict-under-disabled-parent', 'strict-under-disabled-parent', [CompletionResultType]::ParameterValue, 'Finds STRICT for single workloads or ports in a namespace that is DISABLE as a whole, by its own policy or by that of the mesh')
            [CompletionResult]::new('redundant-policy', 'redundant-policy', [CompletionResultType]::ParameterValue, 'Finds policies that could be removed without any given workload noticing: every port keeps its mode, because the level above says the same')
            [CompletionResult]::new('revision-scoped-policy', 'revision-scoped-policy', [CompletionResultType]::ParameterValue, 'Finds policies with a label istio.io/rev that given workloads of another revision should follow and do not; and, where the setting revisions says what is installed, policies for a revision that is not')
            [CompletionResult]::new('ambient-disable', 'ambient-disable', [CompletionResultType]::ParameterValue, 'Finds DISABLE, at any level, that is the mode of ambient workloads')
            [CompletionResult]::new('ambient-ignored-port-exception', 'ambient-ignored-port-exception', [CompletionResultType]::ParameterValue, 'Finds policies of ambient workloads that leave their own mode unset, inherit STRICT, and list ports in mode DISABLE but none in mode PERMISSIVE')
            [CompletionResult]::new('ambient-unenforced-strict', 'ambient-unenforced-strict', [CompletionResultType]::ParameterValue, 'Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a STRICT which sidecars would enforce')
            [CompletionResult]::new('ambient-to-strict-sidecar', 'ambient-to-strict-sidecar', [CompletionResultType]::ParameterValue, 'Finds ambient workloads that are told to call a Service whose pods have sidecars in mode STRICT')
            [CompletionResult]::new('headless-ambient', 'headless-ambient', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead sidecars to ambient pods in mode STRICT')
            [CompletionResult]::new('ambient-blocked-hbone', 'ambient-blocked-hbone', [CompletionResultType]::ParameterValue, 'Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008')
            [CompletionResult]::new('ambient-ignored-destination-rule', 'ambient-ignored-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with tls whose given clients are all in ambient')
            [CompletionResult]::new('conflicting-data-plane', 'conflicting-data-plane', [CompletionResultType]::ParameterValue, 'Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once')
            [CompletionResult]::new('unknown-revision', 'unknown-revision', [CompletionResultType]::ParameterValue, 'Finds labels istio.io/rev on Namespaces and pods that name no installed revision and no tag')
            [CompletionResult]::new('ambient-empty-root-selector', 'ambient-empty-root-selector', [CompletionResultType]::ParameterValue, 'Finds policies in the root namespace with an empty selector that set another mode than the one that ambient workloads get without them')
            [CompletionResult]::new('plaintext-to-strict', 'plaintext-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only')
            [CompletionResult]::new('foreign-tls-to-strict', 'foreign-tls-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port that accepts mTLS of the mesh only')
            [CompletionResult]::new('mtls-to-plaintext', 'mtls-to-plaintext', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose mode: ISTIO_MUTUAL also covers ports that take plaintext only: of workloads without a sidecar, in mode DISABLE, or left out of the sidecar''s redirection')
            [CompletionResult]::new('plain-tls-to-permissive-http', 'plain-tls-to-permissive-http', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port in mode PERMISSIVE that is declared HTTP: by the port''s name, its appProtocol or the Sidecar resource')
            [CompletionResult]::new('auto-mtls-off', 'auto-mtls-off', [CompletionResultType]::ParameterValue, 'Finds enableAutoMtls: false in a mesh with STRICT ports towards which no DestinationRule says ISTIO_MUTUAL')
            [CompletionResult]::new('headless-exception', 'headless-exception', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead to a port in mode DISABLE although the namespace is not')
            [CompletionResult]::new('headless-mixed-endpoints', 'headless-mixed-endpoints', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, whose pods are partly without a sidecar while the others are STRICT')
            [CompletionResult]::new('uncaptured-service-port', 'uncaptured-service-port', [CompletionResultType]::ParameterValue, 'Finds Services that lead to a port which the pods keep from their sidecar: one of excludeInboundPorts, one that includeInboundPorts leaves out, or any port under interception mode NONE')
            [CompletionResult]::new('tls-mode-label', 'tls-mode-label', [CompletionResultType]::ParameterValue, 'Finds pods that say by the label security.istio.io/tlsMode what is not so: another value than istio on a pod with a sidecar and a STRICT port, or istio on a pod without a sidecar')
            [CompletionResult]::new('external-entry-for-mesh-host', 'external-entry-for-mesh-host', [CompletionResultType]::ParameterValue, 'Finds ServiceEntries of location MESH_EXTERNAL, which is also the default, that lead to STRICT pods of the mesh: by the name of a Service, by an endpoint with such a name, or by a workloadSelector')
            [CompletionResult]::new('workload-entry-without-identity', 'workload-entry-without-identity', [CompletionResultType]::ParameterValue, 'Finds WorkloadEntries and WorkloadGroups without a serviceAccount that a STRICT policy selects by their labels')
            [CompletionResult]::new('sidecar-ingress-tls-ignored', 'sidecar-ingress-tls-ignored', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose ingress listeners have a tls that istiod does not read')
            [CompletionResult]::new('server-first-permissive', 'server-first-permissive', [CompletionResultType]::ParameterValue, 'Finds PERMISSIVE ports of protocols in which the server speaks first (ports declared mysql, mongo or smtp, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it, or a given workload of the same namespace has no proxy')
            [CompletionResult]::new('sidecar-egress-hides-service', 'sidecar-egress-hides-service', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose egress leaves out a STRICT service that workloads are told to call: its DNS name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('unmatched-host', 'unmatched-host', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose host is no Service: name.namespace and name.namespace.svc, which Istio takes literally; a short name, which means the rule''s own namespace, of a Service that lives in another one; a name under another cluster domain; and names that no given Service of the namespace has')
            [CompletionResult]::new('unreachable-destination-rule', 'unreachable-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that no client sees, in namespaces of which the configuration says that everything is given')
            [CompletionResult]::new('shadowed-destination-rule', 'shadowed-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that lose to another one for some clients: to an older one of the same namespace for the same host, to a wildcard in the client''s namespace, to a rule that selects other workloads there, or to a more specific one that is not shown to the client')
            [CompletionResult]::new('target-port-in-port-settings', 'target-port-in-port-settings', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings that name a port on which only the pods listen')
            [CompletionResult]::new('port-settings-drop-tls', 'port-settings-drop-tls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings without tls in a policy that sets tls, where that changes what clients send')
            [CompletionResult]::new('credential-name-without-selector', 'credential-name-without-selector', [CompletionResultType]::ParameterValue, 'Finds a credentialName in a DestinationRule without workloadSelector that sidecars of its own namespace follow, while no route of a gateway leads to the host')
            [CompletionResult]::new('wrong-subject-alt-name', 'wrong-subject-alt-name', [CompletionResultType]::ParameterValue, 'Finds subjectAltNames of an ISTIO_MUTUAL setting that name no service account of the workloads behind the host')
            [CompletionResult]::new('certificates-with-istio-mutual', 'certificates-with-istio-mutual', [CompletionResultType]::ParameterValue, 'Finds certificates that a DestinationRule names and no proxy reads, as the mode is ISTIO_MUTUAL or DISABLE; and MUTUAL with the files of the mesh''s own certificates towards a PERMISSIVE port, whose proxy recognises mTLS of the mesh by what ISTIO_MUTUAL alone announces')
            [CompletionResult]::new('webhook-to-strict', 'webhook-to-strict', [CompletionResultType]::ParameterValue, 'Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of the mesh only')
            [CompletionResult]::new('ingress-to-strict', 'ingress-to-strict', [CompletionResultType]::ParameterValue, 'Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only, where a controller other than Istio''s serves them')
            [CompletionResult]::new('load-balancer-to-strict', 'load-balancer-to-strict', [CompletionResultType]::ParameterValue, 'Finds Services of type LoadBalancer or NodePort that lead to a port of meshed pods which accepts mutual TLS of the mesh only')
            [CompletionResult]::new('scrape-to-strict', 'scrape-to-strict', [CompletionResultType]::ParameterValue, 'Finds ServiceMonitors, PodMonitors and prometheus.io/port annotations that make Prometheus scrape a port which accepts mTLS of the mesh only')
            [CompletionResult]::new('probe-to-strict', 'probe-to-strict', [CompletionResultType]::ParameterValue, 'Finds probes and hooks of pods with a sidecar that cannot work: those on a STRICT port where the rewriting of probes is switched off, and those on a named port that the container does not declare')
            [CompletionResult]::new('unmeshed-caller', 'unmeshed-caller', [CompletionResultType]::ParameterValue, 'Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service''s name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('undeclared-peer-port', 'undeclared-peer-port', [CompletionResultType]::ParameterValue, 'Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does not list, under STRICT')
            [CompletionResult]::new('plaintext-accepted', 'plaintext-accepted', [CompletionResultType]::ParameterValue, 'Finds policies that let plaintext in on ports of meshed workloads: PERMISSIVE and DISABLE')
            [CompletionResult]::new('no-mesh-policy', 'no-mesh-policy', [CompletionResultType]::ParameterValue, 'Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace are')
            [CompletionResult]::new('undocumented-exception', 'undocumented-exception', [CompletionResultType]::ParameterValue, 'Finds policies that make an exception from STRICT of a wider policy, or of their own mode, without the annotation peerauth.dev/reason')
            [CompletionResult]::new('expired-exception', 'expired-exception', [CompletionResultType]::ParameterValue, 'Finds policies whose annotation peerauth.dev/expires names a day that is over')
            [CompletionResult]::new('identity-policy-without-strict', 'identity-policy-without-strict', [CompletionResultType]::ParameterValue, 'Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in on a selected port: DENY for certain identities, and ALLOW for all but certain ones')
            [CompletionResult]::new('unmet-expectation', 'unmet-expectation', [CompletionResultType]::ParameterValue, 'Checks the modes that the config expects (expect) on the ports of workloads: what is in force is compared, whatever policies say')
            [CompletionResult]::new('unused-ignore', 'unused-ignore', [CompletionResultType]::ParameterValue, 'Finds suppressions that suppress nothing: comments, annotations, entries of the config (ignore, and except of an expectation) and of a baseline')
            break
        }
        'check;--fail-on' {
            [CompletionResult]::new('error', 'error', [CompletionResultType]::ParameterValue, 'Errors')
            [CompletionResult]::new('warning', 'warning', [CompletionResultType]::ParameterValue, 'Warnings and errors')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Every finding')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Nothing')
            break
        }
        'check;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'explain;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'explain;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'explain;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'list;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'list;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'list;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'tls-check;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'tls-check;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'tls-check;--clients' {
            [CompletionResult]::new('each', 'each', [CompletionResultType]::ParameterValue, 'One by one')
            break
        }
        'tls-check;--endpoints' {
            [CompletionResult]::new('each', 'each', [CompletionResultType]::ParameterValue, 'One by one')
            break
        }
        'tls-check;--sort' {
            [CompletionResult]::new('host', 'host', [CompletionResultType]::ParameterValue, 'By host and port')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'The worst first')
            break
        }
        'tls-check;--fail-on' {
            [CompletionResult]::new('conflict', 'conflict', [CompletionResultType]::ParameterValue, 'A connection that is refused')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Nothing')
            break
        }
        'tls-check;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'diff;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a comment on a pull request')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Annotations of GitHub')
            break
        }
        'diff;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a comment on a pull request')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Annotations of GitHub')
            break
        }
        'diff;--fail-on' {
            [CompletionResult]::new('weakened', 'weakened', [CompletionResultType]::ParameterValue, 'A port is weaker, or a connection loses encryption or identity')
            [CompletionResult]::new('broken', 'broken', [CompletionResultType]::ParameterValue, 'A connection that worked is refused, and something shows that it is made')
            [CompletionResult]::new('refused', 'refused', [CompletionResultType]::ParameterValue, 'A connection that worked is refused, whether or not anything shows that it is made')
            [CompletionResult]::new('any', 'any', [CompletionResultType]::ParameterValue, 'Anything')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Nothing')
            break
        }
        'diff;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'what-if;--mode' {
            [CompletionResult]::new('STRICT', 'STRICT', [CompletionResultType]::ParameterValue, 'Mutual TLS only')
            [CompletionResult]::new('PERMISSIVE', 'PERMISSIVE', [CompletionResultType]::ParameterValue, 'Plaintext and mutual TLS')
            [CompletionResult]::new('DISABLE', 'DISABLE', [CompletionResultType]::ParameterValue, 'Plaintext only')
            break
        }
        'what-if;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a comment on a pull request')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Annotations of GitHub')
            break
        }
        'what-if;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a comment on a pull request')
            [CompletionResult]::new('github', 'github', [CompletionResultType]::ParameterValue, 'Annotations of GitHub')
            break
        }
        'what-if;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'audit;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a page or an issue')
            [CompletionResult]::new('csv', 'csv', [CompletionResultType]::ParameterValue, 'A row for each open port')
            break
        }
        'audit;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'For a page or an issue')
            [CompletionResult]::new('csv', 'csv', [CompletionResultType]::ParameterValue, 'A row for each open port')
            break
        }
        'audit;--fail-on' {
            [CompletionResult]::new('expired', 'expired', [CompletionResultType]::ParameterValue, 'One whose `peerauth.dev/expires` is over')
            [CompletionResult]::new('undocumented', 'undocumented', [CompletionResultType]::ParameterValue, 'One without a reason, or without a day on which it ends')
            [CompletionResult]::new('any', 'any', [CompletionResultType]::ParameterValue, 'Anything that is open')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Nothing')
            break
        }
        'audit;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'graph;--only' {
            [CompletionResult]::new('mtls', 'mtls', [CompletionResultType]::ParameterValue, 'It is accepted, with the client''s identity')
            [CompletionResult]::new('plaintext', 'plaintext', [CompletionResultType]::ParameterValue, 'It is accepted, without any identity')
            [CompletionResult]::new('app-tls', 'app-tls', [CompletionResultType]::ParameterValue, 'TLS reaches the application')
            [CompletionResult]::new('unknown', 'unknown', [CompletionResultType]::ParameterValue, 'The manifests do not tell')
            [CompletionResult]::new('refused', 'refused', [CompletionResultType]::ParameterValue, 'It is refused')
            break
        }
        'graph;--collapse' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'If there would be too many nodes or edges')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'graph;--output' {
            [CompletionResult]::new('mermaid', 'mermaid', [CompletionResultType]::ParameterValue, 'A flowchart of Mermaid, as GitHub and GitLab show it')
            [CompletionResult]::new('dot', 'dot', [CompletionResultType]::ParameterValue, 'A digraph of Graphviz')
            [CompletionResult]::new('html', 'html', [CompletionResultType]::ParameterValue, 'One page that works offline')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            break
        }
        'graph;-o' {
            [CompletionResult]::new('mermaid', 'mermaid', [CompletionResultType]::ParameterValue, 'A flowchart of Mermaid, as GitHub and GitLab show it')
            [CompletionResult]::new('dot', 'dot', [CompletionResultType]::ParameterValue, 'A digraph of Graphviz')
            [CompletionResult]::new('html', 'html', [CompletionResultType]::ParameterValue, 'One page that works offline')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            break
        }
        'graph;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'migrate;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'A page')
            break
        }
        'migrate;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            [CompletionResult]::new('markdown', 'markdown', [CompletionResultType]::ParameterValue, 'A page')
            break
        }
        'migrate;--fail-on' {
            [CompletionResult]::new('open', 'open', [CompletionResultType]::ParameterValue, 'There is something to apply, or a port that cannot be STRICT')
            [CompletionResult]::new('blocked', 'blocked', [CompletionResultType]::ParameterValue, 'A port cannot be STRICT')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Nothing')
            break
        }
        'migrate;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'rules;rules' {
            [CompletionResult]::new('invalid-yaml', 'invalid-yaml', [CompletionResultType]::ParameterValue, 'Finds manifests that kubectl cannot read')
            [CompletionResult]::new('invalid-resource', 'invalid-resource', [CompletionResultType]::ParameterValue, 'Finds objects that the API server refuses, by the schema of their kind or by Istio''s validating webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of DNS can match, namespaces that are exported to twice')
            [CompletionResult]::new('unknown-field', 'unknown-field', [CompletionResultType]::ParameterValue, 'Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another kind or an older version, and ones that stand in the wrong place')
            [CompletionResult]::new('widened-selector', 'widened-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector is lost on the way: labels right under selector, matchExpressions (which Istio''s selectors do not know), a selector outside spec, or labels that are null')
            [CompletionResult]::new('duplicate-key', 'duplicate-key', [CompletionResultType]::ParameterValue, 'Finds keys that occur twice in one mapping')
            [CompletionResult]::new('removed-api', 'removed-api', [CompletionResultType]::ParameterValue, 'Finds objects of kinds that Istio removed in version 1.6: Policy and MeshPolicy of authentication.istio.io, and ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding of rbac.istio.io')
            [CompletionResult]::new('duplicate-object', 'duplicate-object', [CompletionResultType]::ParameterValue, 'Finds objects that are defined twice for one cluster: the same kind, namespace and name')
            [CompletionResult]::new('dropped-document', 'dropped-document', [CompletionResultType]::ParameterValue, 'Finds objects behind a line of three dots')
            [CompletionResult]::new('oversized-input', 'oversized-input', [CompletionResultType]::ParameterValue, 'Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or with aliases that repeat more than a million values')
            [CompletionResult]::new('non-string-label', 'non-string-label', [CompletionResultType]::ParameterValue, 'Finds labels, annotations and selectors whose value YAML makes a boolean or a number')
            [CompletionResult]::new('envoy-filter-not-modelled', 'envoy-filter-not-modelled', [CompletionResultType]::ParameterValue, 'Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar')
            [CompletionResult]::new('root-namespace-selector', 'root-namespace-selector', [CompletionResultType]::ParameterValue, 'Finds policies with a selector in the root namespace (usually istio-system)')
            [CompletionResult]::new('shadowed-policy', 'shadowed-policy', [CompletionResultType]::ParameterValue, 'Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or several whose selectors meet on one workload')
            [CompletionResult]::new('unmatched-selector', 'unmatched-selector', [CompletionResultType]::ParameterValue, 'Finds policies whose selector matches no workload although workloads of the namespace are given')
            [CompletionResult]::new('service-port-in-port-mtls', 'service-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls that are ports of a Service while the pods behind it listen on another port')
            [CompletionResult]::new('unknown-port-in-port-mtls', 'unknown-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds keys of portLevelMtls on which no selected workload is known to listen: no container declares the port and no Service leads to it')
            [CompletionResult]::new('uncaptured-port-in-port-mtls', 'uncaptured-port-in-port-mtls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelMtls for ports whose traffic never meets the sidecar: the proxy''s own ports (15008, 15020, 15021, 15090), those of excludeInboundPorts, those that includeInboundPorts leaves out, and every port under interception mode NONE')
            [CompletionResult]::new('policy-outside-mesh', 'policy-outside-mesh', [CompletionResultType]::ParameterValue, 'Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host''s network, or a namespace that is not injected')
            [CompletionResult]::new('policy-on-gateway', 'policy-on-gateway', [CompletionResultType]::ParameterValue, 'Finds policies that select nothing but gateways or waypoints')
            [CompletionResult]::new('misplaced-mesh-policy', 'misplaced-mesh-policy', [CompletionResultType]::ParameterValue, 'Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the root namespace: without selector in istio-system, or named default beside istiod or the gateways')
            [CompletionResult]::new('unset-mode', 'unset-mode', [CompletionResultType]::ParameterValue, 'Finds policies that set nothing: no mtls, an empty one, or mode UNSET, and no ports either')
            [CompletionResult]::new('strict-under-disabled-parent', 'strict-under-disabled-parent', [CompletionResultType]::ParameterValue, 'Finds STRICT for single workloads or ports in a namespace that is DISABLE as a whole, by its own policy or by that of the mesh')
            [CompletionResult]::new('redundant-policy', 'redundant-policy', [CompletionResultType]::ParameterValue, 'Finds policies that could be removed without any given workload noticing: every port keeps its mode, because the level above says the same')
            [CompletionResult]::new('revision-scoped-policy', 'revision-scoped-policy', [CompletionResultType]::ParameterValue, 'Finds policies with a label istio.io/rev that given workloads of another revision should follow and do not; and, where the setting revisions says what is installed, policies for a revision that is not')
            [CompletionResult]::new('ambient-disable', 'ambient-disable', [CompletionResultType]::ParameterValue, 'Finds DISABLE, at any level, that is the mode of ambient workloads')
            [CompletionResult]::new('ambient-ignored-port-exception', 'ambient-ignored-port-exception', [CompletionResultType]::ParameterValue, 'Finds policies of ambient workloads that leave their own mode unset, inherit STRICT, and list ports in mode DISABLE but none in mode PERMISSIVE')
            [CompletionResult]::new('ambient-unenforced-strict', 'ambient-unenforced-strict', [CompletionResultType]::ParameterValue, 'Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a STRICT which sidecars would enforce')
            [CompletionResult]::new('ambient-to-strict-sidecar', 'ambient-to-strict-sidecar', [CompletionResultType]::ParameterValue, 'Finds ambient workloads that are told to call a Service whose pods have sidecars in mode STRICT')
            [CompletionResult]::new('headless-ambient', 'headless-ambient', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead sidecars to ambient pods in mode STRICT')
            [CompletionResult]::new('ambient-blocked-hbone', 'ambient-blocked-hbone', [CompletionResultType]::ParameterValue, 'Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008')
            [CompletionResult]::new('ambient-ignored-destination-rule', 'ambient-ignored-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with tls whose given clients are all in ambient')
            [CompletionResult]::new('conflicting-data-plane', 'conflicting-data-plane', [CompletionResultType]::ParameterValue, 'Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once')
            [CompletionResult]::new('unknown-revision', 'unknown-revision', [CompletionResultType]::ParameterValue, 'Finds labels istio.io/rev on Namespaces and pods that name no installed revision and no tag')
            [CompletionResult]::new('ambient-empty-root-selector', 'ambient-empty-root-selector', [CompletionResultType]::ParameterValue, 'Finds policies in the root namespace with an empty selector that set another mode than the one that ambient workloads get without them')
            [CompletionResult]::new('plaintext-to-strict', 'plaintext-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only')
            [CompletionResult]::new('foreign-tls-to-strict', 'foreign-tls-to-strict', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port that accepts mTLS of the mesh only')
            [CompletionResult]::new('mtls-to-plaintext', 'mtls-to-plaintext', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose mode: ISTIO_MUTUAL also covers ports that take plaintext only: of workloads without a sidecar, in mode DISABLE, or left out of the sidecar''s redirection')
            [CompletionResult]::new('plain-tls-to-permissive-http', 'plain-tls-to-permissive-http', [CompletionResultType]::ParameterValue, 'Finds DestinationRules with mode: SIMPLE or mode: MUTUAL for a port in mode PERMISSIVE that is declared HTTP: by the port''s name, its appProtocol or the Sidecar resource')
            [CompletionResult]::new('auto-mtls-off', 'auto-mtls-off', [CompletionResultType]::ParameterValue, 'Finds enableAutoMtls: false in a mesh with STRICT ports towards which no DestinationRule says ISTIO_MUTUAL')
            [CompletionResult]::new('headless-exception', 'headless-exception', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, that lead to a port in mode DISABLE although the namespace is not')
            [CompletionResult]::new('headless-mixed-endpoints', 'headless-mixed-endpoints', [CompletionResultType]::ParameterValue, 'Finds headless Services, and DestinationRules with loadBalancer: {simple: PASSTHROUGH}, whose pods are partly without a sidecar while the others are STRICT')
            [CompletionResult]::new('uncaptured-service-port', 'uncaptured-service-port', [CompletionResultType]::ParameterValue, 'Finds Services that lead to a port which the pods keep from their sidecar: one of excludeInboundPorts, one that includeInboundPorts leaves out, or any port under interception mode NONE')
            [CompletionResult]::new('tls-mode-label', 'tls-mode-label', [CompletionResultType]::ParameterValue, 'Finds pods that say by the label security.istio.io/tlsMode what is not so: another value than istio on a pod with a sidecar and a STRICT port, or istio on a pod without a sidecar')
            [CompletionResult]::new('external-entry-for-mesh-host', 'external-entry-for-mesh-host', [CompletionResultType]::ParameterValue, 'Finds ServiceEntries of location MESH_EXTERNAL, which is also the default, that lead to STRICT pods of the mesh: by the name of a Service, by an endpoint with such a name, or by a workloadSelector')
            [CompletionResult]::new('workload-entry-without-identity', 'workload-entry-without-identity', [CompletionResultType]::ParameterValue, 'Finds WorkloadEntries and WorkloadGroups without a serviceAccount that a STRICT policy selects by their labels')
            [CompletionResult]::new('sidecar-ingress-tls-ignored', 'sidecar-ingress-tls-ignored', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose ingress listeners have a tls that istiod does not read')
            [CompletionResult]::new('server-first-permissive', 'server-first-permissive', [CompletionResultType]::ParameterValue, 'Finds PERMISSIVE ports of protocols in which the server speaks first (ports declared mysql, mongo or smtp, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it, or a given workload of the same namespace has no proxy')
            [CompletionResult]::new('sidecar-egress-hides-service', 'sidecar-egress-hides-service', [CompletionResultType]::ParameterValue, 'Finds Sidecar resources whose egress leaves out a STRICT service that workloads are told to call: its DNS name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('unmatched-host', 'unmatched-host', [CompletionResultType]::ParameterValue, 'Finds DestinationRules whose host is no Service: name.namespace and name.namespace.svc, which Istio takes literally; a short name, which means the rule''s own namespace, of a Service that lives in another one; a name under another cluster domain; and names that no given Service of the namespace has')
            [CompletionResult]::new('unreachable-destination-rule', 'unreachable-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that no client sees, in namespaces of which the configuration says that everything is given')
            [CompletionResult]::new('shadowed-destination-rule', 'shadowed-destination-rule', [CompletionResultType]::ParameterValue, 'Finds DestinationRules that lose to another one for some clients: to an older one of the same namespace for the same host, to a wildcard in the client''s namespace, to a rule that selects other workloads there, or to a more specific one that is not shown to the client')
            [CompletionResult]::new('target-port-in-port-settings', 'target-port-in-port-settings', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings that name a port on which only the pods listen')
            [CompletionResult]::new('port-settings-drop-tls', 'port-settings-drop-tls', [CompletionResultType]::ParameterValue, 'Finds entries of portLevelSettings without tls in a policy that sets tls, where that changes what clients send')
            [CompletionResult]::new('credential-name-without-selector', 'credential-name-without-selector', [CompletionResultType]::ParameterValue, 'Finds a credentialName in a DestinationRule without workloadSelector that sidecars of its own namespace follow, while no route of a gateway leads to the host')
            [CompletionResult]::new('wrong-subject-alt-name', 'wrong-subject-alt-name', [CompletionResultType]::ParameterValue, 'Finds subjectAltNames of an ISTIO_MUTUAL setting that name no service account of the workloads behind the host')
            [CompletionResult]::new('certificates-with-istio-mutual', 'certificates-with-istio-mutual', [CompletionResultType]::ParameterValue, 'Finds certificates that a DestinationRule names and no proxy reads, as the mode is ISTIO_MUTUAL or DISABLE; and MUTUAL with the files of the mesh''s own certificates towards a PERMISSIVE port, whose proxy recognises mTLS of the mesh by what ISTIO_MUTUAL alone announces')
            [CompletionResult]::new('webhook-to-strict', 'webhook-to-strict', [CompletionResultType]::ParameterValue, 'Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of the mesh only')
            [CompletionResult]::new('ingress-to-strict', 'ingress-to-strict', [CompletionResultType]::ParameterValue, 'Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only, where a controller other than Istio''s serves them')
            [CompletionResult]::new('load-balancer-to-strict', 'load-balancer-to-strict', [CompletionResultType]::ParameterValue, 'Finds Services of type LoadBalancer or NodePort that lead to a port of meshed pods which accepts mutual TLS of the mesh only')
            [CompletionResult]::new('scrape-to-strict', 'scrape-to-strict', [CompletionResultType]::ParameterValue, 'Finds ServiceMonitors, PodMonitors and prometheus.io/port annotations that make Prometheus scrape a port which accepts mTLS of the mesh only')
            [CompletionResult]::new('probe-to-strict', 'probe-to-strict', [CompletionResultType]::ParameterValue, 'Finds probes and hooks of pods with a sidecar that cannot work: those on a STRICT port where the rewriting of probes is switched off, and those on a named port that the container does not declare')
            [CompletionResult]::new('unmeshed-caller', 'unmeshed-caller', [CompletionResultType]::ParameterValue, 'Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service''s name stands in their environment, their arguments or a ConfigMap that they read')
            [CompletionResult]::new('undeclared-peer-port', 'undeclared-peer-port', [CompletionResultType]::ParameterValue, 'Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does not list, under STRICT')
            [CompletionResult]::new('plaintext-accepted', 'plaintext-accepted', [CompletionResultType]::ParameterValue, 'Finds policies that let plaintext in on ports of meshed workloads: PERMISSIVE and DISABLE')
            [CompletionResult]::new('no-mesh-policy', 'no-mesh-policy', [CompletionResultType]::ParameterValue, 'Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace are')
            [CompletionResult]::new('undocumented-exception', 'undocumented-exception', [CompletionResultType]::ParameterValue, 'Finds policies that make an exception from STRICT of a wider policy, or of their own mode, without the annotation peerauth.dev/reason')
            [CompletionResult]::new('expired-exception', 'expired-exception', [CompletionResultType]::ParameterValue, 'Finds policies whose annotation peerauth.dev/expires names a day that is over')
            [CompletionResult]::new('identity-policy-without-strict', 'identity-policy-without-strict', [CompletionResultType]::ParameterValue, 'Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in on a selected port: DENY for certain identities, and ALLOW for all but certain ones')
            [CompletionResult]::new('unmet-expectation', 'unmet-expectation', [CompletionResultType]::ParameterValue, 'Checks the modes that the config expects (expect) on the ports of workloads: what is in force is compared, whatever policies say')
            [CompletionResult]::new('unused-ignore', 'unused-ignore', [CompletionResultType]::ParameterValue, 'Finds suppressions that suppress nothing: comments, annotations, entries of the config (ignore, and except of an expectation) and of a baseline')
            break
        }
        'rules;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'rules;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'rules;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'config;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'config;--output' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'config;-o' {
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'For people')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'JSON')
            [CompletionResult]::new('yaml', 'yaml', [CompletionResultType]::ParameterValue, 'The same as YAML')
            break
        }
        'config;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'schema;schema' {
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, '`.peerauth.yaml`')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'What `check -o json` writes')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'What `list -o json` writes')
            [CompletionResult]::new('tls-check', 'tls-check', [CompletionResultType]::ParameterValue, 'What `tls-check -o json` writes')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'What `explain -o json` writes')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What `diff -o json` writes')
            [CompletionResult]::new('what-if', 'what-if', [CompletionResultType]::ParameterValue, 'What `what-if -o json` writes')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'What `audit -o json` writes')
            [CompletionResult]::new('graph', 'graph', [CompletionResultType]::ParameterValue, 'What `graph -o json` writes')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'What `migrate -o json` writes')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'What `rules -o json` writes')
            [CompletionResult]::new('config-show', 'config-show', [CompletionResultType]::ParameterValue, 'What `config show -o json` writes')
            [CompletionResult]::new('baseline', 'baseline', [CompletionResultType]::ParameterValue, 'What `check --write-baseline` writes')
            break
        }
        'schema;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'completions;completions' {
            [CompletionResult]::new('bash', 'bash', [CompletionResultType]::ParameterValue, 'bash')
            [CompletionResult]::new('elvish', 'elvish', [CompletionResultType]::ParameterValue, 'elvish')
            [CompletionResult]::new('fish', 'fish', [CompletionResultType]::ParameterValue, 'fish')
            [CompletionResult]::new('powershell', 'powershell', [CompletionResultType]::ParameterValue, 'powershell')
            [CompletionResult]::new('zsh', 'zsh', [CompletionResultType]::ParameterValue, 'zsh')
            break
        }
        'completions;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
        'man;man' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'check')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'explain')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'list')
            [CompletionResult]::new('tls-check', 'tls-check', [CompletionResultType]::ParameterValue, 'tls-check')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'diff')
            [CompletionResult]::new('what-if', 'what-if', [CompletionResultType]::ParameterValue, 'what-if')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'audit')
            [CompletionResult]::new('graph', 'graph', [CompletionResultType]::ParameterValue, 'graph')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'migrate')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'rules')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'config')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'schema')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'completions')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'man')
            break
        }
        'man;--color' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'On a terminal, unless `NO_COLOR` is set')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'Always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'Never')
            break
        }
    })
    if ($values.Count -gt 0 -and -not $wordToComplete.StartsWith('-')) {
        $completions = $values
    }

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
