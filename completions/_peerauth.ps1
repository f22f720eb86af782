
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

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
