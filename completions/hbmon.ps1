
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'hbmon' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

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
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch in the terminal; without one, print changes as lines')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Try every monitor once until it is settled, report, and tell by the exit code')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Check URLs without a config')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until everything is healthy (0) or time is up (1), for example behind a deployment')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Watch without a screen, take heartbeats in and tell by HTTP how things stand')
            [CompletionResult]::new('health', 'health', [CompletionResultType]::ParameterValue, 'Ask a running `serve` whether it is well')
            [CompletionResult]::new('beat', 'beat', [CompletionResultType]::ParameterValue, 'Send a heartbeat, again and again, or on both sides of a command')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read a config and tell what is wrong with it')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a config to start from; with URLs, one that watches them')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the monitors of a config, without watching them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain the code of a config error')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the config, or its reference')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all pages to a folder')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Watch a scripted story told by servers inside hbmon: no config, no network')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'hbmon;watch' {
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What an empty selection is')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From which status on the run has failed')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'What the exit code says; bare is the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--theme', '--theme', [CompletionResultType]::ParameterName, 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]')
            [CompletionResult]::new('--fps', '--fps', [CompletionResultType]::ParameterName, 'Pictures a second at most, 1 to 30')
            [CompletionResult]::new('--headless', '--headless', [CompletionResultType]::ParameterName, 'Print lines instead of drawing the screen')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--calm', '--calm', [CompletionResultType]::ParameterName, 'Nothing moves on its own')
            [CompletionResult]::new('--mouse', '--mouse', [CompletionResultType]::ParameterName, 'The mouse selects and scrolls; the terminal''s own selection needs shift then')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;check' {
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What an empty selection is')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Report what is known after this time')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many attempts may run at once; fewer where `ulimit -n` is low')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Go on from the run before: failures, status and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('--remind', '--remind', [CompletionResultType]::ParameterName, 'Tell trouble again that stands for so long since it was told last')
            [CompletionResult]::new('--overlap', '--overlap', [CompletionResultType]::ParameterName, 'What to do while another run with the same state goes on')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From which status on the run has failed')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'What the exit code says; bare is the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--only-changes', '--only-changes', [CompletionResultType]::ParameterName, 'Silent while nothing changes, one block for a mail when something does; keeps a state')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;probe' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'How many heartbeats to take of each; one that fails or is missed counts too')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'How many heartbeats to take of each; one that fails or is missed counts too')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Time between polls, or the interval that a subscription promises')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'Time between polls, or the interval that a subscription promises')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Report what is known after this time')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many attempts may run at once; fewer where `ulimit -n` is low')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From which status on the run has failed')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'What the exit code says; bare is the table below')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;wait' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this time')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'For how long without a break everything has to be healthy')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What an empty selection is')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From which status on a monitor is waited for')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'What the exit code says; bare is the table below')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;serve' {
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What an empty selection is')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Keep last heartbeats and statuses over restarts [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Also write this: ndjson for events, human for lines; with a path, or to stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Also write this: ndjson for events, human for lines; with a path, or to stdout')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How the log on stderr is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'hbmon;health' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Where it listens [default: `listen` of the config, else http://127.0.0.1:9747]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait for its answer')
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
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The config that knows TARGET by its name [default: the usual one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The config that knows TARGET by its name [default: the usual one]')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Repeat it this often, until a signal')
            [CompletionResult]::new('--min-interval', '--min-interval', [CompletionResultType]::ParameterName, 'Never send two heartbeats closer than this, however late one was')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bearer token')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header more; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header more; repeatable')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'What to send, as JSON, `@FILE` or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'Give a heartbeat up after this time, retries included [default: 60s; 10s once a COMMAND has ended]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;validate' {
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
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long to listen to a subscription for the time between its heartbeats')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite a file that is there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;list' {
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name')
            [CompletionResult]::new('--if-empty', '--if-empty', [CompletionResultType]::ParameterName, 'What an empty selection is')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Only the names, one a line')
            [CompletionResult]::new('--tags', '--tags', [CompletionResultType]::ParameterName, 'Only the tags that occur, one a line')
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
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'How many times faster than told the story runs, from 0.1 to 20')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Another seed, other latencies')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--glyphs', '--glyphs', [CompletionResultType]::ParameterName, 'Which characters to draw with')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write diagnostics to this file')
            [CompletionResult]::new('--theme', '--theme', [CompletionResultType]::ParameterName, 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]')
            [CompletionResult]::new('--fps', '--fps', [CompletionResultType]::ParameterName, 'Pictures a second at most, 1 to 30')
            [CompletionResult]::new('--headless', '--headless', [CompletionResultType]::ParameterName, 'Print lines instead of drawing the screen')
            [CompletionResult]::new('--print-config', '--print-config', [CompletionResultType]::ParameterName, 'Print the config that the demo watches, and end')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress, and no report for people unless something is wrong')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'More detail; twice for diagnostics on stderr')
            [CompletionResult]::new('--calm', '--calm', [CompletionResultType]::ParameterName, 'Nothing moves on its own')
            [CompletionResult]::new('--mouse', '--mouse', [CompletionResultType]::ParameterName, 'The mouse selects and scrolls; the terminal''s own selection needs shift then')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'hbmon;help' {
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch in the terminal; without one, print changes as lines')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Try every monitor once until it is settled, report, and tell by the exit code')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Check URLs without a config')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until everything is healthy (0) or time is up (1), for example behind a deployment')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Watch without a screen, take heartbeats in and tell by HTTP how things stand')
            [CompletionResult]::new('health', 'health', [CompletionResultType]::ParameterValue, 'Ask a running `serve` whether it is well')
            [CompletionResult]::new('beat', 'beat', [CompletionResultType]::ParameterValue, 'Send a heartbeat, again and again, or on both sides of a command')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read a config and tell what is wrong with it')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a config to start from; with URLs, one that watches them')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the monitors of a config, without watching them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain the code of a config error')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the config, or its reference')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all pages to a folder')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Watch a scripted story told by servers inside hbmon: no config, no network')
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
