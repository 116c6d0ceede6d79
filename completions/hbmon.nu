module completions {

  # Watches heartbeats: polls HTTP, holds WebSocket and SSE subscriptions, pings Socket.IO, and notices the beat that does not come
  export extern hbmon [
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  def "nu-complete hbmon watch if_empty" [] {
    [ "fail" "ok" ]
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

  # Watch in the terminal; without one, print changes as lines
  export extern "hbmon watch" [
    --filter(-F): string      # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N parts of them: each monitor is in exactly one, decided by its name
    --if-empty: string@"nu-complete hbmon watch if_empty" # What an empty selection is
    --headless                # Print lines instead of drawing the screen
    --for: string             # End after this time
    --output(-o): string      # Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --fail-on: string@"nu-complete hbmon watch fail_on" # From which status on the run has failed
    --exit-code: string@"nu-complete hbmon watch exit_code" # What the exit code says; bare is the table below
    --color: string@"nu-complete hbmon watch color" # When to use colour
    --glyphs: string@"nu-complete hbmon watch glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --theme: string           # Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config's, else auto]
    --fps: string             # Pictures a second at most, 1 to 30
    --calm                    # Nothing moves on its own
    --mouse                   # The mouse selects and scrolls; the terminal's own selection needs shift then
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon check if_empty" [] {
    [ "fail" "ok" ]
  }

  def "nu-complete hbmon check overlap" [] {
    [ "skip" "wait" "fail" ]
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

  # Try every monitor once until it is settled, report, and tell by the exit code
  export extern "hbmon check" [
    --filter(-F): string      # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N parts of them: each monitor is in exactly one, decided by its name
    --if-empty: string@"nu-complete hbmon check if_empty" # What an empty selection is
    --deadline: string        # Report what is known after this time
    --concurrency: string     # How many attempts may run at once; fewer where `ulimit -n` is low
    --retries: string         # Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]
    --state: path             # Go on from the run before: failures, status and dates count across runs [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --only-changes            # Silent while nothing changes, one block for a mail when something does; keeps a state
    --remind: string          # Tell trouble again that stands for so long since it was told last
    --overlap: string@"nu-complete hbmon check overlap" # What to do while another run with the same state goes on
    --output(-o): string      # Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --fail-on: string@"nu-complete hbmon check fail_on" # From which status on the run has failed
    --exit-code: string@"nu-complete hbmon check exit_code" # What the exit code says; bare is the table below
    --color: string@"nu-complete hbmon check color" # When to use colour
    --glyphs: string@"nu-complete hbmon check glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

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
    --count(-n): string       # How many heartbeats to take of each; one that fails or is missed counts too
    --interval(-i): string    # Time between polls, or the interval that a subscription promises
    --deadline: string        # Report what is known after this time
    --concurrency: string     # How many attempts may run at once; fewer where `ulimit -n` is low
    --retries: string         # Failed attempts after the first that make an error; 0: the first is [default: thresholds.failures of the monitor]
    --output(-o): string      # Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --fail-on: string@"nu-complete hbmon probe fail_on" # From which status on the run has failed
    --exit-code: string@"nu-complete hbmon probe exit_code" # What the exit code says; bare is the table below
    --color: string@"nu-complete hbmon probe color" # When to use colour
    --glyphs: string@"nu-complete hbmon probe glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    ...urls: string           # http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://
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

  def "nu-complete hbmon wait color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon wait glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Wait until everything is healthy (0) or time is up (1), for example behind a deployment
  export extern "hbmon wait" [
    --timeout: string         # Give up after this time
    --stable: string          # For how long without a break everything has to be healthy
    --filter(-F): string      # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N parts of them: each monitor is in exactly one, decided by its name
    --if-empty: string@"nu-complete hbmon wait if_empty" # What an empty selection is
    --fail-on: string@"nu-complete hbmon wait fail_on" # From which status on a monitor is waited for
    --exit-code: string@"nu-complete hbmon wait exit_code" # What the exit code says; bare is the table below
    --output(-o): string      # Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --color: string@"nu-complete hbmon wait color" # When to use colour
    --glyphs: string@"nu-complete hbmon wait glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
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

  # Watch without a screen, take heartbeats in and tell by HTTP how things stand
  export extern "hbmon serve" [
    --filter(-F): string      # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N parts of them: each monitor is in exactly one, decided by its name
    --if-empty: string@"nu-complete hbmon serve if_empty" # What an empty selection is
    --state: path             # Keep last heartbeats and statuses over restarts [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    --output(-o): string      # Also write this: ndjson for events, human for lines; with a path, or to stdout
    --log-format: string@"nu-complete hbmon serve log_format" # How the log on stderr is written
    --color: string@"nu-complete hbmon serve color" # When to use colour
    --glyphs: string@"nu-complete hbmon serve glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon health color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon health glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Ask a running `serve` whether it is well
  export extern "hbmon health" [
    --url: string             # Where it listens [default: `listen` of the config, else http://127.0.0.1:9747]
    --timeout: string         # How long to wait for its answer
    --color: string@"nu-complete hbmon health color" # When to use colour
    --glyphs: string@"nu-complete hbmon health glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Send a heartbeat, again and again, or on both sides of a command
  export extern "hbmon beat" [
    --config(-c): path        # The config that knows TARGET by its name [default: the usual one]
    --every: string           # Repeat it this often, until a signal
    --min-interval: string    # Never send two heartbeats closer than this, however late one was
    --token: string           # The bearer token
    --header(-H): string      # A header more; repeatable
    --data: string            # What to send, as JSON, `@FILE` or `-` for stdin; `{timestamp}` in it is the time of sending [default: {"timestamp": "{timestamp}"}]
    --deadline: string        # Give a heartbeat up after this time, retries included [default: 60s; 10s once a COMMAND has ended]
    --help(-h)                # Print help
    target: string            # The receiver: an http(s):// URL, or the name of a push monitor in the config
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

  # Read a config and tell what is wrong with it
  export extern "hbmon validate" [
    --error-format: string@"nu-complete hbmon validate error_format" # How errors and warnings are written
    --strict                  # A warning counts as an error: exit code 2
    --color: string@"nu-complete hbmon validate color" # When to use colour
    --glyphs: string@"nu-complete hbmon validate glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    ...configs: path          # Config files, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  def "nu-complete hbmon init color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon init glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Write a config to start from; with URLs, one that watches them
  export extern "hbmon init" [
    --path: path              # The file to write, `-` for stdout
    --force                   # Overwrite a file that is there
    --for: string             # How long to listen to a subscription for the time between its heartbeats
    --color: string@"nu-complete hbmon init color" # When to use colour
    --glyphs: string@"nu-complete hbmon init glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help
    ...urls: string           # What to watch: http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; each is tried once
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
    --filter(-F): string      # Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and, comma is or
    --shard: string           # Only the K-th of N parts of them: each monitor is in exactly one, decided by its name
    --if-empty: string@"nu-complete hbmon list if_empty" # What an empty selection is
    --output(-o): string@"nu-complete hbmon list output" # How to print the list
    --names                   # Only the names, one a line
    --tags                    # Only the tags that occur, one a line
    --color: string@"nu-complete hbmon list color" # When to use colour
    --glyphs: string@"nu-complete hbmon list glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --help(-h)                # Print help (see more with '--help')
    config?: path             # The config file, `-` for stdin [default: ./hbmon.yaml, ./hbmon.yml, the user's, /etc/hbmon/config.yaml]
  ]

  # Explain the code of a config error
  export extern "hbmon explain" [
    --help(-h)                # Print help
    code?: string             # The code as errors show it, `HB012`; none: a list of all
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
    --help(-h)                # Print help
    shell: string@"nu-complete hbmon completions shell" # For which shell
  ]

  # Print the manual page, or write all pages to a folder
  export extern "hbmon man" [
    --help(-h)                # Print help
    folder?: path             # The folder to write every page to; none: print hbmon.1
  ]

  def "nu-complete hbmon demo color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete hbmon demo glyphs" [] {
    [ "auto" "unicode" "ascii" ]
  }

  # Watch a scripted story told by servers inside hbmon: no config, no network
  export extern "hbmon demo" [
    --headless                # Print lines instead of drawing the screen
    --for: string             # End after this time
    --speed: string           # How many times faster than told the story runs, from 0.1 to 20
    --seed: string            # Another seed, other latencies
    --print-config            # Print the config that the demo watches, and end
    --output(-o): string      # Write this report; repeatable, one may own stdout: human, plain, json, ndjson, junit, tap, github, md, nagios, checkmk, prom
    --quiet(-q)               # No progress, and no report for people unless something is wrong
    --color: string@"nu-complete hbmon demo color" # When to use colour
    --glyphs: string@"nu-complete hbmon demo glyphs" # Which characters to draw with
    --verbose(-v)             # More detail; twice for diagnostics on stderr
    --log-file: path          # Write diagnostics to this file
    --theme: string           # Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config's, else auto]
    --fps: string             # Pictures a second at most, 1 to 30
    --calm                    # Nothing moves on its own
    --mouse                   # The mouse selects and scrolls; the terminal's own selection needs shift then
    --help(-h)                # Print help
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "hbmon help" [
  ]

  # Watch in the terminal; without one, print changes as lines
  export extern "hbmon help watch" [
  ]

  # Try every monitor once until it is settled, report, and tell by the exit code
  export extern "hbmon help check" [
  ]

  # Check URLs without a config
  export extern "hbmon help probe" [
  ]

  # Wait until everything is healthy (0) or time is up (1), for example behind a deployment
  export extern "hbmon help wait" [
  ]

  # Watch without a screen, take heartbeats in and tell by HTTP how things stand
  export extern "hbmon help serve" [
  ]

  # Ask a running `serve` whether it is well
  export extern "hbmon help health" [
  ]

  # Send a heartbeat, again and again, or on both sides of a command
  export extern "hbmon help beat" [
  ]

  # Read a config and tell what is wrong with it
  export extern "hbmon help validate" [
  ]

  # Write a config to start from; with URLs, one that watches them
  export extern "hbmon help init" [
  ]

  # List the monitors of a config, without watching them
  export extern "hbmon help list" [
  ]

  # Explain the code of a config error
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

  # Watch a scripted story told by servers inside hbmon: no config, no network
  export extern "hbmon help demo" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "hbmon help help" [
  ]

}

export use completions *
