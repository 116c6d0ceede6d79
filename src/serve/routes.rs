//! The routes of the interface, in one table. `/v1` and `/v1/openapi.json` are written from it.

use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};

use super::actions::AccessBody;
use super::health::HealthBody;
use super::incidents::{NewAcknowledgement, NewNote};
use super::instances::Listed;
use super::monitors::MonitorList;
use super::openapi::{Documents, RouteIndex};
use super::route::{AnswerBody, Operation, Route, RouteAccess, body};
use super::silences::NewSilence;
use super::state::AppState;
use super::status::One;
use super::{
    actions, alerts, availability, events, health, heartbeats, incidents, instances, metrics,
    monitor_history, monitors, openapi, page, receive_push, silences, status,
};
use crate::report::alerts_json::AlertsJson;
use crate::report::history::json::{
    AvailabilityJson, ChangeJson, HistoryJson, IncidentCourseJson, IncidentJson, IncidentsJson,
    NumbersJson, UnwatchedJson,
};
use crate::report::incident_json::{SilenceJson, SilencesJson};
use crate::report::json::ReportJson;
use crate::report::settings_json::SettingsJson;

const EVENT_STREAM: AnswerBody = AnswerBody::Text("text/event-stream");

static ROUTES: [Route; 31] = [
    Route {
        path: page::PATH,
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, page::show),
        about: Operation {
            id: "page",
            summary: "A page for people: what is wrong, since when and why, and all monitors",
            query: &[],
            body: None,
            answer: AnswerBody::Text("text/html"),
        },
    },
    Route {
        path: "/v1",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, openapi::index),
        about: Operation {
            id: "routes",
            summary: "The routes of this interface",
            query: &[],
            body: None,
            answer: AnswerBody::json::<RouteIndex>(),
        },
    },
    Route {
        path: openapi::PATH,
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, openapi::document),
        about: Operation {
            id: "openapi",
            summary: "This interface as an OpenAPI 3.1 document",
            query: &[],
            body: None,
            answer: AnswerBody::json::<serde_json::Value>(),
        },
    },
    Route {
        path: "/v1/status",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, status::all),
        about: Operation {
            id: "status",
            summary: "The status of everything, with all monitors",
            query: &[],
            body: None,
            answer: AnswerBody::json::<ReportJson<'static>>(),
        },
    },
    Route {
        path: "/v1/monitors",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, monitors::list),
        about: Operation {
            id: "monitors",
            summary: "All monitors, or those that a filter selects",
            query: monitors::QUERY,
            body: None,
            answer: AnswerBody::json::<MonitorList<'static>>(),
        },
    },
    Route {
        path: "/v1/status/access",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::access),
        about: Operation {
            id: "access",
            summary: "Whether this client may act on monitors",
            query: &[],
            body: None,
            answer: AnswerBody::json::<AccessBody>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, status::one),
        about: Operation {
            id: "monitor",
            summary: "One monitor",
            query: &[],
            body: None,
            answer: AnswerBody::json::<One<'static>>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}/instances",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, instances::list),
        about: Operation {
            id: "instances",
            summary: "The instances of a push monitor, by name",
            query: &[],
            body: None,
            answer: AnswerBody::json::<Vec<Listed<'static>>>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}/history",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, monitor_history::changes),
        about: Operation {
            id: "history",
            summary: "The changes of status of a monitor, oldest first",
            query: monitor_history::CHANGES_QUERY,
            body: None,
            answer: AnswerBody::json::<HistoryJson<Vec<ChangeJson<'static>>, Vec<UnwatchedJson>>>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}/numbers",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, monitor_history::numbers),
        about: Operation {
            id: "numbers",
            summary: "Heartbeats, failures and latencies of a monitor by intervals",
            query: monitor_history::NUMBERS_QUERY,
            body: None,
            answer: AnswerBody::json::<NumbersJson<'static>>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}/settings",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, instances::settings),
        about: Operation {
            id: "settings",
            summary: "What a monitor sends and checks, as in its config, without secrets",
            query: &[],
            body: None,
            answer: AnswerBody::json::<SettingsJson<'static>>(),
        },
    },
    Route {
        path: "/v1/monitors/{name}/instances/{id}",
        method: MethodFilter::DELETE,
        access: RouteAccess::Token,
        handler: |method| on(method, instances::remove),
        about: Operation {
            id: "removeInstance",
            summary: "Forgets an instance; its next heartbeat registers it again",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(204),
        },
    },
    Route {
        path: "/v1/monitors/{name}/check",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::check),
        about: Operation {
            id: "checkMonitor",
            summary: "Probes a monitor now",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    },
    Route {
        path: "/v1/monitors/{name}/reconnect",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::reconnect),
        about: Operation {
            id: "reconnectMonitor",
            summary: "Opens the connection of a monitor again",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    },
    Route {
        path: "/v1/monitors/{name}/pause",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::pause),
        about: Operation {
            id: "pauseMonitor",
            summary: "Pauses a monitor",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    },
    Route {
        path: "/v1/monitors/{name}/resume",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::resume),
        about: Operation {
            id: "resumeMonitor",
            summary: "Ends the pause of a monitor",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(202),
        },
    },
    Route {
        path: "/v1/incidents",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, incidents::list),
        about: Operation {
            id: "incidents",
            summary: "Incidents, oldest first: the times in which a monitor was not well",
            query: incidents::QUERY,
            body: None,
            answer: AnswerBody::json::<IncidentsJson<Vec<IncidentJson<'static>>>>(),
        },
    },
    Route {
        path: "/v1/incidents/{incident}",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, incidents::one),
        about: Operation {
            id: "incident",
            summary: "One incident with the changes of its monitor while it lasted",
            query: &[],
            body: None,
            answer: AnswerBody::json::<IncidentCourseJson<'static>>(),
        },
    },
    Route {
        path: "/v1/incidents/{incident}/notes",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, incidents::add_note),
        about: Operation {
            id: "addNote",
            summary: "Adds a note to an incident",
            query: &[],
            body: body::<NewNote>(),
            answer: AnswerBody::json::<IncidentJson<'static>>(),
        },
    },
    Route {
        path: "/v1/incidents/{incident}/ack",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, incidents::acknowledge),
        about: Operation {
            id: "acknowledgeIncident",
            summary: "Acknowledges an open incident: somebody takes care of it",
            query: &[],
            body: body::<NewAcknowledgement>(),
            answer: AnswerBody::json::<IncidentJson<'static>>(),
        },
    },
    Route {
        path: "/v1/incidents/{incident}/ack",
        method: MethodFilter::DELETE,
        access: RouteAccess::Token,
        handler: |method| on(method, incidents::take_back),
        about: Operation {
            id: "unacknowledgeIncident",
            summary: "Takes an acknowledgement back",
            query: &[],
            body: None,
            answer: AnswerBody::json::<IncidentJson<'static>>(),
        },
    },
    Route {
        path: "/v1/alerts",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, alerts::list),
        about: Operation {
            id: "alerts",
            summary: "The channels, and what they were told of open incidents or are to be told",
            query: &[],
            body: None,
            answer: AnswerBody::json::<AlertsJson<'static>>(),
        },
    },
    Route {
        path: "/v1/silences",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, silences::list),
        about: Operation {
            id: "silences",
            summary: "The silences in force: times in which monitors are not to be heard of",
            query: &[],
            body: None,
            answer: AnswerBody::json::<SilencesJson<'static>>(),
        },
    },
    Route {
        path: "/v1/silences",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, silences::add),
        about: Operation {
            id: "addSilence",
            summary: "Silences the monitors that a filter selects, from now on",
            query: &[],
            body: body::<NewSilence>(),
            answer: AnswerBody::json::<SilenceJson<'static>>(),
        },
    },
    Route {
        path: "/v1/silences/{silence}",
        method: MethodFilter::DELETE,
        access: RouteAccess::Token,
        handler: |method| on(method, silences::end),
        about: Operation {
            id: "endSilence",
            summary: "Ends a silence before its time",
            query: &[],
            body: None,
            answer: AnswerBody::Empty(204),
        },
    },
    Route {
        path: "/v1/report",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, availability::report),
        about: Operation {
            id: "report",
            summary: "How available monitors were in a time: downtime, incidents, latencies, objectives",
            query: availability::QUERY,
            body: None,
            answer: AnswerBody::json::<AvailabilityJson<'static>>(),
        },
    },
    Route {
        path: "/v1/events",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, events::subscribe),
        about: Operation {
            id: "events",
            summary: "Every change as it happens, after a `start` with the whole status",
            query: events::QUERY,
            body: None,
            answer: EVENT_STREAM,
        },
    },
    Route {
        path: "/v1/heartbeats/stream",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, heartbeats::subscribe),
        about: Operation {
            id: "heartbeats",
            summary: "A heartbeat at once and then every 5 s, with what is online",
            query: &[],
            body: None,
            answer: EVENT_STREAM,
        },
    },
    Route {
        path: "/metrics",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, metrics::scrape),
        about: Operation {
            id: "metrics",
            summary: "Metrics in the text format of Prometheus",
            query: &[],
            body: None,
            answer: AnswerBody::Text("text/plain"),
        },
    },
    Route {
        path: "/-/healthy",
        method: MethodFilter::GET,
        access: RouteAccess::Public,
        handler: |method| on(method, health::healthy),
        about: Operation {
            id: "healthy",
            summary: "Whether hbmon itself works, whatever its targets do",
            query: &[],
            body: None,
            answer: AnswerBody::json::<HealthBody>(),
        },
    },
    Route {
        path: "/-/ready",
        method: MethodFilter::GET,
        access: RouteAccess::Public,
        handler: |method| on(method, health::ready),
        about: Operation {
            id: "ready",
            summary: "Whether every monitor was tried once",
            query: &[],
            body: None,
            answer: AnswerBody::json::<HealthBody>(),
        },
    },
];

