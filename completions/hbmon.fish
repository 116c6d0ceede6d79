# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_hbmon_global_optspecs
    string join \n h/help V/version
end

function __fish_hbmon_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_hbmon_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_hbmon_using_subcommand
    set -l cmd (__fish_hbmon_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c hbmon -n "__fish_hbmon_needs_command" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_needs_command" -s V -l version -d 'Print version'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "watch" -d 'Watch in the terminal, this config or running agents; without one, print changes as lines'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "check" -d 'Probe every monitor until it is settled, report, and set the exit code'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "probe" -d 'Check URLs without a config'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "wait" -d 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "serve" -d 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "health" -d 'Ask a running `serve` whether it is healthy'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "beat" -d 'Send a heartbeat once or repeatedly, or report the start and the end of a command'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "history" -d 'Show what changed in the last 24 hours, or any time: when, for how long, why'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "incidents" -d 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "ack" -d 'Say that you take care of an incident: no reminders, no escalation'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "silence" -d 'Silence the alerts of monitors for a time; list silences, or end one'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "alerts" -d 'Test the channels of a config, preview what they are told, or list what they were told'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "report" -d 'Report how available monitors were: for a month, a week, any time'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "export" -d 'Write the history as CSV or NDJSON, for other programs'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "state" -d 'Show where the history is kept; check, copy or prune it'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "validate" -d 'Check a config for errors'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "init" -d 'Write a first config; with URLs, a config that watches them'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "list" -d 'List the monitors of a config, without watching them'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "explain" -d 'Explain the code of a config error, or the reason of a failure'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "schema" -d 'Print the JSON Schema of the config, or its reference'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "man" -d 'Print the manual page, or write all pages to a folder'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "demo" -d 'Watch scripted servers inside hbmon: no config, no network'
complete -c hbmon -n "__fish_hbmon_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l shard -d 'Only the K-th of N shards; the name of a monitor decides its shard' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l if-empty -d 'What to do when the filter matches no monitor' -r -f -a "fail\t'fail with exit code 4'
ok\t'write an empty report, exit code 0'"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l for -d 'End after this time' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s o -l output -d 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l by -d 'How to group the monitors of a report [default: `junit` by kind, others not at all]' -r -f -a "kind\t'their kind: http, websocket, …'
group\t'their `group`'"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l fail-on -d 'Lowest status that makes the run fail' -r -f -a "warning\t''
error\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l exit-code -d 'Which exit codes to use; without a MODE, the table below' -r -f -a "table\t'0 well, 1 not, 2 usage, 3 no verdict, 4 nothing selected'
simple\t'0, or 1 for everything else'
nagios\t'0 ok, 1 warning, 2 error, 3 anything else'
none\t'0 whenever the report is complete'"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l state -d 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l theme -d 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config\'s, else auto]' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l fps -d 'Maximum number of frames per second, 1 to 30' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l headless -d 'Print lines instead of drawing the screen'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s q -l quiet -d 'No progress, and no report for people unless something is wrong'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l no-state -d 'Keep no history, and start from nothing'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l no-alerts -d 'Send no alerts: `alerts` of the config is left out'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l calm -d 'No animations'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l mouse -d 'Select and scroll with the mouse; hold shift for the terminal\'s own selection'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l bell -d 'Ring the terminal\'s bell when a monitor goes into error'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -l notify -d 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9'
complete -c hbmon -n "__fish_hbmon_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l shard -d 'Only the K-th of N shards; the name of a monitor decides its shard' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l if-empty -d 'What to do when the filter matches no monitor' -r -f -a "fail\t'fail with exit code 4'
ok\t'write an empty report, exit code 0'"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l deadline -d 'Report what is known after this time' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l concurrency -d 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l retries -d 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s o -l output -d 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l by -d 'How to group the monitors of a report [default: `junit` by kind, others not at all]' -r -f -a "kind\t'their kind: http, websocket, …'
group\t'their `group`'"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l fail-on -d 'Lowest status that makes the run fail' -r -f -a "warning\t''
error\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l exit-code -d 'Which exit codes to use; without a MODE, the table below' -r -f -a "table\t'0 well, 1 not, 2 usage, 3 no verdict, 4 nothing selected'
simple\t'0, or 1 for everything else'
nagios\t'0 ok, 1 warning, 2 error, 3 anything else'
none\t'0 whenever the report is complete'"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l state -d 'Continue from the previous run: failures, statuses and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l remind -d 'Repeat an alert for a problem that persists, at most once per this duration' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l overlap -d 'What to do while another run uses the same state' -r -f -a "skip\t'exit with 75 and no message, unless another user holds the lock'
wait\t'wait for it, at most for --deadline'
fail\t'exit with 75 and a message'"
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l timeout -d 'Time limit of one attempt; a config has its own [default: 10s]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s H -l header -d 'Add a header; repeatable' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s X -l request -d 'Method of the request [default: GET; POST with --data]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s d -l data -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l cert -d 'Certificate of the client' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l key -d 'Private key of --cert' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l bearer -d 'A bearer token, or `@FILE`: other users can read arguments' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s L -l redirects -d 'Maximum number of redirects to follow, 0 to 50 [default: 5]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l expect-status -d 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l expect-json -d 'A filter that the body or message must match: `@.ok == true`' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l expect-body -d 'A regular expression that the body or message must match' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l match -d 'A filter for the messages that are heartbeats (WebSocket, SSE)' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s q -l quiet -d 'No progress, and no report for people unless something is wrong'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l only-changes -d 'Print only changes, as one block of text for a mail; keeps a state'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l alert -d 'Tell the channels of `alerts` in the config what has changed; keeps a state'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -l no-alerts -d 'Send no alerts, as without `--alert`'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s k -l insecure -d 'Accept any certificate'
complete -c hbmon -n "__fish_hbmon_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s n -l count -d 'Number of heartbeats from each URL; failed and missed ones count too' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s i -l interval -d 'Time between polls, or the expected interval of a subscription' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l timeout -d 'Time limit of one attempt [default: 10s]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l deadline -d 'Report what is known after this time' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l concurrency -d 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l retries -d 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s o -l output -d 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l by -d 'How to group the monitors of a report [default: `junit` by kind, others not at all]' -r -f -a "kind\t'their kind: http, websocket, …'
group\t'their `group`'"
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l fail-on -d 'Lowest status that makes the run fail' -r -f -a "warning\t''
error\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l exit-code -d 'Which exit codes to use; without a MODE, the table below' -r -f -a "table\t'0 well, 1 not, 2 usage, 3 no verdict, 4 nothing selected'
simple\t'0, or 1 for everything else'
nagios\t'0 ok, 1 warning, 2 error, 3 anything else'
none\t'0 whenever the report is complete'"
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s H -l header -d 'Add a header; repeatable' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s X -l request -d 'Method of the request [default: GET; POST with --data]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s d -l data -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l cert -d 'Certificate of the client' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l key -d 'Private key of --cert' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l bearer -d 'A bearer token, or `@FILE`: other users can read arguments' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s L -l redirects -d 'Maximum number of redirects to follow, 0 to 50 [default: 5]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l expect-status -d 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l expect-json -d 'A filter that the body or message must match: `@.ok == true`' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l expect-body -d 'A regular expression that the body or message must match' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -l match -d 'A filter for the messages that are heartbeats (WebSocket, SSE)' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s q -l quiet -d 'No progress, and no report for people unless something is wrong'
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s k -l insecure -d 'Accept any certificate'
complete -c hbmon -n "__fish_hbmon_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l timeout -d 'Give up after this time' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l stable -d 'How long every monitor must stay healthy' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l shard -d 'Only the K-th of N shards; the name of a monitor decides its shard' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l if-empty -d 'What to do when the filter matches no monitor' -r -f -a "fail\t'fail with exit code 4'
ok\t'write an empty report, exit code 0'"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l fail-on -d 'Lowest status to wait for; better monitors count as healthy' -r -f -a "warning\t''
error\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l exit-code -d 'Which exit codes to use; without a MODE, the table below' -r -f -a "table\t'0 well, 1 not, 2 usage, 3 no verdict, 4 nothing selected'
simple\t'0, or 1 for everything else'
nagios\t'0 ok, 1 warning, 2 error, 3 anything else'
none\t'0 whenever the report is complete'"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s o -l output -d 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l by -d 'How to group the monitors of a report [default: `junit` by kind, others not at all]' -r -f -a "kind\t'their kind: http, websocket, …'
group\t'their `group`'"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s H -l header -d 'Add a header; repeatable' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s X -l request -d 'Method of the request [default: GET; POST with --data]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s d -l data -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l cert -d 'Certificate of the client' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l key -d 'Private key of --cert' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l bearer -d 'A bearer token, or `@FILE`: other users can read arguments' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s L -l redirects -d 'Maximum number of redirects to follow, 0 to 50 [default: 5]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l expect-status -d 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l expect-json -d 'A filter that the body or message must match: `@.ok == true`' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l expect-body -d 'A regular expression that the body or message must match' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -l match -d 'A filter for the messages that are heartbeats (WebSocket, SSE)' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s q -l quiet -d 'No progress, and no report for people unless something is wrong'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s k -l insecure -d 'Accept any certificate'
complete -c hbmon -n "__fish_hbmon_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l shard -d 'Only the K-th of N shards; the name of a monitor decides its shard' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l if-empty -d 'What to do when the filter matches no monitor' -r -f -a "fail\t'fail with exit code 4'
ok\t'write an empty report, exit code 0'"
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l listen -d 'Listen on this address instead of `listen` of the config; port 0 selects a free port' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l token-file -d 'Read the bearer token from this file, instead of `token` of the config' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l read-token-file -d 'Read the bearer token that may only read from this file, instead of `read_token` of the config' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l state -d 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -s o -l output -d 'Also write this: ndjson for events, human for lines; with a path, or to stdout' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l log-format -d 'How the log on stderr is written' -r -f -a "text\t'a line for people'
json\t'one JSON object per line'"
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l no-state -d 'Keep no history, and start from nothing'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -l no-alerts -d 'Send no alerts: `alerts` of the config is left out'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l url -d 'Its URL [default: `listen` of the config, else http://127.0.0.1:9747]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s [default for an address of the config: any certificate]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l timeout -d 'How long to wait for the response' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand health" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l every -d 'Repeat the heartbeat at this interval, until a signal' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l min-interval -d 'Minimum time between two heartbeats, even after a late one' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l token -d 'The bearer token' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -s H -l header -d 'Add a header; repeatable' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l data -d 'What to send: JSON, `@FILE`, or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -l deadline -d 'Give up a heartbeat after this time, retries included [default: 60s; 10s once a COMMAND has ended]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -s v -l verbose -d 'Show the request and the response'
complete -c hbmon -n "__fish_hbmon_using_subcommand beat" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l since -d 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l until -d 'Until just before this time [default: now]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -s o -l output -d 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l all -d 'Also monitors that are no longer in the config'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -l utc -d 'Read and show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand history" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l since -d 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l until -d 'Until just before this time [default: now]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -s o -l output -d 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l open -d 'Only those that last'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l all -d 'Also monitors that are no longer in the config'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -l utc -d 'Read and show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -a "show" -d 'Show one incident: its course, its notes, who was told'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and not __fish_seen_subcommand_from show note" -a "note" -d 'Add a note to an incident'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print it' -r -f -a "human\t'for people'
plain\t'one line each, tab-separated'
json\t'one JSON object'
ndjson\t'one JSON object per line'
csv\t'comma-separated values (RFC 4180) with a header'"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -l utc -d 'Show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand incidents; and __fish_seen_subcommand_from note" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l for -d 'How long, at most 30 days: 30m, 2h, 1d [default: until the incident ends or gets worse]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l reason -d 'Becomes a note of the incident' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l by -d 'Who takes care [default: the user]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l url -d 'Ask the agent at this http(s)://HOST:PORT instead of its history' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -s o -l output -d 'How to print the incident' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -l undo -d 'Take the acknowledgement back'
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and not __fish_seen_subcommand_from add list end" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and not __fish_seen_subcommand_from add list end" -f -a "add" -d 'Silence monitors from now on'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and not __fish_seen_subcommand_from add list end" -f -a "list" -d 'List the silences in force'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and not __fish_seen_subcommand_from add list end" -f -a "end" -d 'End a silence before its time'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l for -d 'How long, at most 30 days: 30m, 2h, 1d' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l reason -d 'Why' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l by -d 'Who wants it [default: the user]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l url -d 'Ask the agent at this http(s)://HOST:PORT instead of its history' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -s o -l output -d 'How to print it' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l url -d 'Ask the agent at this http(s)://HOST:PORT instead of its history' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the list' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -l utc -d 'Show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l url -d 'Ask the agent at this http(s)://HOST:PORT instead of its history' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand silence; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and not __fish_seen_subcommand_from test preview list" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and not __fish_seen_subcommand_from test preview list" -f -a "test" -d 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and not __fish_seen_subcommand_from test preview list" -f -a "preview" -d 'Show who would be told of a monitor, when, and what exactly; sends nothing'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and not __fish_seen_subcommand_from test preview list" -f -a "list" -d 'List the channels, and what is held, waiting, told and failed'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -s o -l output -d 'How to print the answers' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -l status -d 'The status that the monitor would have' -r -f -a "warning\t''
error\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -s o -l output -d 'How to print it' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l url -d 'Ask the agent at this http(s)://HOST:PORT instead of its history' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l token -d 'The bearer token of the agents; `--token-file` keeps it out of the list of processes' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l token-file -d 'A file with the bearer token of the agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s, for https agents' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the list' -r -f -a "human\t'for people'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -l utc -d 'Show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand alerts; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l last -d 'The last days or hours, such as 7d or 12h [default: 30d]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l month -d 'A month: `2026-10`, or `last`' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l week -d 'A week, from Monday on: `2026-W40` (ISO 8601), or `last`' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l since -d 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l until -d 'Until just before this time [default: now]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l slo -d 'The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l by -d 'What the rows stand for' -r -f -a "monitor\t'one monitor each'
group\t'their `group`; monitors without one together'
tag\t'one of their `tags` each; a monitor with several is in several rows'"
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -s o -l output -d 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l all -d 'Also monitors that are no longer in the config'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l utc -d 'Read and show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -l compare -d 'Also show the span of the same length before'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l step -d 'The length of the intervals of `numbers`' -r -f -a "5m\t'five minutes, kept for 48 hours unless the config says otherwise'
1h\t'an hour, kept for 35 days'
1d\t'a day (UTC), kept for 3 years'"
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l since -d 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l until -d 'Until just before this time [default: now]' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -s o -l output -d 'The format, and the file instead of stdout: csv, ndjson' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l all -d 'Also monitors that are no longer in the config'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -l utc -d 'Read and show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -s o -l output -d 'How to print it' -r -f -a "human\t'for people'
plain\t'one line each, tab-separated'
json\t'one JSON object'
ndjson\t'one JSON object per line'
csv\t'comma-separated values (RFC 4180) with a header'"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -l utc -d 'Show times in UTC instead of local time'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -a "check" -d 'Check the whole file: 0 if it is sound, 1 if it is damaged'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -a "copy" -d 'Write a consistent copy, also while hbmon runs'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and not __fish_seen_subcommand_from check copy prune" -a "prune" -d 'Delete what is older than it is kept (`history.keep` of the config)'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -l state -d 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand state; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -l error-format -d 'How errors and warnings are written' -r -f -a "full\t'with the lines of the config and a caret'
short\t'file:line:column: error: one line each'
json\t'one JSON object per line: code, severity, file, line, column, message, help'
github\t'annotations of GitHub Actions'"
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -l strict -d 'A warning counts as an error: exit code 2'
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l path -d 'The file to write, `-` for stdout' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l for -d 'How long to listen to a subscription to learn its interval' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -l force -d 'Overwrite an existing file'
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand init" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -s c -l config -d 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -s F -l filter -d 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l shard -d 'Only the K-th of N shards; the name of a monitor decides its shard' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l if-empty -d 'What to do when the filter matches no monitor' -r -f -a "fail\t'fail with exit code 4'
ok\t'write an empty report, exit code 0'"
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -s o -l output -d 'How to print the list' -r -f -a "human\t'a table for people'
plain\t'one line per monitor, tab-separated: name, kind, group, tags, target'
json\t'one JSON object'"
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l names -d 'Only the names, one per line'
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -l tags -d 'Only the tags in use, one per line'
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand explain" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand schema" -l format -d 'What to print' -r -f -a "json\t'JSON Schema (2020-12), for editors and validators'
markdown\t'a reference of every key, for people'"
complete -c hbmon -n "__fish_hbmon_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand completions" -l candidates -d 'For the scripts: print what can replace this word' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand completions" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand man" -s h -l help -d 'Print help'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l for -d 'End after this time' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l speed -d 'Speed of the story, from 0.1 to 20' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l seed -d 'Seed of the random latencies' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -s o -l output -d 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l by -d 'How to group the monitors of a report [default: `junit` by kind, others not at all]' -r -f -a "kind\t'their kind: http, websocket, …'
group\t'their `group`'"
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l glyphs -d 'Which characters to draw with' -r -f -a "auto\t''
unicode\t''
ascii\t''"
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l log-file -d 'Write diagnostics to this file' -r -F
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l theme -d 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config\'s, else auto]' -x -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l fps -d 'Maximum number of frames per second, 1 to 30' -r
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l headless -d 'Print lines instead of drawing the screen'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l print-config -d 'Print the config of the demo and exit'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -s q -l quiet -d 'No progress, and no report for people unless something is wrong'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -s v -l verbose -d 'More detail; twice for diagnostics on stderr'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l calm -d 'No animations'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l mouse -d 'Select and scroll with the mouse; hold shift for the terminal\'s own selection'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l bell -d 'Ring the terminal\'s bell when a monitor goes into error'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -l notify -d 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9'
complete -c hbmon -n "__fish_hbmon_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "watch" -d 'Watch in the terminal, this config or running agents; without one, print changes as lines'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "check" -d 'Probe every monitor until it is settled, report, and set the exit code'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "probe" -d 'Check URLs without a config'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "wait" -d 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "serve" -d 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "health" -d 'Ask a running `serve` whether it is healthy'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "beat" -d 'Send a heartbeat once or repeatedly, or report the start and the end of a command'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "history" -d 'Show what changed in the last 24 hours, or any time: when, for how long, why'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "incidents" -d 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "ack" -d 'Say that you take care of an incident: no reminders, no escalation'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "silence" -d 'Silence the alerts of monitors for a time; list silences, or end one'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "alerts" -d 'Test the channels of a config, preview what they are told, or list what they were told'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "report" -d 'Report how available monitors were: for a month, a week, any time'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "export" -d 'Write the history as CSV or NDJSON, for other programs'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "state" -d 'Show where the history is kept; check, copy or prune it'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "validate" -d 'Check a config for errors'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "init" -d 'Write a first config; with URLs, a config that watches them'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "list" -d 'List the monitors of a config, without watching them'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "explain" -d 'Explain the code of a config error, or the reason of a failure'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "schema" -d 'Print the JSON Schema of the config, or its reference'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "completions" -d 'Print the completions for a shell'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "man" -d 'Print the manual page, or write all pages to a folder'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "demo" -d 'Watch scripted servers inside hbmon: no config, no network'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and not __fish_seen_subcommand_from watch check probe wait serve health beat history incidents ack silence alerts report export state validate init list explain schema completions man demo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from incidents" -f -a "show" -d 'Show one incident: its course, its notes, who was told'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from incidents" -f -a "note" -d 'Add a note to an incident'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "add" -d 'Silence monitors from now on'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "list" -d 'List the silences in force'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "end" -d 'End a silence before its time'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "test" -d 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "preview" -d 'Show who would be told of a monitor, when, and what exactly; sends nothing'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "list" -d 'List the channels, and what is held, waiting, told and failed'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from state" -f -a "check" -d 'Check the whole file: 0 if it is sound, 1 if it is damaged'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from state" -f -a "copy" -d 'Write a consistent copy, also while hbmon runs'
complete -c hbmon -n "__fish_hbmon_using_subcommand help; and __fish_seen_subcommand_from state" -f -a "prune" -d 'Delete what is older than it is kept (`history.keep` of the config)'

# Values of options and first arguments come from hbmon.
function __hbmon_values
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # fish completes the part behind the equals sign.
    if string match -qr -- '^--[a-z-]+=' $current
        set words $words (string replace -r -- '=.*' '' $current)
        set current (string replace -r -- '^--[a-z-]+=' '' $current)
    end
    if string match -qr -- '^[a-z]+=' $current; and contains -- $words[-1] -o --output
        set -l format (string match -r -- '^[a-z]+=' $current)
        __fish_complete_path (string replace -- $format '' $current) | string replace -r '^' $format
        return
    end
    $words[1] completions --candidates=$current -- $words 2>/dev/null
end
complete -c hbmon -n "__fish_hbmon_using_subcommand beat explain" -f -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand history incidents" -a '(__hbmon_values)'
