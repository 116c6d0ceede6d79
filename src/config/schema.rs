//! The JSON Schema of the whole config file: the derived one, and what `resolve` refuses as far as a
//! schema can say it. `patternErrorMessage` and `errorMessage` are what editors show (VS Code and
//! yaml-language-server); other readers pass over them.

mod alerts;
mod refined;

use serde_json::{Value, json};

use super::file::ConfigFile;
use crate::conf::schema::schema_of;
use crate::model::Kind;
use crate::monitors;
use crate::prefs::{BINDINGS, Column, TabSet, ThemeName};
use refined::{Refined, TOKEN};

/// The schema of a config file. `tests/generated.rs` keeps it up to date.
pub const SCHEMA: &str = include_str!("../../configs/hbmon.schema.json");

/// Returns the schema of a config file, from the types. `SCHEMA` is the same.
pub fn schema() -> Value {
    let mut schema = schema_of::<ConfigFile>();
    for (key, value) in [
        ("title", json!("hbmon config")),
        // Raised when configs that were valid no longer are.
        ("$id", json!("urn:hbmon:schema:config:1")),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        (
            "patternProperties",
            json!({"^x-": {"description": "Yours: a home for anchors."}}),
        ),
        // Included files may have all of the monitors.
        (
            "anyOf",
            json!([{"required": ["monitors"]}, {"required": ["include"]}]),
        ),
    ] {
        schema.insert(key.to_owned(), value);
    }
    schema.remove("required");
    let mut refined = Refined(schema);
    refined.file();
    refined.monitor();
    refined.kinds();
    refined.values();
    refined.alerts();
    refined.0.to_value()
}

impl Refined {
    /// The keys of the file, and of its screen.
    fn file(&mut self) {
        self.text(
            "/properties/listen",
            r"^\s*(localhost|[0-9.]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}\s*$",
            "an address and a port, such as 127.0.0.1:9747 or [::1]:9747",
        );
        self.text(
            "/properties/hosts",
            r"^\s*([^/:\s?#@]+|\[[0-9A-Fa-f:.]+\])\s*$",
            "a host name such as agent.example.com, without scheme, port and path",
        );
        let open = r"^\s*(0\.0\.0\.0|\[::\]):";
        self.also(
            "",
            json!({
                "if": {"required": ["listen"], "properties": {"listen": {
                    "description": "An address that other machines reach.",
                    "pattern": open,
                }}},
                "then": {"required": ["token"]},
            }),
        );
        self.also("", json!({"dependentRequired": {"read_token": ["token"]}}));
        let pair =
            json!({"dependentRequired": {"cert_file": ["key_file"], "key_file": ["cert_file"]}});
        self.also("/$defs/IdentityKeys", pair);
        let themes = ["auto"]
            .into_iter()
            .chain(ThemeName::ALL.map(ThemeName::as_str));
        self.words("/$defs/ScreenKeys/properties/theme", themes);
        let tabs = TabSet::ALL.map(TabSet::as_str);
        self.words("/$defs/ScreenKeys/properties/tabs", tabs.into_iter());
        let columns = "/$defs/ScreenKeys/properties/columns";
        self.words(
            &format!("{columns}/items"),
            // Older configs call availability so.
            Column::ALL
                .map(Column::as_str)
                .into_iter()
                .chain(["uptime"]),
        );
        self.also(columns, json!({"uniqueItems": true}));
        let actions: Vec<&str> = BINDINGS.iter().map(|binding| binding.name).collect();
        let message = format!("an action: {}", actions.join(", "));
        self.also(
            "/$defs/ScreenKeys/properties/keys",
            json!({"propertyNames": {"enum": actions, "errorMessage": message}}),
        );
    }

    /// The keys of a monitor of any kind, and of `defaults`.
    fn monitor(&mut self) {
        self.text(
            "/$defs/MonitorKeys/properties/name",
            r"^[A-Za-z0-9._-]{1,128}$",
            "letters, digits, `.`, `_` and `-`; at most 128",
        );
        for def in ["MonitorKeys", "CommonKeys"] {
            let keys = format!("/$defs/{def}/properties");
            self.text(
                &format!("{keys}/runbook"),
                r"^\s*[hH][tT][tT][pP][sS]?://",
                "a URL that begins with http:// or https://",
            );
            self.also(
                &format!("{keys}/labels"),
                json!({
                    "propertyNames": {
                        "pattern": "^(?!(monitor|kind|group)$)(?!__)[A-Za-z_][A-Za-z0-9_]{0,63}$",
                        "patternErrorMessage": "a name of a Prometheus label, other than monitor, \
                                                kind and group",
                    },
                    "additionalProperties": {
                        "type": ["string", "number", "boolean"],
                        "maxLength": 256,
                    },
                }),
            );
            for key in ["interval", "min_interval", "timeout"] {
                self.positive(&format!("{keys}/{key}"));
            }
        }
        for (def, keys) in [
            ("BackoffKeys", ["initial", "max"]),
            ("PresenceKeys", ["online", "recent"]),
        ] {
            for key in keys {
                self.positive(&format!("/$defs/{def}/properties/{key}"));
            }
        }
        for def in ["Failures", "Levels_uint32"] {
            for key in ["warning", "error"] {
                let at = format!("/$defs/{def}/properties/{key}");
                self.also(&at, json!({"minimum": 1}));
            }
        }
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        self.one_of("/$defs/MonitorKeys", "a monitor", &names);
    }

