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
    pub handler: RouteHandler,
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

/// Returns the service for a method.
pub(super) type RouteHandler = fn(MethodFilter) -> MethodRouter<AppState>;

/// Builders for the table. A route wants the token, takes no query and no body, unless it says so.
impl Route {
    pub(super) const fn get(path: &'static str, handler: RouteHandler) -> Route {
        Route::new(MethodFilter::GET, path, handler)
    }

    pub(super) const fn post(path: &'static str, handler: RouteHandler) -> Route {
        Route::new(MethodFilter::POST, path, handler)
    }

    pub(super) const fn delete(path: &'static str, handler: RouteHandler) -> Route {
        Route::new(MethodFilter::DELETE, path, handler)
    }

    const fn new(method: MethodFilter, path: &'static str, handler: RouteHandler) -> Route {
        Route {
            path,
            method,
            access: RouteAccess::Token,
            handler,
            about: Operation {
                id: "",
                summary: "",
                query: &[],
                body: None,
                answer: AnswerBody::Empty(204),
            },
        }
    }

    pub(super) const fn public(mut self) -> Route {
        self.access = RouteAccess::Public;
        self
    }

    pub(super) const fn query(mut self, query: &'static [Parameter]) -> Route {
        self.about.query = query;
        self
    }

    /// The body of a request is JSON of this type.
    pub(super) const fn takes<T: JsonSchema>(mut self) -> Route {
        self.about.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    pub(super) const fn answers(mut self, answer: AnswerBody) -> Route {
        self.about.answer = answer;
        self
    }

    pub(super) const fn about(mut self, id: &'static str, summary: &'static str) -> Route {
        self.about.id = id;
        self.about.summary = summary;
        self
    }
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
