//! The explanation of every code: why it is a mistake, and a wrong and a right example.

use super::codes::Code;

/// The text that `hbmon explain CODE` shows below the code's title.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    pub why: &'static str,
    pub wrong: Example,
    pub right: Example,
}

#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// A whole config.
    Config(&'static str),
    /// A command line.
    Shell(&'static str),
}

use Example::{Config, Shell};

impl Code {
    pub const fn explanation(self) -> Explanation {
        match self {
            Code::NoConfig => Explanation {
                why: "A config is named by the argument, `-` is stdin; without one hbmon takes \
                    HBMON_CONFIG, else the first that exists of ./hbmon.yaml, ./hbmon.yml, \
                    $XDG_CONFIG_HOME/hbmon/config.yaml (or ~/.config/hbmon/config.yaml) and \
                    /etc/hbmon/config.yaml. `hbmon init` writes one, `hbmon demo` and `hbmon \
                    probe URL` need none.",
                wrong: Shell("hbmon validate no-such-file.yaml\n"),
                right: Shell("hbmon init --path mine.yaml\nhbmon validate mine.yaml\n"),
            },
            Code::Unreadable => Explanation {
                why: "A config is UTF-8 text of at most 64 MiB. Editors on other systems may \
                    save UTF-16 or Latin-1.",
                wrong: Shell(
                    "printf 'monitors: [{name: gr\\366n, http: http://localhost/}]' | hbmon \
                     validate -\n",
                ),
                right: Shell(
                    "printf 'monitors: [{name: green, http: http://localhost/}]' | hbmon \
                     validate -\n",
                ),
            },
            Code::Syntax => Explanation {
                why: "Before hbmon can look at keys, the file must be YAML. Usual causes are a \
                    tab in the indentation, a quote that is not closed, and a value that begins \
                    with `@`, `*`, `&`, `%`, `!` or a backtick without quotes round it; filters \
                    begin with `@` and are always quoted.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: @.ok}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: '@.ok == true'}}\n",
                ),
            },
            Code::DuplicateKey => Explanation {
                why: "Of two equal keys in one map most readers silently keep one. hbmon does \
                    not guess which was meant.",
                wrong: Config(
                    "monitors:\n  - name: api\n    timeout: 5s\n    timeout: 10s\n    \
                     http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    timeout: 10s\n    http: http://localhost/\n",
                ),
            },
            Code::UnknownKey => Explanation {
                why: "hbmon does not know this key, so it would have no effect. The note lists the \
                    keys that are known in that place. Common keys stand beside the kind, the \
                    keys of the kind below it. Keys at the top that begin with `x-` are free for \
                    anchors.",
                wrong: Config(
                    "monitors:\n  - name: api\n    intervall: 15s\n    http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    interval: 15s\n    http: http://localhost/\n",
                ),
            },
            Code::WrongType => Explanation {
                why: "The key takes a list, a map or a single value, and the file has another of \
                    these. A key without any value is such a mistake too: leave it out instead.",
                wrong: Config(
                    "monitors:\n  - name: api\n    thresholds: 3\n    http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    thresholds: {recover: 3}\n    \
                     http: http://localhost/\n",
                ),
            },
            Code::MissingKey => Explanation {
                why: "A config has `monitors`, a monitor has a `name` and exactly one kind, a \
                    kind has a `url`. Everything else has a default.",
                wrong: Config("monitors:\n  - name: api\n"),
                right: Config("monitors:\n  - name: api\n    http: http://localhost/\n"),
            },
            Code::Conflict => Explanation {
                why: "Two keys say different things about one matter, or one says nothing \
                    without the other: two kinds, `body` and `json`, `emit` and `listen`, a \
                    `cert_file` without its `key_file`.",
                wrong: Config(
                    "monitors:\n  - name: api\n    http: http://localhost/\n    \
                     sse: http://localhost/events\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    http: http://localhost/\n  \
                     - name: api-events\n    sse: http://localhost/events\n",
                ),
            },
            Code::NotAUrl => Explanation {
                why: "A URL has a scheme, `://` and a host. A port alone, a path or a host \
                    without a scheme is not enough. What would never be sent is refused: a \
                    fragment (`#…`), and the path or query of a proxy's URL.",
                wrong: Config("monitors:\n  - name: api\n    http: localhost:8080/health\n"),
                right: Config("monitors:\n  - name: api\n    http: http://localhost:8080/health\n"),
            },
            Code::Scheme => Explanation {
                why: "Each kind has its schemes: http, sse and socketio take http and https, \
                    websocket takes ws and wss; a proxy is http, https, socks5 or socks5h.",
                wrong: Config(
                    "monitors:\n  - name: chat\n    websocket: https://chat.example.com/ws\n",
                ),
                right: Config(
                    "monitors:\n  - name: chat\n    websocket: wss://chat.example.com/ws\n",
                ),
            },
            Code::Value => Explanation {
                why: "Durations and sizes carry a unit (500ms, 30s, 1m 30s, 14d; 64KiB, 1MiB), \
                    numbers are whole numbers, and some keys take one of a few words.",
                wrong: Config(
                    "monitors:\n  - name: api\n    timeout: 10\n    http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    timeout: 10s\n    http: http://localhost/\n",
                ),
            },
            Code::Range => Explanation {
                why: "The value can be read but lies outside its limits, or two limits are in \
                    the wrong order. Where hbmon sends traffic, `interval` is at least \
                    `min_interval` (10s), so that a slip does not become an attack; lower \
                    `min_interval` for targets of your own.",
                wrong: Config(
                    "monitors:\n  - name: api\n    interval: 1s\n    http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    interval: 1s\n    min_interval: 1s\n    \
                     timeout: 1s\n    http: http://localhost/\n",
                ),
            },
            Code::Header => Explanation {
                why: "Names of headers are letters, digits and `-`; values are one line without \
                    control characters.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, headers: {'x api': abc}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, headers: {x-api: abc}}\n",
                ),
            },
            Code::Expression => Explanation {
                why: "`match` of a monitor and `expect.json` are filters of RFC 9535 in which `@` is the \
                    payload, `timestamp` is a query of RFC 9535 that begins with `$`, \
                    `expect.body` and `expect.headers` are regular expressions. `match` of a route or a \
                    maintenance is a filter as for `-F`, and texts of a `template` may name what \
                    the reference lists. Filters compare \
                    with `==`, combine with `&&`, `||` and `!`, and quote texts.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: '@.ok = true'}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: '@.ok == true'}}\n",
                ),
            },
            Code::Tls => Explanation {
                why: "The file does not exist, cannot be read by this user, or is not PEM of the \
                    needed sort. Relative paths start at the folder of the config, not at the \
                    working folder.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: https://localhost/, tls: {ca_file: no-such-file.pem}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: https://localhost/, tls: {server_name: api.internal}}\n",
                ),
            },
            Code::DuplicateName => Explanation {
                why: "Names key the history, the metrics and the reports: two monitors with one \
                    name could not be told apart there.",
                wrong: Config(
                    "monitors:\n  - name: api\n    http: http://localhost/a\n  - name: api\n    \
                     http: http://localhost/b\n",
                ),
                right: Config(
                    "monitors:\n  - name: api-a\n    http: http://localhost/a\n  \
                     - name: api-b\n    http: http://localhost/b\n",
                ),
            },
            Code::Name => Explanation {
                why: "Names are used in file names, metric labels and shell commands. They take \
                    letters, digits, `.`, `_` and `-`, at most 128; `description` takes any text.",
                wrong: Config("monitors:\n  - name: My API\n    http: http://localhost/\n"),
                right: Config(
                    "monitors:\n  - name: my-api\n    description: My API\n    \
                     http: http://localhost/\n",
                ),
            },
            Code::UnknownName => Explanation {
                why: "`depends_on` names monitors; `to`, `fallback` and `self` of `alerts` name \
                    channels. A name that is written otherwise than in the `name` of the entry \
                    names nothing.",
                wrong: Config(
                    "alerts:\n  channels:\n    - {name: ops, exec: [notify-send]}\n  \
                     routes:\n    - {match: '*', to: opps}\n\
                     monitors:\n  - name: api\n    http: http://localhost/\n",
                ),
                right: Config(
                    "alerts:\n  channels:\n    - {name: ops, exec: [notify-send]}\n  \
                     routes:\n    - {match: '*', to: ops}\n\
                     monitors:\n  - name: api\n    http: http://localhost/\n",
                ),
            },
            Code::Circle => Explanation {
                why: "Monitors that depend on one another would all wait for one another, and \
                    channels that are the fallback of one another have none. One of the entries \
                    has to come first.",
                wrong: Config(
                    "monitors:\n  - name: api\n    depends_on: [db]\n    \
                     http: http://localhost/\n  - name: db\n    depends_on: [api]\n    \
                     http: http://localhost/db\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    depends_on: [db]\n    \
                     http: http://localhost/\n  - name: db\n    http: http://localhost/db\n",
                ),
            },
            Code::Unset => Explanation {
                why: "`${NAME}` takes an environment variable and has no value without it. A \
                    service or cron starts with a nearly empty environment. Give a default with \
                    `${NAME:-default}`, or read a file with `${file:/run/secrets/x}`. A literal \
                    dollar is written `$$`.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: http://localhost/${HBMON_NO_SUCH_VARIABLE}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: http://localhost/${HBMON_NO_SUCH_VARIABLE:-health}\n",
                ),
            },
            Code::SecretFile => Explanation {
                why: "The file of `${file:…}` does not exist or cannot be read by this user, or \
                    is not text. Relative paths start at the folder of the config.",
                wrong: Config(
                    "token: ${file:no-such-file}\nmonitors:\n  - name: api\n    \
                     http: http://localhost/\n",
                ),
                right: Config(
                    "token: ${HBMON_TOKEN:-}\nmonitors:\n  - name: api\n    \
                     http: http://localhost/\n",
                ),
            },
            Code::Reference => Explanation {
                why: "References are `${NAME}`, `${NAME:-default}`, `${secret:NAME}` and \
                    `${file:PATH}`. Other forms of shells are not understood; a literal dollar \
                    is written `$$`.",
                wrong: Config("monitors:\n  - name: api\n    http: http://localhost/${HOST\n"),
                right: Config("monitors:\n  - name: api\n    http: http://localhost/$${HOST\n"),
            },
            Code::Weak => Explanation {
                why: "By RFC 9535 a bare path asks whether something is there, and false, null, \
                    0 and [] are there: `@.ok` is met by `{\"ok\": false}`. A pattern such as \
                    `.*` matches any body. In `match`, where existence is the point, bare paths \
                    are fine.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: '@.ok'}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: http://localhost/, expect: {json: '@.ok == true'}}\n",
                ),
            },
            Code::SameTarget => Explanation {
                why: "Two monitors of one kind have the same URL, the same request and the same \
                    expectations. Mostly one was copied and its URL was not changed, so a target \
                    is not watched that should be.",
                wrong: Config(
                    "monitors:\n  - name: api\n    http: http://localhost/a\n  - name: shop\n    \
                     http: http://localhost/a\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    http: http://localhost/a\n  - name: shop\n    \
                     http: http://localhost/b\n",
                ),
            },
            Code::Overlap => Explanation {
                why: "hbmon makes one attempt of a monitor at a time. With a `timeout` that is \
                    longer than the `interval`, a slow target is asked less often than the \
                    interval says, and is noticed later.",
                wrong: Config(
                    "monitors:\n  - name: api\n    interval: 15s\n    timeout: 30s\n    \
                     http: http://localhost/\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    interval: 30s\n    timeout: 15s\n    \
                     http: http://localhost/\n",
                ),
            },
            Code::Insecure => Explanation {
                why: "With `insecure: true` any certificate is accepted: a machine between hbmon \
                    and the target can read what is sent, secrets included, and answer in its \
                    place. For a private authority name its certificate with `ca_file`; for \
                    another name in the certificate write `server_name`.",
                wrong: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: https://localhost/, tls: {insecure: true}}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    \
                     http: {url: https://localhost/, tls: {server_name: api.internal}}\n",
                ),
            },
            Code::PlainSecret => Explanation {
                why: "Configs are copied, committed and mailed. A token, password or login \
                    belongs into an environment variable (`${NAME}`) or into a file that only \
                    hbmon can read (`${file:/run/secrets/name}`). What comes from there is never \
                    shown.",
                wrong: Config(
                    "token: abc123\nmonitors:\n  - name: api\n    http: http://localhost/\n",
                ),
                right: Config(
                    "token: ${HBMON_TOKEN:-}\nmonitors:\n  - name: api\n    \
                     http: http://localhost/\n",
                ),
            },
            Code::UnknownMethod => Explanation {
                why: "Methods are case-sensitive. GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH \
                    and TRACE are sent in upper case however they are written; another word is \
                    sent as it is, and most servers answer 405 or 501.",
                wrong: Config(
                    "monitors:\n  - name: api\n    http: {url: http://localhost/, method: GTE}\n",
                ),
                right: Config(
                    "monitors:\n  - name: api\n    http: {url: http://localhost/, method: get}\n",
                ),
            },
            Code::Idle => Explanation {
                why: "A `match` that selects no monitor, a channel to which no route leads, and \
                    `alerts` without routes do nothing. Mostly a name or a tag was changed in one \
                    place only, and someone waits for messages that never come.",
                wrong: Config(
                    "alerts:\n  channels:\n    - {name: ops, exec: [notify-send]}\n  \
                     routes:\n    - {match: 'tag:prod', to: ops}\n\
                     monitors:\n  - name: api\n    http: http://localhost/\n",
                ),
                right: Config(
                    "alerts:\n  channels:\n    - {name: ops, exec: [notify-send]}\n  \
                     routes:\n    - {match: 'tag:prod', to: ops}\n\
                     monitors:\n  - name: api\n    tags: [prod]\n    http: http://localhost/\n",
                ),
            },
            Code::Receiver => Explanation {
                why: "`hbmon beat NAME` sends to the push monitor NAME of the config. Other kinds \
                    receive no heartbeats. `hbmon list -F kind:push` lists the push monitors; a \
                    URL works too.",
                wrong: Shell(
                    "printf 'monitors: [{name: web, http: \"http://127.0.0.1:9\"}]' > web.yaml\n\
                     hbmon beat -c web.yaml web\n",
                ),
                right: Shell(
                    "printf 'monitors: [{name: job, push: {}, interval: 1h}]' > job.yaml\n\
                     hbmon list -F kind:push job.yaml\n",
                ),
            },
            Code::Listen => Explanation {
                why: "The address of `listen` is taken by another program, is none of this \
                    machine's, or its port (below 1024) needs a privilege. `127.0.0.1:0` takes a \
                    free port and says on stderr which.",
                wrong: Shell(
                    "printf 'listen: 192.0.2.1:9747\ntoken: t0ken\n\
                     monitors: [{name: job, push: {}, interval: 1h}]' | hbmon serve -\n",
                ),
                right: Shell(
                    "printf 'listen: 127.0.0.1:9747\ntoken: t0ken\n\
                     monitors: [{name: job, push: {}, interval: 1h}]' | hbmon validate -\n",
                ),
            },
        }
    }
}
