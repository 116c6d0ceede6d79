//! `/v1` and `/v1/openapi.json`: the routes, for people and for programs. Both are written from the
//! table of routes and the types of the answers.

use axum::extract::Extension;
use axum::response::Response;
use bytes::Bytes;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::{self, ErrorBody};
use super::route::{AnswerBody, Operation, Route, RouteAccess, method_name};
use crate::monitors::push::HEARTBEATS_PATH;

pub(super) const PATH: &str = "/v1/openapi.json";
const ROUTES: &str = "hbmon.routes/1";
const REFUSAL: &str = "#/components/responses/Refusal";

/// Parts of paths with their descriptions.
const PATH_PARAMETERS: [(&str, &str); 5] = [
    ("name", "The name of a monitor"),
    ("id", "The name of an instance"),
    ("incident", "The id of an incident: `i-0042`"),
    ("silence", "The id of a silence: `s-0007`"),
    (
        "step",
        "`start`, `fail`, `log`, or the exit code of a command: 0 to 255",
    ),
];

const RUN_QUERY: (&str, &str) = ("rid", "Any text that distinguishes runs that overlap");
const MESSAGE_QUERY: (&str, &str) = ("msg", "Stands for the body if there is none");
const PING_QUERY: (&str, &str) = (
    "ping",
    "The latency that the sender measured, in milliseconds",
);
const STATUS_QUERY: (&str, &str) = ("status", "`up`, or `down` for a failure");

/// The paths of pushed heartbeats, which have no row in the table of routes: the fallback serves
/// them, because monitors may have further paths of their own.
static PUSHED: [(&str, Operation); 2] = [
    (
        "{name}",
        Operation {
            id: "beat",
            summary: "Takes a heartbeat of a push monitor",
            query: &[RUN_QUERY, STATUS_QUERY, MESSAGE_QUERY, PING_QUERY],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    ),
    (
        "{name}/{step}",
        Operation {
            id: "step",
            summary: "Takes the start or the end of a run, a failure or a line of a log",
            query: &[RUN_QUERY, MESSAGE_QUERY, PING_QUERY],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    ),
];

/// Both documents, as bytes of JSON.
#[derive(Clone)]
pub(super) struct Documents {
    index: Bytes,
    pub openapi: Bytes,
}

/// The routes of the interface.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Routes")]
pub(super) struct RouteIndex {
    #[schemars(extend("const" = ROUTES))]
    schema: &'static str,
    hbmon: &'static str,
    routes: Vec<RouteLine>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Route")]
struct RouteLine {
    method: &'static str,
    path: String,
    summary: &'static str,
}

/// One operation of the interface, from whichever table.
struct Documented {
    method: &'static str,
    path: String,
    access: RouteAccess,
    about: &'static Operation,
}

pub(super) async fn index(Extension(documents): Extension<Documents>) -> Response {
    answer::rendered(answer::JSON, Ok(documents.index))
}

pub(super) async fn document(Extension(documents): Extension<Documents>) -> Response {
    answer::rendered(answer::JSON, Ok(documents.openapi))
}

impl Documents {
    pub(super) fn of(routes: &'static [Route]) -> Documents {
        let all: Vec<Documented> = documented(routes).collect();
        let index = RouteIndex {
            schema: ROUTES,
            hbmon: env!("CARGO_PKG_VERSION"),
            routes: all
                .iter()
                .map(|route| RouteLine {
                    method: route.method,
                    path: route.path.clone(),
                    summary: route.about.summary,
                })
                .collect(),
        };
        // The types of hbmon have only keys and numbers that JSON can express.
        let index = serde_json::to_vec(&index).unwrap_or_default();
        Documents {
            index: line(index),
            openapi: line(openapi(&all).to_string().into_bytes()),
        }
    }
}

fn line(mut json: Vec<u8>) -> Bytes {
    json.push(b'\n');
    json.into()
}

fn documented(routes: &'static [Route]) -> impl Iterator<Item = Documented> {
    let routes = routes.iter().map(|route| Documented {
        method: method_name(route.method),
        path: route.path.to_owned(),
        access: route.access,
        about: &route.about,
    });
    routes.chain(PUSHED.iter().map(|(below, about)| Documented {
        method: "POST",
        path: format!("{HEARTBEATS_PATH}{below}"),
        access: RouteAccess::Token,
        about,
    }))
}

fn openapi(all: &[Documented]) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schemas = settings
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in all {
        let item = paths.entry(&route.path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(route.method.to_lowercase(), operation(route, &mut schemas));
        }
    }
    let refusal = schemas.subschema_for::<ErrorBody<'_>>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "hbmon",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP interface of `hbmon serve`. Keys of JSON objects are only \
                added: ignore the ones you do not know. A push monitor may have a further path \
                beside `/v1/heartbeats/{name}`, and accept GET as well as POST: `path` and \
                `methods` of its config.",
        },
        "paths": paths,
        // Without a token in the config none is needed.
        "security": [{"token": []}, {}],
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Refusal": {
                "description": "The request is refused",
                "content": {answer::JSON: {"schema": refusal}},
            }},
        },
    })
}

fn operation(route: &Documented, schemas: &mut SchemaGenerator) -> Value {
    let about = route.about;
    let (status, good) = match about.answer {
        AnswerBody::Json(schema) => (
            200,
            json!({
                "description": about.summary,
                "content": {answer::JSON: {"schema": schema(schemas)}},
            }),
        ),
        AnswerBody::Text(kind) => (
            200,
            json!({
                "description": about.summary,
                "content": {kind: {"schema": {"type": "string"}}},
            }),
        ),
        AnswerBody::Empty(status) => (status, json!({"description": "Done"})),
    };
    let mut parameters: Vec<Value> = PATH_PARAMETERS
        .iter()
        .filter(|(name, _)| route.path.contains(&format!("{{{name}}}")))
        .map(|(name, text)| parameter(name, "path", text))
        .collect();
    let query = about.query.iter();
    parameters.extend(query.map(|(name, text)| parameter(name, "query", text)));
    let mut answers = json!({"default": {"$ref": REFUSAL}});
    answers[status.to_string()] = good;
    if route.access == RouteAccess::Token {
        answers["401"] = json!({"$ref": REFUSAL});
    }
    if route.path.contains('{') {
        answers["404"] = json!({"$ref": REFUSAL});
    }
    let mut operation = json!({
        "operationId": about.id,
        "summary": about.summary,
        "parameters": parameters,
        "responses": answers,
    });
    if route.access == RouteAccess::Public {
        operation["security"] = json!([]);
    }
    if let Some(schema) = about.body {
        let json = json!({"schema": schema(schemas)});
        operation["requestBody"] = json!({"content": {answer::JSON: json}});
    } else if route.method == "POST" {
        let any = json!({"schema": {}});
        operation["requestBody"] = json!({"content": {"*/*": any}});
    }
    operation
}

fn parameter(name: &str, place: &str, text: &str) -> Value {
    json!({
        "name": name,
        "in": place,
        "required": place == "path",
        "description": text,
        "schema": {"type": "string"},
    })
}
