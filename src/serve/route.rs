//! What the table of routes has to say about a route.

use axum::routing::{MethodFilter, MethodRouter};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::query::Parameter;
use super::state::AppState;

/// The clients that may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RouteAccess {
    /// Every client, without a token.
    Public,
    /// A client with the token of the interface, if it has one.
    Token,
}

/// One route.
pub(super) struct Route {
    /// Pattern in the syntax of axum, which OpenAPI shares.
    pub path: &'static str,
    pub method: MethodFilter,
    pub access: RouteAccess,
    /// Returns the service for the method.
    pub handler: fn(MethodFilter) -> MethodRouter<AppState>,
    pub about: Operation,
}

/// What `/v1` and `/v1/openapi.json` say about a route.
pub(super) struct Operation {
    /// Unique name of the operation, for generated clients.
    pub id: &'static str,
    /// One sentence without a full stop.
    pub summary: &'static str,
    /// Optional keys of the query with their descriptions.
    pub query: &'static [Parameter],
    /// The schema of the JSON that the request has; `None` if the body does not matter.
    pub body: Option<BodySchema>,
    pub answer: AnswerBody,
}

/// Returns the schema of a body.
pub(super) type BodySchema = fn(&mut SchemaGenerator) -> Schema;

/// Returns the schema of a type.
pub(super) const fn body<T: JsonSchema>() -> Option<BodySchema> {
    Some(SchemaGenerator::subschema_for::<T>)
}

/// The answer to a request that is not refused.
#[derive(Clone, Copy)]
pub(super) enum AnswerBody {
    /// 200 with JSON of this schema.
    Json(BodySchema),
    /// 200 with text of this media type.
    Text(&'static str),
    /// This status without a body.
    Empty(u16),
}

impl AnswerBody {
    pub(super) const fn json<T: JsonSchema>() -> AnswerBody {
        AnswerBody::Json(SchemaGenerator::subschema_for::<T>)
    }
}

/// Returns the name of a method, or of the first of several.
pub(super) fn method_name(method: MethodFilter) -> &'static str {
    match method {
        MethodFilter::DELETE => "DELETE",
        MethodFilter::PATCH => "PATCH",
        MethodFilter::POST => "POST",
        MethodFilter::PUT => "PUT",
        _ => "GET",
    }
}
