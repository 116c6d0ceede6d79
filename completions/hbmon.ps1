
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'hbmon' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # Values of options and first arguments come from hbmon, everything else from the script below.
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $values = @(& hbmon completions "--candidates=$wordToComplete" '--' @words 2>$null)
    if ($values.Count -gt 0) {
        return $values |
            Where-Object { $_.StartsWith($wordToComplete) } |
            ForEach-Object { [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }
    }

    $commandElements = $commandAst.CommandElements
    $command = @(
        'hbmon'
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
        'hbmon' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch in the terminal, this config or running agents; without one, print changes as lines')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Probe every monitor until it is settled, report, and set the exit code')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Check URLs without a config')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP')
            [CompletionResult]::new('health', 'health', [CompletionResultType]::ParameterValue, 'Ask a running `serve` whether it is healthy')
            [CompletionResult]::new('beat', 'beat', [CompletionResultType]::ParameterValue, 'Send a heartbeat once or repeatedly, or report the start and the end of a command')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show what changed in the last 24 hours, or any time: when, for how long, why')
            [CompletionResult]::new('incidents', 'incidents', [CompletionResultType]::ParameterValue, 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it')
            [CompletionResult]::new('ack', 'ack', [CompletionResultType]::ParameterValue, 'Say that you take care of an incident: no reminders, no escalation')
            [CompletionResult]::new('silence', 'silence', [CompletionResultType]::ParameterValue, 'Silence the alerts of monitors for a time; list silences, or end one')
            [CompletionResult]::new('alerts', 'alerts', [CompletionResultType]::ParameterValue, 'Test the channels of a config, preview what they are told, or list what they were told')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Report how available monitors were: for a month, a week, any time')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the history as CSV or NDJSON, for other programs')
            [CompletionResult]::new('state', 'state', [CompletionResultType]::ParameterValue, 'Show where the history is kept; check, copy or prune it')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check a config for errors')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first config; with URLs, a config that watches them')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the monitors of a config, without watching them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain the code of a config error, or the reason of a failure')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the config, or its reference')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all pages to a folder')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Watch scripted servers inside hbmon: no config, no network')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'hbmon;watch' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N shards; the name of a monitor decides its shard')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What to do when the filter matches no monitor')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'How to group the monitors of a report [default: `junit` by kind, others not at all]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest status that makes the run fail')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Which exit codes to use; without a MODE, the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--theme', '--theme', [CompletionResultType]::ParameterName, 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]')
            [CompletionResult]::new('--fps', '--fps', [CompletionResultType]::ParameterName, 'Maximum number of frames per second, 1 to 30')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('--headless', '--headless', [CompletionResultType]::ParameterName, 'Print lines instead of drawing the screen')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--no-state', '--no-state', [CompletionResultType]::ParameterName, 'Keep no history, and start from nothing')
            [CompletionResult]::new('--no-alerts', '--no-alerts', [CompletionResultType]::ParameterName, 'Send no alerts: `alerts` of the config is left out')
            [CompletionResult]::new('--calm', '--calm', [CompletionResultType]::ParameterName, 'No animations')
            [CompletionResult]::new('--mouse', '--mouse', [CompletionResultType]::ParameterName, 'Select and scroll with the mouse; hold shift for the terminal''s own selection')
            [CompletionResult]::new('--bell', '--bell', [CompletionResultType]::ParameterName, 'Ring the terminal''s bell when a monitor goes into error')
            [CompletionResult]::new('--notify', '--notify', [CompletionResultType]::ParameterName, 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;check' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N shards; the name of a monitor decides its shard')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What to do when the filter matches no monitor')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Report what is known after this time')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'How to group the monitors of a report [default: `junit` by kind, others not at all]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest status that makes the run fail')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Which exit codes to use; without a MODE, the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Continue from the previous run: failures, statuses and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--remind', '--remind', [CompletionResultType]::ParameterName, 'Repeat an alert for a problem that persists, at most once per this duration')
            [CompletionResult]::new('--overlap', '--overlap', [CompletionResultType]::ParameterName, 'What to do while another run uses the same state')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of one attempt; a config has its own [default: 10s]')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Certificate of the client')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of --cert')
            [CompletionResult]::new('--bearer', '--bearer', [CompletionResultType]::ParameterName, 'A bearer token, or `@FILE`: other users can read arguments')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--redirects', '--redirects', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--expect-status', '--expect-status', [CompletionResultType]::ParameterName, 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]')
            [CompletionResult]::new('--expect-json', '--expect-json', [CompletionResultType]::ParameterName, 'A filter that the body or message must match: `@.ok == true`')
            [CompletionResult]::new('--expect-body', '--expect-body', [CompletionResultType]::ParameterName, 'A regular expression that the body or message must match')
            [CompletionResult]::new('--match', '--match', [CompletionResultType]::ParameterName, 'A filter for the messages that are heartbeats (WebSocket, SSE)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--only-changes', '--only-changes', [CompletionResultType]::ParameterName, 'Print only changes, as one block of text for a mail; keeps a state')
            [CompletionResult]::new('--alert', '--alert', [CompletionResultType]::ParameterName, 'Tell the channels of `alerts` in the config what has changed; keeps a state')
            [CompletionResult]::new('--no-alerts', '--no-alerts', [CompletionResultType]::ParameterName, 'Send no alerts, as without `--alert`')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;probe' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Number of heartbeats from each URL; failed and missed ones count too')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of heartbeats from each URL; failed and missed ones count too')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Time between polls, or the expected interval of a subscription')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'Time between polls, or the expected interval of a subscription')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit of one attempt [default: 10s]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Report what is known after this time')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'How to group the monitors of a report [default: `junit` by kind, others not at all]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest status that makes the run fail')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Which exit codes to use; without a MODE, the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Certificate of the client')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of --cert')
            [CompletionResult]::new('--bearer', '--bearer', [CompletionResultType]::ParameterName, 'A bearer token, or `@FILE`: other users can read arguments')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--redirects', '--redirects', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--expect-status', '--expect-status', [CompletionResultType]::ParameterName, 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]')
            [CompletionResult]::new('--expect-json', '--expect-json', [CompletionResultType]::ParameterName, 'A filter that the body or message must match: `@.ok == true`')
            [CompletionResult]::new('--expect-body', '--expect-body', [CompletionResultType]::ParameterName, 'A regular expression that the body or message must match')
            [CompletionResult]::new('--match', '--match', [CompletionResultType]::ParameterName, 'A filter for the messages that are heartbeats (WebSocket, SSE)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;wait' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this time')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'How long every monitor must stay healthy')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N shards; the name of a monitor decides its shard')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What to do when the filter matches no monitor')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest status to wait for; better monitors count as healthy')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Which exit codes to use; without a MODE, the table below')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'How to group the monitors of a report [default: `junit` by kind, others not at all]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Method of the request [default: GET; POST with --data]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Certificate of the client')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of --cert')
            [CompletionResult]::new('--bearer', '--bearer', [CompletionResultType]::ParameterName, 'A bearer token, or `@FILE`: other users can read arguments')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--redirects', '--redirects', [CompletionResultType]::ParameterName, 'Maximum number of redirects to follow, 0 to 50 [default: 5]')
            [CompletionResult]::new('--expect-status', '--expect-status', [CompletionResultType]::ParameterName, 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]')
            [CompletionResult]::new('--expect-json', '--expect-json', [CompletionResultType]::ParameterName, 'A filter that the body or message must match: `@.ok == true`')
            [CompletionResult]::new('--expect-body', '--expect-body', [CompletionResultType]::ParameterName, 'A regular expression that the body or message must match')
            [CompletionResult]::new('--match', '--match', [CompletionResultType]::ParameterName, 'A filter for the messages that are heartbeats (WebSocket, SSE)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;serve' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N shards; the name of a monitor decides its shard')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What to do when the filter matches no monitor')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Listen on this address instead of `listen` of the config; port 0 selects a free port')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'Read the bearer token from this file, instead of `token` of the config')
            [CompletionResult]::new('--read-token-file', '--read-token-file', [CompletionResultType]::ParameterName, 'Read the bearer token that may only read from this file, instead of `read_token` of the config')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Also write this: ndjson for events, human for lines; with a path, or to stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Also write this: ndjson for events, human for lines; with a path, or to stdout')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How the log on stderr is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--no-state', '--no-state', [CompletionResultType]::ParameterName, 'Keep no history, and start from nothing')
            [CompletionResult]::new('--no-alerts', '--no-alerts', [CompletionResultType]::ParameterName, 'Send no alerts: `alerts` of the config is left out')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;health' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Its URL [default: `listen` of the config, else http://127.0.0.1:9747]')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s [default for an address of the config: any certificate]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for the response')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;beat' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Repeat the heartbeat at this interval, until a signal')
            [CompletionResult]::new('--min-interval', '--min-interval', [CompletionResultType]::ParameterName, 'Minimum time between two heartbeats, even after a late one')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add a header; repeatable')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'What to send: JSON, `@FILE`, or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Give up a heartbeat after this time, retries included [default: 60s; 10s once a COMMAND has ended]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show the request and the response')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show the request and the response')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;history' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until just before this time [default: now]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also monitors that are no longer in the config')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Read and show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;incidents' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until just before this time [default: now]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Only those that last')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also monitors that are no longer in the config')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Read and show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one incident: its course, its notes, who was told')
            [CompletionResult]::new('note', 'note', [CompletionResultType]::ParameterValue, 'Add a note to an incident')
            break
        }
        'hbmon;incidents;show' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;incidents;note' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;ack' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long, at most 30 days: 30m, 2h, 1d [default: until the incident ends or gets worse]')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Becomes a note of the incident')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Who takes care [default: the user]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask the agent at this http(s)://HOST:PORT instead of its history')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the incident')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the incident')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Take the acknowledgement back')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;silence' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Silence monitors from now on')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the silences in force')
            [CompletionResult]::new('end', 'end', [CompletionResultType]::ParameterValue, 'End a silence before its time')
            break
        }
        'hbmon;silence;add' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long, at most 30 days: 30m, 2h, 1d')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Who wants it [default: the user]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask the agent at this http(s)://HOST:PORT instead of its history')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;silence;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask the agent at this http(s)://HOST:PORT instead of its history')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;silence;end' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask the agent at this http(s)://HOST:PORT instead of its history')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;alerts' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Show who would be told of a monitor, when, and what exactly; sends nothing')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the channels, and what is held, waiting, told and failed')
            break
        }
        'hbmon;alerts;test' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the answers')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the answers')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;alerts;preview' {
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'The status that the monitor would have')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;alerts;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask the agent at this http(s)://HOST:PORT instead of its history')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token of the agents; `--token-file` keeps it out of the list of processes')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'A file with the bearer token of the agents')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s, for https agents')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;report' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'The last days or hours, such as 7d or 12h [default: 30d]')
            [CompletionResult]::new('--month', '--month', [CompletionResultType]::ParameterName, 'A month: `2026-10`, or `last`')
            [CompletionResult]::new('--week', '--week', [CompletionResultType]::ParameterName, 'A week, from Monday on: `2026-W40` (ISO 8601), or `last`')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until just before this time [default: now]')
            [CompletionResult]::new('--slo', '--slo', [CompletionResultType]::ParameterName, 'The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What the rows stand for')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also monitors that are no longer in the config')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Read and show times in UTC instead of local time')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Also show the span of the same length before')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;export' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'The length of the intervals of `numbers`')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until just before this time [default: now]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The format, and the file instead of stdout: csv, ndjson')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format, and the file instead of stdout: csv, ndjson')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also monitors that are no longer in the config')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Read and show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;state' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Show times in UTC instead of local time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the whole file: 0 if it is sound, 1 if it is damaged')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Write a consistent copy, also while hbmon runs')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete what is older than it is kept (`history.keep` of the config)')
            break
        }
        'hbmon;state;check' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;state;copy' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;state;prune' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;validate' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How errors and warnings are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A warning counts as an error: exit code 2')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;init' {
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'The file to write, `-` for stdout')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long to listen to a subscription to learn its interval')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite an existing file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N shards; the name of a monitor decides its shard')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What to do when the filter matches no monitor')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Only the names, one per line')
            [CompletionResult]::new('--tags', '--tags', [CompletionResultType]::ParameterName, 'Only the tags in use, one per line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;explain' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;schema' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to print')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;completions' {
            [CompletionResult]::new('--candidates', '--candidates', [CompletionResultType]::ParameterName, 'For the scripts: print what can replace this word')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;demo' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Speed of the story, from 0.1 to 20')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the random latencies')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'How to group the monitors of a report [default: `junit` by kind, others not at all]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--theme', '--theme', [CompletionResultType]::ParameterName, 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]')
            [CompletionResult]::new('--fps', '--fps', [CompletionResultType]::ParameterName, 'Maximum number of frames per second, 1 to 30')
            [CompletionResult]::new('--headless', '--headless', [CompletionResultType]::ParameterName, 'Print lines instead of drawing the screen')
            [CompletionResult]::new('--print-config', '--print-config', [CompletionResultType]::ParameterName, 'Print the config of the demo and exit')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--calm', '--calm', [CompletionResultType]::ParameterName, 'No animations')
            [CompletionResult]::new('--mouse', '--mouse', [CompletionResultType]::ParameterName, 'Select and scroll with the mouse; hold shift for the terminal''s own selection')
            [CompletionResult]::new('--bell', '--bell', [CompletionResultType]::ParameterName, 'Ring the terminal''s bell when a monitor goes into error')
            [CompletionResult]::new('--notify', '--notify', [CompletionResultType]::ParameterName, 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;help' {
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch in the terminal, this config or running agents; without one, print changes as lines')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Probe every monitor until it is settled, report, and set the exit code')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Check URLs without a config')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP')
            [CompletionResult]::new('health', 'health', [CompletionResultType]::ParameterValue, 'Ask a running `serve` whether it is healthy')
            [CompletionResult]::new('beat', 'beat', [CompletionResultType]::ParameterValue, 'Send a heartbeat once or repeatedly, or report the start and the end of a command')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show what changed in the last 24 hours, or any time: when, for how long, why')
            [CompletionResult]::new('incidents', 'incidents', [CompletionResultType]::ParameterValue, 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it')
            [CompletionResult]::new('ack', 'ack', [CompletionResultType]::ParameterValue, 'Say that you take care of an incident: no reminders, no escalation')
            [CompletionResult]::new('silence', 'silence', [CompletionResultType]::ParameterValue, 'Silence the alerts of monitors for a time; list silences, or end one')
            [CompletionResult]::new('alerts', 'alerts', [CompletionResultType]::ParameterValue, 'Test the channels of a config, preview what they are told, or list what they were told')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Report how available monitors were: for a month, a week, any time')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the history as CSV or NDJSON, for other programs')
            [CompletionResult]::new('state', 'state', [CompletionResultType]::ParameterValue, 'Show where the history is kept; check, copy or prune it')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check a config for errors')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first config; with URLs, a config that watches them')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the monitors of a config, without watching them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain the code of a config error, or the reason of a failure')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the config, or its reference')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all pages to a folder')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Watch scripted servers inside hbmon: no config, no network')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'hbmon;help;watch' {
            break
        }
        'hbmon;help;check' {
            break
        }
        'hbmon;help;probe' {
            break
        }
        'hbmon;help;wait' {
            break
        }
        'hbmon;help;serve' {
            break
        }
        'hbmon;help;health' {
            break
        }
        'hbmon;help;beat' {
            break
        }
        'hbmon;help;history' {
            break
        }
        'hbmon;help;incidents' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one incident: its course, its notes, who was told')
            [CompletionResult]::new('note', 'note', [CompletionResultType]::ParameterValue, 'Add a note to an incident')
            break
        }
        'hbmon;help;incidents;show' {
            break
        }
        'hbmon;help;incidents;note' {
            break
        }
        'hbmon;help;ack' {
            break
        }
        'hbmon;help;silence' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Silence monitors from now on')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the silences in force')
            [CompletionResult]::new('end', 'end', [CompletionResultType]::ParameterValue, 'End a silence before its time')
            break
        }
        'hbmon;help;silence;add' {
            break
        }
        'hbmon;help;silence;list' {
            break
        }
        'hbmon;help;silence;end' {
            break
        }
        'hbmon;help;alerts' {
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted')
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Show who would be told of a monitor, when, and what exactly; sends nothing')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the channels, and what is held, waiting, told and failed')
            break
        }
        'hbmon;help;alerts;test' {
            break
        }
        'hbmon;help;alerts;preview' {
            break
        }
        'hbmon;help;alerts;list' {
            break
        }
        'hbmon;help;report' {
            break
        }
        'hbmon;help;export' {
            break
        }
        'hbmon;help;state' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the whole file: 0 if it is sound, 1 if it is damaged')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Write a consistent copy, also while hbmon runs')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete what is older than it is kept (`history.keep` of the config)')
            break
        }
        'hbmon;help;state;check' {
            break
        }
        'hbmon;help;state;copy' {
            break
        }
        'hbmon;help;state;prune' {
            break
        }
        'hbmon;help;validate' {
            break
        }
        'hbmon;help;init' {
            break
        }
        'hbmon;help;list' {
            break
        }
        'hbmon;help;explain' {
            break
        }
        'hbmon;help;schema' {
            break
        }
        'hbmon;help;completions' {
            break
        }
        'hbmon;help;man' {
            break
        }
        'hbmon;help;demo' {
            break
        }
        'hbmon;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
