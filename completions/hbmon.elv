
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
            cand watch 'Watch in the terminal; without one, print changes as lines'
            cand check 'Try every monitor once until it is settled, report, and tell by the exit code'
            cand probe 'Check URLs without a config'
            cand wait 'Wait until everything is healthy (0) or time is up (1), for example behind a deployment'
            cand serve 'Watch without a screen, take heartbeats in and tell by HTTP how things stand'
            cand health 'Ask a running `serve` whether it is well'
            cand beat 'Send a heartbeat, again and again, or on both sides of a command'
            cand validate 'Read a config and tell what is wrong with it'
            cand init 'Write a config to start from; with URLs, one that watches them'
            cand list 'List the monitors of a config, without watching them'
            cand explain 'Explain the code of a config error'
            cand schema 'Print the JSON Schema of the config, or its reference'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page, or write all pages to a folder'
            cand demo 'Watch a scripted story told by servers inside hbmon: no config, no network'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'hbmon;watch'= {
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name'
            cand --if-empty 'What an empty selection is'
            cand --for 'End after this time'
            cand -o 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --fail-on 'From which status on the run has failed'
            cand --exit-code 'What the exit code says; bare is the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --theme 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]'
            cand --fps 'Pictures a second at most, 1 to 30'
            cand --headless 'Print lines instead of drawing the screen'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand --calm 'Nothing moves on its own'
            cand --mouse 'The mouse selects and scrolls; the terminal''s own selection needs shift then'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;check'= {
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name'
            cand --if-empty 'What an empty selection is'
            cand --deadline 'Report what is known after this time'
            cand --concurrency 'How many attempts may run at once; fewer where `ulimit -n` is low'
            cand --retries 'Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]'
            cand --state 'Go on from the run before: failures, status and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand --remind 'Tell trouble again that stands for so long since it was told last'
            cand --overlap 'What to do while another run with the same state goes on'
            cand -o 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --fail-on 'From which status on the run has failed'
            cand --exit-code 'What the exit code says; bare is the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --only-changes 'Silent while nothing changes, one block for a mail when something does; keeps a state'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;probe'= {
            cand -n 'How many heartbeats to take of each; one that fails or is missed counts too'
            cand --count 'How many heartbeats to take of each; one that fails or is missed counts too'
            cand -i 'Time between polls, or the interval that a subscription promises'
            cand --interval 'Time between polls, or the interval that a subscription promises'
            cand --deadline 'Report what is known after this time'
            cand --concurrency 'How many attempts may run at once; fewer where `ulimit -n` is low'
            cand --retries 'Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]'
            cand -o 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --fail-on 'From which status on the run has failed'
            cand --exit-code 'What the exit code says; bare is the table below'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;wait'= {
            cand --timeout 'Give up after this time'
            cand --stable 'For how long without a break everything has to be healthy'
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name'
            cand --if-empty 'What an empty selection is'
            cand --fail-on 'From which status on a monitor is waited for'
            cand --exit-code 'What the exit code says; bare is the table below'
            cand -o 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;serve'= {
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name'
            cand --if-empty 'What an empty selection is'
            cand --state 'Keep last heartbeats and statuses over restarts [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]'
            cand -o 'Also write this: ndjson for events, human for lines; with a path, or to stdout'
            cand --output 'Also write this: ndjson for events, human for lines; with a path, or to stdout'
            cand --log-format 'How the log on stderr is written'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'hbmon;health'= {
            cand --url 'Where it listens [default: `listen` of the config, else http://127.0.0.1:9747]'
            cand --timeout 'How long to wait for its answer'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;beat'= {
            cand -c 'The config that knows TARGET by its name [default: the usual one]'
            cand --config 'The config that knows TARGET by its name [default: the usual one]'
            cand --every 'Repeat it this often, until a signal'
            cand --min-interval 'Never send two heartbeats closer than this, however late one was'
            cand --token 'The bearer token'
            cand -H 'A header more; repeatable'
            cand --header 'A header more; repeatable'
            cand --data 'What to send, as JSON, `@FILE` or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]'
            cand --deadline 'Give a heartbeat up after this time, retries included [default: 60s; 10s once a COMMAND has ended]'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;validate'= {
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
            cand --for 'How long to listen to a subscription for the time between its heartbeats'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --force 'Overwrite a file that is there'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;list'= {
            cand -F 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --filter 'Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or'
            cand --shard 'Only the K-th of N parts of them: each monitor is in exactly one, decided by its name'
            cand --if-empty 'What an empty selection is'
            cand -o 'How to print the list'
            cand --output 'How to print the list'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --names 'Only the names, one a line'
            cand --tags 'Only the tags that occur, one a line'
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
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;demo'= {
            cand --for 'End after this time'
            cand --speed 'How many times faster than told the story runs, from 0.1 to 20'
            cand --seed 'Another seed, other latencies'
            cand -o 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --output 'Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom'
            cand --color 'When to use colour'
            cand --glyphs 'Which characters to draw with'
            cand --log-file 'Write diagnostics to this file'
            cand --theme 'Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config''s, else auto]'
            cand --fps 'Pictures a second at most, 1 to 30'
            cand --headless 'Print lines instead of drawing the screen'
            cand --print-config 'Print the config that the demo watches, and end'
            cand -q 'No progress, and no report for people unless something is wrong'
            cand --quiet 'No progress, and no report for people unless something is wrong'
            cand -v 'More detail; twice for diagnostics on stderr'
            cand --verbose 'More detail; twice for diagnostics on stderr'
            cand --calm 'Nothing moves on its own'
            cand --mouse 'The mouse selects and scrolls; the terminal''s own selection needs shift then'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'hbmon;help'= {
            cand watch 'Watch in the terminal; without one, print changes as lines'
            cand check 'Try every monitor once until it is settled, report, and tell by the exit code'
            cand probe 'Check URLs without a config'
            cand wait 'Wait until everything is healthy (0) or time is up (1), for example behind a deployment'
            cand serve 'Watch without a screen, take heartbeats in and tell by HTTP how things stand'
            cand health 'Ask a running `serve` whether it is well'
            cand beat 'Send a heartbeat, again and again, or on both sides of a command'
            cand validate 'Read a config and tell what is wrong with it'
            cand init 'Write a config to start from; with URLs, one that watches them'
            cand list 'List the monitors of a config, without watching them'
            cand explain 'Explain the code of a config error'
            cand schema 'Print the JSON Schema of the config, or its reference'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page, or write all pages to a folder'
            cand demo 'Watch a scripted story told by servers inside hbmon: no config, no network'
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
