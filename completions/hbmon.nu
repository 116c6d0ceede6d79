module completions {

  # Values of options and first arguments come from hbmon; nothing means files.
  def "nu-complete hbmon values" [context: string] {
    let words = ($context | split row " ")
    let values = (^hbmon completions $"--candidates=($words | last)" "--" ...($words | drop) | lines)
    if ($values | is-empty) { null } else { $values }
  }

  # Watches heartbeats: polls HTTP, subscribes to WebSocket and SSE, pings Socket.IO, and notices missed heartbeats
  export extern hbmon [
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  def "nu-complete hbmon watch if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon watch by" [] {
    [ "kind" "group" ]
  }

  def "nu-complete hbmon watch fail_on" [] {
    [ "warning" "error" ]
  }

  def "nu-complete hbmon watch exit_code" [] {
    [ "table" "simple" "nagios" "none" ]
  }

  def "nu-complete hbmon watch color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon watch glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Watch in the terminal, this config or running agents; without one, print changes as lines
  export extern "hbmon watch" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N shards; the name of a monitor decides its shard
    --if-empty: string@"nu-complete hbmon watch if_empty" # What to do when the filter matches no monitor
    --headless                # Print lines instead of drawing the screen
    --for: string             # End after this time
    --output(-o): string@"nu-complete hbmon values" # Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --by: string@"nu-complete hbmon watch by" # How to group the monitors of a report [default: `junit` by kind, others not at all]
    --fail-on: string@"nu-complete hbmon watch fail_on" # Lowest status that makes the run fail
    --exit-code: string@"nu-complete hbmon watch exit_code" # Which exit codes to use; without a MODE, the table below
    --color: string@"nu-complete hbmon watch color" # When to use colour
    --glyphs: string@"nu-complete hbmon watch glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --state: path             # Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --no-state                # Keep no history, and start from nothing
    --no-alerts               # Send no alerts: `alerts` of the config is left out
    --theme: string@"nu-complete hbmon values" # Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config's, else auto]
    --fps: string             # Maximum number of frames per second, 1 to 30
    --calm                    # No animations
    --mouse                   # Select and scroll with the mouse; hold shift for the terminal's own selection
    --bell                    # Ring the terminal's bell when a monitor goes into error
    --notify                  # Show a desktop notification when a monitor goes into error, in terminals with OSC 9
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
    ...agents: string         # Instead of CONFIG: http(s)://HOST:PORT of running agents, to show what they watch
  ]

  def "nu-complete hbmon check if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon check by" [] {
    [ "kind" "group" ]
  }

  def "nu-complete hbmon check fail_on" [] {
    [ "warning" "error" ]
  }

  def "nu-complete hbmon check exit_code" [] {
    [ "table" "simple" "nagios" "none" ]
  }

  def "nu-complete hbmon check color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon check glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  def "nu-complete hbmon check overlap" [] {
    [ "skip" "wait" "fail" ]
  }

  # Probe every monitor until it is settled, report, and set the exit code
  export extern "hbmon check" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N shards; the name of a monitor decides its shard
    --if-empty: string@"nu-complete hbmon check if_empty" # What to do when the filter matches no monitor
    --deadline: string        # Report what is known after this time
    --concurrency: string     # Maximum number of attempts at the same time; fewer if `ulimit -n` is low
    --retries: string         # Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]
    --output(-o): string@"nu-complete hbmon values" # Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --by: string@"nu-complete hbmon check by" # How to group the monitors of a report [default: `junit` by kind, others not at all]
    --fail-on: string@"nu-complete hbmon check fail_on" # Lowest status that makes the run fail
    --exit-code: string@"nu-complete hbmon check exit_code" # Which exit codes to use; without a MODE, the table below
    --color: string@"nu-complete hbmon check color" # When to use colour
    --glyphs: string@"nu-complete hbmon check glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --state: path             # Continue from the previous run: failures, statuses and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --only-changes            # Print only changes, as one block of text for a mail; keeps a state
    --alert                   # Tell the channels of `alerts` in the config what has changed; keeps a state
    --no-alerts               # Send no alerts, as without `--alert`
    --remind: string          # Repeat an alert for a problem that persists, at most once per this duration
    --overlap: string@"nu-complete hbmon check overlap" # What to do while another run uses the same state
    --timeout: string         # Time limit of one attempt; a config has its own [default: 10s]
    --header(-H): string      # Add a header; repeatable
    --request(-X): string     # Method of the request [default: GET; POST with --data]
    --data(-d): string        # Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send
    --insecure(-k)            # Accept any certificate
    --cacert: path            # Trust the certificates in this PEM file instead of the system's
    --cert: path              # Certificate of the client
    --key: path               # Private key of --cert
    --bearer: string          # A bearer token, or `@FILE`: other users can read arguments
    --redirects(-L): string   # Maximum number of redirects to follow, 0 to 50 [default: 5]
    --expect-status: string   # Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]
    --expect-json: string     # A filter that the body or message must match: `@.ok == true`
    --expect-body: string     # A regular expression that the body or message must match
    --match: string           # A filter for the messages that are heartbeats (WebSocket, SSE)
    --help(-h)                # Print help (see more with '--help')
    ...targets: path          # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]; or URLs, with a scheme or a port, in place of a config
  ]

  def "nu-complete hbmon probe by" [] {
    [ "kind" "group" ]
  }

  def "nu-complete hbmon probe fail_on" [] {
    [ "warning" "error" ]
  }

  def "nu-complete hbmon probe exit_code" [] {
    [ "table" "simple" "nagios" "none" ]
  }

  def "nu-complete hbmon probe color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon probe glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Check URLs without a config
  export extern "hbmon probe" [
    --count(-n): string       # Number of heartbeats from each URL; failed and missed ones count too
    --interval(-i): string    # Time between polls, or the expected interval of a subscription
    --timeout: string         # Time limit of one attempt [default: 10s]
    --deadline: string        # Report what is known after this time
    --concurrency: string     # Maximum number of attempts at the same time; fewer if `ulimit -n` is low
    --retries: string         # Number of retries after a failed attempt before it is an error [default: thresholds.failures of the monitor]
    --output(-o): string@"nu-complete hbmon values" # Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --by: string@"nu-complete hbmon probe by" # How to group the monitors of a report [default: `junit` by kind, others not at all]
    --fail-on: string@"nu-complete hbmon probe fail_on" # Lowest status that makes the run fail
    --exit-code: string@"nu-complete hbmon probe exit_code" # Which exit codes to use; without a MODE, the table below
    --color: string@"nu-complete hbmon probe color" # When to use colour
    --glyphs: string@"nu-complete hbmon probe glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --header(-H): string      # Add a header; repeatable
    --request(-X): string     # Method of the request [default: GET; POST with --data]
    --data(-d): string        # Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send
    --insecure(-k)            # Accept any certificate
    --cacert: path            # Trust the certificates in this PEM file instead of the system's
    --cert: path              # Certificate of the client
    --key: path               # Private key of --cert
    --bearer: string          # A bearer token, or `@FILE`: other users can read arguments
    --redirects(-L): string   # Maximum number of redirects to follow, 0 to 50 [default: 5]
    --expect-status: string   # Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]
    --expect-json: string     # A filter that the body or message must match: `@.ok == true`
    --expect-body: string     # A regular expression that the body or message must match
    --match: string           # A filter for the messages that are heartbeats (WebSocket, SSE)
    --help(-h)                # Print help (see more with '--help')
    ...urls: string           # http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; http:// without a scheme
  ]

  def "nu-complete hbmon wait if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon wait fail_on" [] {
    [ "warning" "error" ]
  }

  def "nu-complete hbmon wait exit_code" [] {
    [ "table" "simple" "nagios" "none" ]
  }

  def "nu-complete hbmon wait by" [] {
    [ "kind" "group" ]
  }

  def "nu-complete hbmon wait color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon wait glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Wait until every monitor is healthy (0) or time is up (1), for example after a deployment
  export extern "hbmon wait" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --timeout: string         # Give up after this time
    --stable: string          # How long every monitor must stay healthy
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N shards; the name of a monitor decides its shard
    --if-empty: string@"nu-complete hbmon wait if_empty" # What to do when the filter matches no monitor
    --fail-on: string@"nu-complete hbmon wait fail_on" # Lowest status to wait for; better monitors count as healthy
    --exit-code: string@"nu-complete hbmon wait exit_code" # Which exit codes to use; without a MODE, the table below
    --output(-o): string@"nu-complete hbmon values" # Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --by: string@"nu-complete hbmon wait by" # How to group the monitors of a report [default: `junit` by kind, others not at all]
    --color: string@"nu-complete hbmon wait color" # When to use colour
    --glyphs: string@"nu-complete hbmon wait glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --header(-H): string      # Add a header; repeatable
    --request(-X): string     # Method of the request [default: GET; POST with --data]
    --data(-d): string        # Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send
    --insecure(-k)            # Accept any certificate
    --cacert: path            # Trust the certificates in this PEM file instead of the system's
    --cert: path              # Certificate of the client
    --key: path               # Private key of --cert
    --bearer: string          # A bearer token, or `@FILE`: other users can read arguments
    --redirects(-L): string   # Maximum number of redirects to follow, 0 to 50 [default: 5]
    --expect-status: string   # Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]
    --expect-json: string     # A filter that the body or message must match: `@.ok == true`
    --expect-body: string     # A regular expression that the body or message must match
    --match: string           # A filter for the messages that are heartbeats (WebSocket, SSE)
    --help(-h)                # Print help (see more with '--help')
    ...targets: path          # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]; or URLs, with a scheme or a port, in place of a config
  ]

  def "nu-complete hbmon serve if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon serve log_format" [] {
    [ "text" "json" ]
  }

  def "nu-complete hbmon serve color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon serve glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Watch without a screen: receive heartbeats, and serve status and metrics over HTTP
  export extern "hbmon serve" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N shards; the name of a monitor decides its shard
    --if-empty: string@"nu-complete hbmon serve if_empty" # What to do when the filter matches no monitor
    --listen: string          # Listen on this address instead of `listen` of the config; port 0 selects a free port
    --token-file: path        # Read the bearer token from this file, instead of `token` of the config
    --read-token-file: path   # Read the bearer token that may only read from this file, instead of `read_token` of the config
    --state: path             # Keep the history in this file, and continue from it [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --no-state                # Keep no history, and start from nothing
    --no-alerts               # Send no alerts: `alerts` of the config is left out
    --output(-o): string@"nu-complete hbmon values" # Also write this: ndjson for events, human for lines; with a path, or to stdout
    --log-format: string@"nu-complete hbmon serve log_format" # How the log on stderr is written
    --color: string@"nu-complete hbmon serve color" # When to use colour
    --glyphs: string@"nu-complete hbmon serve glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon health color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon health glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Ask a running `serve` whether it is healthy
  export extern "hbmon health" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --url: string             # Its URL [default: `listen` of the config, else http://127.0.0.1:9747]
    --cacert: path            # Trust the certificates in this PEM file instead of the system's [default for an address of the config: any certificate]
    --timeout: string         # How long to wait for the response
    --color: string@"nu-complete hbmon health color" # When to use colour
    --glyphs: string@"nu-complete hbmon health glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    config?: path             # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Send a heartbeat once or repeatedly, or report the start and the end of a command
  export extern "hbmon beat" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --every: string           # Repeat the heartbeat at this interval, until a signal
    --min-interval: string    # Minimum time between two heartbeats, even after a late one
    --token: string           # The bearer token
    --header(-H): string      # Add a header; repeatable
    --cacert: path            # Trust the certificates in this PEM file instead of the system's
    --data: string            # What to send: JSON, `@FILE`, or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]
    --deadline: string        # Give up a heartbeat after this time, retries included [default: 60s; 10s once a COMMAND has ended]
    --verbose(-v)             # Show the request and the response
    --help(-h)                # Print help
    target: string@"nu-complete hbmon values" # The receiver: an http(s):// URL, or the name of a push monitor in the config
  ]

  def "nu-complete hbmon history color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon history glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Show what changed in the last 24 hours, or any time: when, for how long, why
  export extern "hbmon history" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --since: string           # From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339
    --until: string           # Until just before this time [default: now]
    --all                     # Also monitors that are no longer in the config
    --utc                     # Read and show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon values" # Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv
    --color: string@"nu-complete hbmon history color" # When to use colour
    --glyphs: string@"nu-complete hbmon history glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    name?: string@"nu-complete hbmon values" # Only this monitor
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon incidents color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon incidents glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # List what went wrong in the last 30 days, or any time; show an incident, or add a note to it
  export extern "hbmon incidents" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --open                    # Only those that last
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --since: string           # From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339
    --until: string           # Until just before this time [default: now]
    --all                     # Also monitors that are no longer in the config
    --utc                     # Read and show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon values" # Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv
    --color: string@"nu-complete hbmon incidents color" # When to use colour
    --glyphs: string@"nu-complete hbmon incidents glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    name?: string@"nu-complete hbmon values" # Only this monitor
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon incidents show output" [] {
    [ "human" "plain" "json" "ndjson" "csv" ]
  }

  def "nu-complete hbmon incidents show color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon incidents show glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Show one incident: its course, its notes, who was told
  export extern "hbmon incidents show" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --utc                     # Show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon incidents show output" # How to print it
    --color: string@"nu-complete hbmon incidents show color" # When to use colour
    --glyphs: string@"nu-complete hbmon incidents show glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    id: string@"nu-complete hbmon values" # The incident, such as `i-0042`
    config?: path             # The config whose history it is [default: as of `hbmon incidents`]
  ]

  def "nu-complete hbmon incidents note color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon incidents note glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Add a note to an incident
  export extern "hbmon incidents note" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --color: string@"nu-complete hbmon incidents note color" # When to use colour
    --glyphs: string@"nu-complete hbmon incidents note glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    id: string@"nu-complete hbmon values" # The incident, such as `i-0042`
    text: string              # What is to be known of it, at most 400 characters
    config?: path             # The config whose history it is [default: as of `hbmon incidents`]
  ]

  def "nu-complete hbmon ack output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon ack color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon ack glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Say that you take care of an incident: no reminders, no escalation
  export extern "hbmon ack" [
    --for: string             # How long, at most 30 days: 30m, 2h, 1d [default: until the incident ends or gets worse]
    --reason: string          # Becomes a note of the incident
    --by: string              # Who takes care [default: the user]
    --undo                    # Take the acknowledgement back
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --url: string             # Ask the agent at this http(s)://HOST:PORT instead of its history
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --output(-o): string@"nu-complete hbmon ack output" # How to print the incident
    --color: string@"nu-complete hbmon ack color" # When to use colour
    --glyphs: string@"nu-complete hbmon ack glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    what: string              # A monitor with an open incident, or an incident such as `i-0042`
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Silence the alerts of monitors for a time; list silences, or end one
  export extern "hbmon silence" [
    --help(-h)                # Print help
  ]

  def "nu-complete hbmon silence add output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon silence add color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon silence add glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Silence monitors from now on
  export extern "hbmon silence add" [
    --for: string             # How long, at most 30 days: 30m, 2h, 1d
    --reason: string          # Why
    --by: string              # Who wants it [default: the user]
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --url: string             # Ask the agent at this http(s)://HOST:PORT instead of its history
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --output(-o): string@"nu-complete hbmon silence add output" # How to print it
    --color: string@"nu-complete hbmon silence add color" # When to use colour
    --glyphs: string@"nu-complete hbmon silence add glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    filter: string            # Which monitors, as `-F`: `api*`, `tag:eu`, `*` for all
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon silence list output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon silence list color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon silence list glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # List the silences in force
  export extern "hbmon silence list" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --url: string             # Ask the agent at this http(s)://HOST:PORT instead of its history
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --utc                     # Show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon silence list output" # How to print the list
    --color: string@"nu-complete hbmon silence list color" # When to use colour
    --glyphs: string@"nu-complete hbmon silence list glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon silence end color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon silence end glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # End a silence before its time
  export extern "hbmon silence end" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --url: string             # Ask the agent at this http(s)://HOST:PORT instead of its history
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --color: string@"nu-complete hbmon silence end color" # When to use colour
    --glyphs: string@"nu-complete hbmon silence end glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    silence: string           # The silence, such as `s-0007`
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Test the channels of a config, preview what they are told, or list what they were told
  export extern "hbmon alerts" [
    --help(-h)                # Print help
  ]

  def "nu-complete hbmon alerts test output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon alerts test color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon alerts test glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted
  export extern "hbmon alerts test" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --output(-o): string@"nu-complete hbmon alerts test output" # How to print the answers
    --color: string@"nu-complete hbmon alerts test color" # When to use colour
    --glyphs: string@"nu-complete hbmon alerts test glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    ...channels: string       # Only these channels
  ]

  def "nu-complete hbmon alerts preview status" [] {
    [ "warning" "error" ]
  }

  def "nu-complete hbmon alerts preview output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon alerts preview color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon alerts preview glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Show who would be told of a monitor, when, and what exactly; sends nothing
  export extern "hbmon alerts preview" [
    --status: string@"nu-complete hbmon alerts preview status" # The status that the monitor would have
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --output(-o): string@"nu-complete hbmon alerts preview output" # How to print it
    --color: string@"nu-complete hbmon alerts preview color" # When to use colour
    --glyphs: string@"nu-complete hbmon alerts preview glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    monitor: string           # A monitor of the config
  ]

  def "nu-complete hbmon alerts list output" [] {
    [ "human" "json" ]
  }

  def "nu-complete hbmon alerts list color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon alerts list glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # List the channels, and what is held, waiting, told and failed
  export extern "hbmon alerts list" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --url: string             # Ask the agent at this http(s)://HOST:PORT instead of its history
    --token: string           # The bearer token of the agents; `--token-file` keeps it out of the list of processes
    --token-file: path        # A file with the bearer token of the agents
    --cacert: path            # Trust the certificates in this PEM file instead of the system's, for https agents
    --utc                     # Show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon alerts list output" # How to print the list
    --color: string@"nu-complete hbmon alerts list color" # When to use colour
    --glyphs: string@"nu-complete hbmon alerts list glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon report by" [] {
    [ "monitor" "group" "tag" ]
  }

  def "nu-complete hbmon report color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon report glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Report how available monitors were: for a month, a week, any time
  export extern "hbmon report" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --last: string            # The last days or hours, such as 7d or 12h [default: 30d]
    --month: string           # A month: `2026-10`, or `last`
    --week: string            # A week, from Monday on: `2026-W40` (ISO 8601), or `last`
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --since: string           # From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339
    --until: string           # Until just before this time [default: now]
    --all                     # Also monitors that are no longer in the config
    --utc                     # Read and show times in UTC instead of local time
    --slo: string             # The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config
    --compare                 # Also show the span of the same length before
    --by: string@"nu-complete hbmon report by" # What the rows stand for
    --output(-o): string@"nu-complete hbmon values" # Write this format; repeatable, at most one to stdout: human, plain, json, ndjson, csv, md, html
    --color: string@"nu-complete hbmon report color" # When to use colour
    --glyphs: string@"nu-complete hbmon report glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon export what" [] {
    [ "changes" "incidents" "numbers" ]
  }

  def "nu-complete hbmon export step" [] {
    [ "5m" "1h" "1d" ]
  }

  def "nu-complete hbmon export color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon export glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Write the history as CSV or NDJSON, for other programs
  export extern "hbmon export" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --step: string@"nu-complete hbmon export step" # The length of the intervals of `numbers`
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --since: string           # From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339
    --until: string           # Until just before this time [default: now]
    --all                     # Also monitors that are no longer in the config
    --utc                     # Read and show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon values" # The format, and the file instead of stdout: csv, ndjson
    --color: string@"nu-complete hbmon export color" # When to use colour
    --glyphs: string@"nu-complete hbmon export glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    what: string@"nu-complete hbmon export what" # What to write
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon state output" [] {
    [ "human" "plain" "json" "ndjson" "csv" ]
  }

  def "nu-complete hbmon state color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon state glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Show where the history is kept; check, copy or prune it
  export extern "hbmon state" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --utc                     # Show times in UTC instead of local time
    --output(-o): string@"nu-complete hbmon state output" # How to print it
    --color: string@"nu-complete hbmon state color" # When to use colour
    --glyphs: string@"nu-complete hbmon state glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon state check color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon state check glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Check the whole file: 0 if it is sound, 1 if it is damaged
  export extern "hbmon state check" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --color: string@"nu-complete hbmon state check color" # When to use colour
    --glyphs: string@"nu-complete hbmon state check glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    config?: path             # The config whose history it is [default: as of `hbmon state`]
  ]

  def "nu-complete hbmon state copy color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon state copy glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Write a consistent copy, also while hbmon runs
  export extern "hbmon state copy" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --color: string@"nu-complete hbmon state copy color" # When to use colour
    --glyphs: string@"nu-complete hbmon state copy glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    to: path                  # The file to write; it must not exist
    config?: path             # The config whose history it is [default: as of `hbmon state`]
  ]

  def "nu-complete hbmon state prune color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon state prune glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Delete what is older than it is kept (`history.keep` of the config)
  export extern "hbmon state prune" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --state: path             # The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --color: string@"nu-complete hbmon state prune color" # When to use colour
    --glyphs: string@"nu-complete hbmon state prune glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    config?: path             # The config whose history it is [default: as of `hbmon state`]
  ]

  def "nu-complete hbmon validate error_format" [] {
    [ "full" "short" "json" "github" ]
  }

  def "nu-complete hbmon validate color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon validate glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Check a config for errors
  export extern "hbmon validate" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --error-format: string@"nu-complete hbmon validate error_format" # How errors and warnings are written
    --strict                  # A warning counts as an error: exit code 2
    --color: string@"nu-complete hbmon validate color" # When to use colour
    --glyphs: string@"nu-complete hbmon validate glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    ...configs: path          # Config files, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon init color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon init glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Write a first config; with URLs, a config that watches them
  export extern "hbmon init" [
    --path: path              # The file to write, `-` for stdout
    --force                   # Overwrite an existing file
    --for: string             # How long to listen to a subscription to learn its interval
    --color: string@"nu-complete hbmon init color" # When to use colour
    --glyphs: string@"nu-complete hbmon init glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    ...urls: string           # What to watch: http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; each is probed once
  ]

  def "nu-complete hbmon list if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon list output" [] {
    [ "human" "plain" "json" ]
  }

  def "nu-complete hbmon list color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon list glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # List the monitors of a config, without watching them
  export extern "hbmon list" [
    --config(-c): path        # The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    --filter(-F): string@"nu-complete hbmon values" # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N shards; the name of a monitor decides its shard
    --if-empty: string@"nu-complete hbmon list if_empty" # What to do when the filter matches no monitor
    --output(-o): string@"nu-complete hbmon list output" # How to print the list
    --names                   # Only the names, one per line
    --tags                    # Only the tags in use, one per line
    --color: string@"nu-complete hbmon list color" # When to use colour
    --glyphs: string@"nu-complete hbmon list glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Explain the code of a config error, or the reason of a failure
  export extern "hbmon explain" [
    --help(-h)                # Print help
    topic?: string@"nu-complete hbmon values" # The code of a config error (`HB012`), or the reason of a failure (`refused`); none: a list of all
  ]

  def "nu-complete hbmon schema format" [] {
    [ "json" "markdown" ]
  }

  # Print the JSON Schema of the config, or its reference
  export extern "hbmon schema" [
    --format: string@"nu-complete hbmon schema format" # What to print
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete hbmon completions shell" [] {
    [ "bash" "zsh" "fish" "elvish" "powershell" "nushell" ]
  }

  # Print the completions for a shell
  export extern "hbmon completions" [
    --candidates: string      # For the scripts: print what can replace this word
    --help(-h)                # Print help
    shell?: string@"nu-complete hbmon completions shell" # For which shell
  ]

  # Print the manual page, or write all pages to a folder
  export extern "hbmon man" [
    --help(-h)                # Print help
    folder?: path             # The folder to write every page to; none: show hbmon.1, or print it where stdout is no terminal
  ]

  def "nu-complete hbmon demo by" [] {
    [ "kind" "group" ]
  }

  def "nu-complete hbmon demo color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon demo glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Watch scripted servers inside hbmon: no config, no network
  export extern "hbmon demo" [
    --headless                # Print lines instead of drawing the screen
    --for: string             # End after this time
    --speed: string           # Speed of the story, from 0.1 to 20
    --seed: string            # Seed of the random latencies
    --print-config            # Print the config of the demo and exit
    --output(-o): string@"nu-complete hbmon values" # Write this report; repeatable, at most one to stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --by: string@"nu-complete hbmon demo by" # How to group the monitors of a report [default: `junit` by kind, others not at all]
    --color: string@"nu-complete hbmon demo color" # When to use colour
    --glyphs: string@"nu-complete hbmon demo glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --theme: string@"nu-complete hbmon values" # Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config's, else auto]
    --fps: string             # Maximum number of frames per second, 1 to 30
    --calm                    # No animations
    --mouse                   # Select and scroll with the mouse; hold shift for the terminal's own selection
    --bell                    # Ring the terminal's bell when a monitor goes into error
    --notify                  # Show a desktop notification when a monitor goes into error, in terminals with OSC 9
    --help(-h)                # Print help (see more with '--help')
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "hbmon help" [
  ]

  # Watch in the terminal, this config or running agents; without one, print changes as lines
  export extern "hbmon help watch" [
  ]

  # Probe every monitor until it is settled, report, and set the exit code
  export extern "hbmon help check" [
  ]

  # Check URLs without a config
  export extern "hbmon help probe" [
  ]

  # Wait until every monitor is healthy (0) or time is up (1), for example after a deployment
  export extern "hbmon help wait" [
  ]

  # Watch without a screen: receive heartbeats, and serve status and metrics over HTTP
  export extern "hbmon help serve" [
  ]

  # Ask a running `serve` whether it is healthy
  export extern "hbmon help health" [
  ]

  # Send a heartbeat once or repeatedly, or report the start and the end of a command
  export extern "hbmon help beat" [
  ]

  # Show what changed in the last 24 hours, or any time: when, for how long, why
  export extern "hbmon help history" [
  ]

  # List what went wrong in the last 30 days, or any time; show an incident, or add a note to it
  export extern "hbmon help incidents" [
  ]

  # Show one incident: its course, its notes, who was told
  export extern "hbmon help incidents show" [
  ]

  # Add a note to an incident
  export extern "hbmon help incidents note" [
  ]

  # Say that you take care of an incident: no reminders, no escalation
  export extern "hbmon help ack" [
  ]

  # Silence the alerts of monitors for a time; list silences, or end one
  export extern "hbmon help silence" [
  ]

  # Silence monitors from now on
  export extern "hbmon help silence add" [
  ]

  # List the silences in force
  export extern "hbmon help silence list" [
  ]

  # End a silence before its time
  export extern "hbmon help silence end" [
  ]

  # Test the channels of a config, preview what they are told, or list what they were told
  export extern "hbmon help alerts" [
  ]

  # Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted
  export extern "hbmon help alerts test" [
  ]

  # Show who would be told of a monitor, when, and what exactly; sends nothing
  export extern "hbmon help alerts preview" [
  ]

  # List the channels, and what is held, waiting, told and failed
  export extern "hbmon help alerts list" [
  ]

  # Report how available monitors were: for a month, a week, any time
  export extern "hbmon help report" [
  ]

  # Write the history as CSV or NDJSON, for other programs
  export extern "hbmon help export" [
  ]

  # Show where the history is kept; check, copy or prune it
  export extern "hbmon help state" [
  ]

  # Check the whole file: 0 if it is sound, 1 if it is damaged
  export extern "hbmon help state check" [
  ]

  # Write a consistent copy, also while hbmon runs
  export extern "hbmon help state copy" [
  ]

  # Delete what is older than it is kept (`history.keep` of the config)
  export extern "hbmon help state prune" [
  ]

  # Check a config for errors
  export extern "hbmon help validate" [
  ]

  # Write a first config; with URLs, a config that watches them
  export extern "hbmon help init" [
  ]

  # List the monitors of a config, without watching them
  export extern "hbmon help list" [
  ]

  # Explain the code of a config error, or the reason of a failure
  export extern "hbmon help explain" [
  ]

  # Print the JSON Schema of the config, or its reference
  export extern "hbmon help schema" [
  ]

  # Print the completions for a shell
  export extern "hbmon help completions" [
  ]

  # Print the manual page, or write all pages to a folder
  export extern "hbmon help man" [
  ]

  # Watch scripted servers inside hbmon: no config, no network
  export extern "hbmon help demo" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "hbmon help help" [
  ]

}

export use completions *