/// Returns the service of all routes, without authorization. Every other path belongs to push
/// monitors.
pub(super) fn router(state: AppState) -> Router {
    ROUTES
        .iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, (route.handler)(route.method))
        })
        .fallback(receive_push::receive)
        .layer(Extension(Documents::of(&ROUTES)))
        .with_state(state)
}

/// Whether a path needs no token. The whole folder of a public route is public, so an unknown path
/// in it returns 404 and not 401.
pub(super) fn is_public(path: &str) -> bool {
    let is_in_folder_of = |route: &Route| {
        route
            .path
            .rsplit_once('/')
            .and_then(|(folder, _)| path.strip_prefix(folder))
            .is_some_and(|rest| rest.starts_with('/'))
    };
    ROUTES
        .iter()
        .filter(|route| route.access == RouteAccess::Public)
        .any(is_in_folder_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{RESERVED_FOLDERS, RESERVED_PATHS};
    use crate::serve::route::method_name;

    fn is_below(path: &str, prefix: &str) -> bool {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    #[test]
    fn reserved_paths_cover_exactly_the_routes() {
        for route in &ROUTES {
            let covers = |prefix: &&str| is_below(route.path, prefix);
            let is_folder = RESERVED_FOLDERS.contains(&route.path);
            assert!(
                is_folder || RESERVED_PATHS.iter().any(covers),
                "{}",
                route.path
            );
        }
        for prefix in RESERVED_PATHS {
            let is_used = ROUTES.iter().any(|route| is_below(route.path, prefix));
            assert!(is_used, "{prefix}");
        }
    }

    /// The paths of pushed heartbeats are in the document too; the fallback serves them.
    #[test]
    fn the_document_has_every_route_and_no_other() {
        let document = Documents::of(&ROUTES).openapi;
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        let listed = document["paths"].as_object().unwrap().iter();
        let mut listed: Vec<String> = listed
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .filter(|route| !route.starts_with("POST /v1/heartbeats/{name}"))
            .collect();
        let mut routes: Vec<String> = ROUTES
            .iter()
            .map(|route| format!("{} {}", method_name(route.method), route.path))
            .collect();
        listed.sort_unstable();
        routes.sort_unstable();
        assert_eq!(listed, routes);
    }

    #[test]
    fn only_the_folder_of_health_is_public() {
        for (path, expected) in [
            ("/-/healthy", true),
            ("/-/ready", true),
            ("/-/unknown/path", true),
            ("/-/", true),
            ("/-", false),
            ("/", false),
            ("/metrics", false),
            ("/v1/status", false),
            ("/x/-/ready", false),
        ] {
            assert_eq!(is_public(path), expected, "{path}");
        }
    }
}