    /// The keys of the kinds.
    fn kinds(&mut self) {
        for kind in Kind::ALL {
            let schemes = monitors::info(kind).schemes;
            let Some(map) = self.map_of(kind) else {
                continue;
            };
            self.also(
                &map,
                json!({"dependentRequired": {"max_age": ["timestamp"]}}),
            );
            self.positive(&format!("{map}/properties/max_age"));
            self.query(&format!("{map}/properties/timestamp"));
            if schemes.is_empty() {
                continue;
            }
            self.urls(&map, schemes);
            self.endpoint(&map);
        }
        self.exclusive("HttpKeys", "body", "json");
        self.exclusive("SocketioKeys", "listen", "emit");
        let needs_id = json!(["id"]);
        self.also(
            "/$defs/PushKeys",
            json!({"dependentRequired": {
                "available": needs_id, "min_online": needs_id, "forget": needs_id,
                "max_age": ["timestamp"],
            }}),
        );
        self.query("/$defs/PushKeys/properties/id");
        self.text(
            "/$defs/PushKeys/properties/path",
            "^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+$",
            "the path of a URL, such as /v1/worker-heartbeat",
        );
        let own = "^(?!(EIO|transport|sid|t|b64|j)$)";
        let message = "Engine.IO has parameters of these names: EIO, transport, sid, t, b64, j";
        self.also(
            "/$defs/SocketioKeys/anyOf/1/properties/query",
            json!({"propertyNames": {"pattern": own, "patternErrorMessage": message}}),
        );
        for kind in ["HttpKeys", "SseKeys"] {
            self.text(
                &format!("/$defs/{kind}/anyOf/1/properties/method"),
                TOKEN,
                "a method such as GET or POST",
            );
        }
        for kind in ["WebsocketKeys", "SseKeys"] {
            self.filter(&format!("/$defs/{kind}/anyOf/1/properties/match"));
        }
        self.also(
            "/$defs/ReplyRuleKeys",
            json!({"oneOf": [{"required": ["match"]}, {"required": ["text"]}]}),
        );
    }

    /// What all kinds with a URL share.
    fn endpoint(&mut self, map: &str) {
        let at = |key: &str| format!("{map}/properties/{key}");
        self.text(
            &at("proxy"),
            r"^\s*([hH][tT][tT][pP][sS]?|[sS][oO][cC][kK][sS]5[hH]?)://[^/?#\s]+/?\s*$",
            "the URL of a proxy, such as http://proxy.example.com:3128",
        );
        self.headers(&at("headers"));
        self.text(&at("capture"), TOKEN, "the name of a header");
        self.also(
            &format!("{}/anyOf/1", at("capture")),
            json!({"maxItems": 16}),
        );
        self.also(
            &at("max_bytes"),
            json!({
                "not": {"pattern": r"^\s*0*([2-9]|[1-9]\d+)\s*Gi?B\s*$"},
                "errorMessage": "at most 1GiB",
            }),
        );
    }

    /// Maps and lists that several kinds have.
    fn values(&mut self) {
        self.exclusive("Auth", "basic", "bearer");
        self.text(
            "/$defs/Basic/properties/username",
            "^[^:]*$",
            "a user name without a colon",
        );
        let pair =
            json!({"dependentRequired": {"cert_file": ["key_file"], "key_file": ["cert_file"]}});
        self.also("/$defs/TlsKeys", pair);
        self.text(
            "/$defs/AnswerKeys/properties/status",
            r"^\s*([1-5](\d\d|xx|XX)|[1-5]\d\d\s*-\s*[1-5]\d\d)\s*$",
            "a code, a class or a range: 204, 2xx, 200-299",
        );
        for (limit, value) in [("minimum", 100), ("maximum", 599)] {
            self.also(
                "/$defs/AnswerKeys/properties/status/anyOf/0",
                json!({limit: value}),
            );
            self.also(
                "/$defs/AnswerKeys/properties/status/anyOf/1/items",
                json!({limit: value}),
            );
        }
        self.also(
            "/$defs/AnswerKeys/properties/status/anyOf/1",
            json!({"minItems": 1}),
        );
        let headers = "/$defs/AnswerKeys/properties/headers";
        self.header_names(headers);
        for def in ["AnswerKeys", "ExpectKeys"] {
            self.filter(&format!("/$defs/{def}/properties/json"));
        }
    }
}
