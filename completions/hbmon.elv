
use builtin;
use str;

set edit:completion:arg-completer[hbmon] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'hbmon'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'hbmon'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand watch 'Watch in the terminal, this config or running agents; without one, print changes as lines'
            cand check 'Probe every monitor until it is settled, report, and set the exit code'
            cand probe 'Check URLs without a config'
            cand wait 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment'
            cand serve 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP'
            cand health 'Ask a running `serve` whether it is healthy'
            cand beat 'Send a heartbeat once or repeatedly, or report the start and the end of a command'
            cand history 'Show what changed in the last 24 hours, or any time: when, for how long, why'
            cand incidents 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it'
            cand ack 'Say that you take care of an incident: no reminders, no escalation'
            cand silence 'Silence the alerts of monitors for a time; list silences, or end one'
            cand alerts 'Test the channels of a config, preview what they are told, or list what they were told'
            cand report 'Report how available monitors were: for a month, a week, any time'
            cand export 'Write the history as CSV or NDJSON, for other programs'
            cand state 'Show where the history is kept; check, copy or prune it'
            cand validate 'Check a config for errors'
            cand init 'Write a first config; with URLs, a config that watches them'
            cand list 'List the monitors of a config, without watching them'
            cand explain 'Explain the code of a config error, or the reason of a failure'
            cand schema 'Print the JSON Schema of the config, or its reference'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page, or write all pages to a folder'
            cand demo 'Watch scripted servers inside hbmon: no config, no network'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'hbmon;watch'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N shards; the name of a monitor decides its shard'
            cand --if-empty 'What to do when the filter matches no monitor'
            cand --for 'End after this time'
            cand -o 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --by 'How to group the monitors of a report [default: `junit` by kind, others not at all]'
            cand --fail-on 'Lowest status that makes the run fail'
            cand --exit-code 'Which exit codes to use; without a MODE, the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --state 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --theme 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]'
            cand --fps 'Maximum number of frames per second, 1 to 30'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand --headless 'Print lines instead of drawing the screen'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand --no-state 'Keep no history, and start from nothing'
            cand --no-alerts 'Send no alerts: `alerts` of the config is left out'
            cand --calm 'No animations'
            cand --mouse 'Select and scroll with the mouse; hold shift for the terminal''s own selection'
            cand --bell 'Ring the terminal''s bell when a monitor goes into error'
            cand --notify 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;check'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N shards; the name of a monitor decides its shard'
            cand --if-empty 'What to do when the filter matches no monitor'
            cand --deadline 'Report what is known after this time'
            cand --concurrency 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low'
            cand --retries 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]'
            cand -o 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --by 'How to group the monitors of a report [default: `junit` by kind, others not at all]'
            cand --fail-on 'Lowest status that makes the run fail'
            cand --exit-code 'Which exit codes to use; without a MODE, the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --state 'Continue from the previous run: failures, statuses and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --remind 'Repeat an alert for a problem that persists, at most once per this duration'
            cand --overlap 'What to do while another run uses the same state'
            cand --timeout 'Time limit of one attempt; a config has its own [default: 10s]'
            cand -H 'Add a header; repeatable'
            cand --header 'Add a header; repeatable'
            cand -X 'Method of the request [default: GET; POST with --data]'
            cand --request 'Method of the request [default: GET; POST with --data]'
            cand -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --data 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand --cert 'Certificate of the client'
            cand --key 'Private key of --cert'
            cand --bearer 'A bearer token, or `@FILE`: other users can read arguments'
            cand -L 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --redirects 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --expect-status 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]'
            cand --expect-json 'A filter that the body or message must match: `@.ok == true`'
            cand --expect-body 'A regular expression that the body or message must match'
            cand --match 'A filter for the messages that are heartbeats (WebSocket, SSE)'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand --only-changes 'Print only changes, as one block of text for a mail; keeps a state'
            cand --alert 'Tell the channels of `alerts` in the config what has changed; keeps a state'
            cand --no-alerts 'Send no alerts, as without `--alert`'
            cand -k 'Accept any certificate'
            cand --insecure 'Accept any certificate'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;probe'= {
            cand -n 'Number of heartbeats from each URL; failed and missed ones count too'
            cand --count 'Number of heartbeats from each URL; failed and missed ones count too'
            cand -i 'Time between polls, or the expected interval of a subscription'
            cand --interval 'Time between polls, or the expected interval of a subscription'
            cand --timeout 'Time limit of one attempt [default: 10s]'
            cand --deadline 'Report what is known after this time'
            cand --concurrency 'Maximum number of attempts at the same time; fewer if `ulimit -n` is low'
            cand --retries 'Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]'
            cand -o 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --by 'How to group the monitors of a report [default: `junit` by kind, others not at all]'
            cand --fail-on 'Lowest status that makes the run fail'
            cand --exit-code 'Which exit codes to use; without a MODE, the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -H 'Add a header; repeatable'
            cand --header 'Add a header; repeatable'
            cand -X 'Method of the request [default: GET; POST with --data]'
            cand --request 'Method of the request [default: GET; POST with --data]'
            cand -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --data 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand --cert 'Certificate of the client'
            cand --key 'Private key of --cert'
            cand --bearer 'A bearer token, or `@FILE`: other users can read arguments'
            cand -L 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --redirects 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --expect-status 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]'
            cand --expect-json 'A filter that the body or message must match: `@.ok == true`'
            cand --expect-body 'A regular expression that the body or message must match'
            cand --match 'A filter for the messages that are heartbeats (WebSocket, SSE)'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -k 'Accept any certificate'
            cand --insecure 'Accept any certificate'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;wait'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --timeout 'Give up after this time'
            cand --stable 'How long every monitor must stay healthy'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N shards; the name of a monitor decides its shard'
            cand --if-empty 'What to do when the filter matches no monitor'
            cand --fail-on 'Lowest status to wait for; better monitors count as healthy'
            cand --exit-code 'Which exit codes to use; without a MODE, the table below'
            cand -o 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --by 'How to group the monitors of a report [default: `junit` by kind, others not at all]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -H 'Add a header; repeatable'
            cand --header 'Add a header; repeatable'
            cand -X 'Method of the request [default: GET; POST with --data]'
            cand --request 'Method of the request [default: GET; POST with --data]'
            cand -d 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --data 'Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand --cert 'Certificate of the client'
            cand --key 'Private key of --cert'
            cand --bearer 'A bearer token, or `@FILE`: other users can read arguments'
            cand -L 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --redirects 'Maximum number of redirects to follow, 0 to 50 [default: 5]'
            cand --expect-status 'Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]'
            cand --expect-json 'A filter that the body or message must match: `@.ok == true`'
            cand --expect-body 'A regular expression that the body or message must match'
            cand --match 'A filter for the messages that are heartbeats (WebSocket, SSE)'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -k 'Accept any certificate'
            cand --insecure 'Accept any certificate'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;serve'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N shards; the name of a monitor decides its shard'
            cand --if-empty 'What to do when the filter matches no monitor'
            cand --listen 'Listen on this address instead of `listen` of the config; port 0 selects a free port'
            cand --token-file 'Read the bearer token from this file, instead of `token` of the config'
            cand --read-token-file 'Read the bearer token that may only read from this file, instead of `read_token` of the config'
            cand --state 'Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -o 'Also write this: ndjson for events, human for lines; with a path, or to stdout'
            cand --output 'Also write this: ndjson for events, human for lines; with a path, or to stdout'
            cand --log-format 'How the log on stderr is written'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --no-state 'Keep no history, and start from nothing'
            cand --no-alerts 'Send no alerts: `alerts` of the config is left out'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;health'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --url 'Its URL [default: `listen` of the config, else http://127.0.0.1:9747]'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s [default for an address of the config: any certificate]'
            cand --timeout 'How long to wait for the response'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;beat'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --every 'Repeat the heartbeat at this interval, until a signal'
            cand --min-interval 'Minimum time between two heartbeats, even after a late one'
            cand --token 'The bearer token'
            cand -H 'Add a header; repeatable'
            cand --header 'Add a header; repeatable'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand --data 'What to send: JSON, `@FILE`, or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]'
            cand --deadline 'Give up a heartbeat after this time, retries included [default: 60s; 10s once a COMMAND has ended]'
            cand -v 'Show the request and the response'
            cand --verbose 'Show the request and the response'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;history'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --since 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339'
            cand --until 'Until just before this time [default: now]'
            cand -o 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv'
            cand --output 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --all 'Also monitors that are no longer in the config'
            cand --utc 'Read and show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;incidents'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --since 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339'
            cand --until 'Until just before this time [default: now]'
            cand -o 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv'
            cand --output 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --open 'Only those that last'
            cand --all 'Also monitors that are no longer in the config'
            cand --utc 'Read and show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
            cand show 'Show one incident: its course, its notes, who was told'
            cand note 'Add a note to an incident'
        }
        &'hbmon;incidents;show'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -o 'How to print it'
            cand --output 'How to print it'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --utc 'Show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;incidents;note'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;ack'= {
            cand --for 'How long, at most 30 days: 30m, 2h, 1d [default: until the incident ends or gets worse]'
            cand --reason 'Becomes a note of the incident'
            cand --by 'Who takes care [default: the user]'
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --url 'Ask the agent at this http(s)://HOST:PORT instead of its history'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand -o 'How to print the incident'
            cand --output 'How to print the incident'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --undo 'Take the acknowledgement back'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;silence'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand add 'Silence monitors from now on'
            cand list 'List the silences in force'
            cand end 'End a silence before its time'
        }
        &'hbmon;silence;add'= {
            cand --for 'How long, at most 30 days: 30m, 2h, 1d'
            cand --reason 'Why'
            cand --by 'Who wants it [default: the user]'
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --url 'Ask the agent at this http(s)://HOST:PORT instead of its history'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand -o 'How to print it'
            cand --output 'How to print it'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;silence;list'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --url 'Ask the agent at this http(s)://HOST:PORT instead of its history'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand -o 'How to print the list'
            cand --output 'How to print the list'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --utc 'Show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;silence;end'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --url 'Ask the agent at this http(s)://HOST:PORT instead of its history'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;alerts'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand test 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted'
            cand preview 'Show who would be told of a monitor, when, and what exactly; sends nothing'
            cand list 'List the channels, and what is held, waiting, told and failed'
        }
        &'hbmon;alerts;test'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -o 'How to print the answers'
            cand --output 'How to print the answers'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;alerts;preview'= {
            cand --status 'The status that the monitor would have'
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -o 'How to print it'
            cand --output 'How to print it'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;alerts;list'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --url 'Ask the agent at this http(s)://HOST:PORT instead of its history'
            cand --token 'The bearer token of the agents; `--token-file` keeps it out of the list of processes'
            cand --token-file 'A file with the bearer token of the agents'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s, for https agents'
            cand -o 'How to print the list'
            cand --output 'How to print the list'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --utc 'Show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;report'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --last 'The last days or hours, such as 7d or 12h [default: 30d]'
            cand --month 'A month: `2026-10`, or `last`'
            cand --week 'A week, from Monday on: `2026-W40` (ISO 8601), or `last`'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --since 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339'
            cand --until 'Until just before this time [default: now]'
            cand --slo 'The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config'
            cand --by 'What the rows stand for'
            cand -o 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html'
            cand --output 'Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --all 'Also monitors that are no longer in the config'
            cand --utc 'Read and show times in UTC instead of local time'
            cand --compare 'Also show the span of the same length before'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;export'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --step 'The length of the intervals of `numbers`'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --since 'From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339'
            cand --until 'Until just before this time [default: now]'
            cand -o 'The format, and the file instead of stdout: csv, ndjson'
            cand --output 'The format, and the file instead of stdout: csv, ndjson'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --all 'Also monitors that are no longer in the config'
            cand --utc 'Read and show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;state'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -o 'How to print it'
            cand --output 'How to print it'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --utc 'Show times in UTC instead of local time'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Check the whole file: 0 if it is sound, 1 if it is damaged'
            cand copy 'Write a consistent copy, also while hbmon runs'
            cand prune 'Delete what is older than it is kept (`history.keep` of the config)'
        }
        &'hbmon;state;check'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;state;copy'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;state;prune'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --state 'The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;validate'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --error-format 'How errors and warnings are written'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --strict 'A warning counts as an error: exit code 2'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;init'= {
            cand --path 'The file to write, `-` for stdout'
            cand --for 'How long to listen to a subscription to learn its interval'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --force 'Overwrite an existing file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;list'= {
            cand -c 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand --config 'The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N shards; the name of a monitor decides its shard'
            cand --if-empty 'What to do when the filter matches no monitor'
            cand -o 'How to print the list'
            cand --output 'How to print the list'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --names 'Only the names, one per line'
            cand --tags 'Only the tags in use, one per line'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;explain'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;schema'= {
            cand --format 'What to print'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;completions'= {
            cand --candidates 'For the scripts: print what can replace this word'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;demo'= {
            cand --for 'End after this time'
            cand --speed 'Speed of the story, from 0.1 to 20'
            cand --seed 'Seed of the random latencies'
            cand -o 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --by 'How to group the monitors of a report [default: `junit` by kind, others not at all]'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --theme 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]'
            cand --fps 'Maximum number of frames per second, 1 to 30'
            cand --headless 'Print lines instead of drawing the screen'
            cand --print-config 'Print the config of the demo and exit'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand --calm 'No animations'
            cand --mouse 'Select and scroll with the mouse; hold shift for the terminal''s own selection'
            cand --bell 'Ring the terminal''s bell when a monitor goes into error'
            cand --notify 'Show a desktop notification when a monitor goes into error, in terminals with OSC 9'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;help'= {
            cand watch 'Watch in the terminal, this config or running agents; without one, print changes as lines'
            cand check 'Probe every monitor until it is settled, report, and set the exit code'
            cand probe 'Check URLs without a config'
            cand wait 'Wait until every monitor is healthy (0) or time is up (1), for example after a deployment'
            cand serve 'Watch without a screen: receive heartbeats, and serve status and metrics over HTTP'
            cand health 'Ask a running `serve` whether it is healthy'
            cand beat 'Send a heartbeat once or repeatedly, or report the start and the end of a command'
            cand history 'Show what changed in the last 24 hours, or any time: when, for how long, why'
            cand incidents 'List what went wrong in the last 30 days, or any time; show an incident, or add a note to it'
            cand ack 'Say that you take care of an incident: no reminders, no escalation'
            cand silence 'Silence the alerts of monitors for a time; list silences, or end one'
            cand alerts 'Test the channels of a config, preview what they are told, or list what they were told'
            cand report 'Report how available monitors were: for a month, a week, any time'
            cand export 'Write the history as CSV or NDJSON, for other programs'
            cand state 'Show where the history is kept; check, copy or prune it'
            cand validate 'Check a config for errors'
            cand init 'Write a first config; with URLs, a config that watches them'
            cand list 'List the monitors of a config, without watching them'
            cand explain 'Explain the code of a config error, or the reason of a failure'
            cand schema 'Print the JSON Schema of the config, or its reference'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page, or write all pages to a folder'
            cand demo 'Watch scripted servers inside hbmon: no config, no network'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'hbmon;help;watch'= {
        }
        &'hbmon;help;check'= {
        }
        &'hbmon;help;probe'= {
        }
        &'hbmon;help;wait'= {
        }
        &'hbmon;help;serve'= {
        }
        &'hbmon;help;health'= {
        }
        &'hbmon;help;beat'= {
        }
        &'hbmon;help;history'= {
        }
        &'hbmon;help;incidents'= {
            cand show 'Show one incident: its course, its notes, who was told'
            cand note 'Add a note to an incident'
        }
        &'hbmon;help;incidents;show'= {
        }
        &'hbmon;help;incidents;note'= {
        }
        &'hbmon;help;ack'= {
        }
        &'hbmon;help;silence'= {
            cand add 'Silence monitors from now on'
            cand list 'List the silences in force'
            cand end 'End a silence before its time'
        }
        &'hbmon;help;silence;add'= {
        }
        &'hbmon;help;silence;list'= {
        }
        &'hbmon;help;silence;end'= {
        }
        &'hbmon;help;alerts'= {
            cand test 'Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted'
            cand preview 'Show who would be told of a monitor, when, and what exactly; sends nothing'
            cand list 'List the channels, and what is held, waiting, told and failed'
        }
        &'hbmon;help;alerts;test'= {
        }
        &'hbmon;help;alerts;preview'= {
        }
        &'hbmon;help;alerts;list'= {
        }
        &'hbmon;help;report'= {
        }
        &'hbmon;help;export'= {
        }
        &'hbmon;help;state'= {
            cand check 'Check the whole file: 0 if it is sound, 1 if it is damaged'
            cand copy 'Write a consistent copy, also while hbmon runs'
            cand prune 'Delete what is older than it is kept (`history.keep` of the config)'
        }
        &'hbmon;help;state;check'= {
        }
        &'hbmon;help;state;copy'= {
        }
        &'hbmon;help;state;prune'= {
        }
        &'hbmon;help;validate'= {
        }
        &'hbmon;help;init'= {
        }
        &'hbmon;help;list'= {
        }
        &'hbmon;help;explain'= {
        }
        &'hbmon;help;schema'= {
        }
        &'hbmon;help;completions'= {
        }
        &'hbmon;help;man'= {
        }
        &'hbmon;help;demo'= {
        }
        &'hbmon;help;help'= {
        }
    ]
    $completions[$command]
}

# Values of options and first arguments come from hbmon, everything else from the script above.
var hbmon-options = $edit:completion:arg-completer[hbmon]
set edit:completion:arg-completer[hbmon] = {|@words|
    var values = []
    try {
        set values = [(e:hbmon completions '--candidates='$words[-1] -- (all $words[..-1]) 2>/dev/null | from-lines)]
    } catch e {
        nop
    }
    if (eq $values []) {
        $hbmon-options $@words
    } else {
        all $values
    }
}
