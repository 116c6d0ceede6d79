//! The routes of the interface, in one table. `/v1` and `/v1/openapi.json` are written from it.

use axum::routing::on;
use axum::{Extension, Router};

use super::actions::AccessBody;
use super::health::HealthBody;
use super::incidents::{NewAcknowledgement, NewNote};
use super::instances::Listed;
use super::monitors::MonitorList;
use super::openapi::{Documents, RouteIndex};
use super::route::{AnswerBody, Route, RouteAccess};
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
    Route::get(page::PATH, |method| on(method, page::show))
        .answers(AnswerBody::Text("text/html"))
        .about(
            "page",
            "A page for people: what is wrong, since when and why, and all monitors",
        ),
    Route::get("/v1", |method| on(method, openapi::index))
        .answers(AnswerBody::json::<RouteIndex>())
        .about("routes", "The routes of this interface"),
    Route::get(openapi::PATH, |method| on(method, openapi::document))
        .answers(AnswerBody::json::<serde_json::Value>())
        .about("openapi", "This interface as an OpenAPI 3.1 document"),
    Route::get("/v1/status", |method| on(method, status::all))
        .answers(AnswerBody::json::<ReportJson<'static>>())
        .about("status", "The status of everything, with all monitors"),
    Route::get("/v1/monitors", |method| on(method, monitors::list))
        .query(monitors::QUERY)
        .answers(AnswerBody::json::<MonitorList<'static>>())
        .about("monitors", "All monitors, or those that a filter selects"),
    Route::get("/v1/status/access", |method| on(method, actions::access))
        .answers(AnswerBody::json::<AccessBody>())
        .about("access", "Whether this client may act on monitors"),
    Route::get("/v1/monitors/{name}", |method| on(method, status::one))
        .answers(AnswerBody::json::<One<'static>>())
        .about("monitor", "One monitor"),
    Route::get("/v1/monitors/{name}/instances", |method| {
        on(method, instances::list)
    })
    .answers(AnswerBody::json::<Vec<Listed<'static>>>())
    .about("instances", "The instances of a push monitor, by name"),
    Route::get("/v1/monitors/{name}/history", |method| {
        on(method, monitor_history::changes)
    })
    .query(monitor_history::CHANGES_QUERY)
    .answers(AnswerBody::json::<
        HistoryJson<Vec<ChangeJson<'static>>, Vec<UnwatchedJson>>,
    >())
    .about(
        "history",
        "The changes of status of a monitor, oldest first",
    ),
    Route::get("/v1/monitors/{name}/numbers", |method| {
        on(method, monitor_history::numbers)
    })
    .query(monitor_history::NUMBERS_QUERY)
    .answers(AnswerBody::json::<NumbersJson<'static>>())
    .about(
        "numbers",
        "Heartbeats, failures and latencies of a monitor by intervals",
    ),
    Route::get("/v1/monitors/{name}/settings", |method| {
        on(method, instances::settings)
    })
    .answers(AnswerBody::json::<SettingsJson<'static>>())
    .about(
        "settings",
        "What a monitor sends and checks, as in its config, without secrets",
    ),
    Route::delete("/v1/monitors/{name}/instances/{id}", |method| {
        on(method, instances::remove)
    })
    .answers(AnswerBody::Empty(204))
    .about(
        "removeInstance",
        "Forgets an instance; its next heartbeat registers it again",
    ),
    Route::post("/v1/monitors/{name}/check", |method| {
        on(method, actions::check)
    })
    .answers(AnswerBody::Empty(202))
    .about("checkMonitor", "Probes a monitor now"),
    Route::post("/v1/monitors/{name}/reconnect", |method| {
        on(method, actions::reconnect)
    })
    .answers(AnswerBody::Empty(202))
    .about(
        "reconnectMonitor",
        "Opens the connection of a monitor again",
    ),
    Route::post("/v1/monitors/{name}/pause", |method| {
        on(method, actions::pause)
    })
    .answers(AnswerBody::Empty(202))
    .about("pauseMonitor", "Pauses a monitor"),
    Route::post("/v1/monitors/{name}/resume", |method| {
        on(method, actions::resume)
    })
    .answers(AnswerBody::Empty(202))
    .about("resumeMonitor", "Ends the pause of a monitor"),
    Route::get("/v1/incidents", |method| on(method, incidents::list))
        .query(incidents::QUERY)
        .answers(AnswerBody::json::<IncidentsJson<Vec<IncidentJson<'static>>>>())
        .about(
            "incidents",
            "Incidents, oldest first: the times in which a monitor was not well",
        ),
    Route::get("/v1/incidents/{incident}", |method| {
        on(method, incidents::one)
    })
    .answers(AnswerBody::json::<IncidentCourseJson<'static>>())
    .about(
        "incident",
        "One incident with the changes of its monitor while it lasted",
    ),
    Route::post("/v1/incidents/{incident}/notes", |method| {
        on(method, incidents::add_note)
    })
    .takes::<NewNote>()
    .answers(AnswerBody::json::<IncidentJson<'static>>())
    .about("addNote", "Adds a note to an incident"),
    Route::post("/v1/incidents/{incident}/ack", |method| {
        on(method, incidents::acknowledge)
    })
    .takes::<NewAcknowledgement>()
    .answers(AnswerBody::json::<IncidentJson<'static>>())
    .about(
        "acknowledgeIncident",
        "Acknowledges an open incident: somebody takes care of it",
    ),
    Route::delete("/v1/incidents/{incident}/ack", |method| {
        on(method, incidents::take_back)
    })
    .answers(AnswerBody::json::<IncidentJson<'static>>())
    .about("unacknowledgeIncident", "Takes an acknowledgement back"),
    Route::get("/v1/alerts", |method| on(method, alerts::list))
        .answers(AnswerBody::json::<AlertsJson<'static>>())
        .about(
            "alerts",
            "The channels, and what they were told of open incidents or are to be told",
        ),
    Route::get("/v1/silences", |method| on(method, silences::list))
        .answers(AnswerBody::json::<SilencesJson<'static>>())
        .about(
            "silences",
            "The silences in force: times in which monitors are not to be heard of",
        ),
    Route::post("/v1/silences", |method| on(method, silences::add))
        .takes::<NewSilence>()
        .answers(AnswerBody::json::<SilenceJson<'static>>())
        .about(
            "addSilence",
            "Silences the monitors that a filter selects, from now on",
        ),
    Route::delete("/v1/silences/{silence}", |method| on(method, silences::end))
        .answers(AnswerBody::Empty(204))
        .about("endSilence", "Ends a silence before its time"),
    Route::get("/v1/report", |method| on(method, availability::report))
        .query(availability::QUERY)
        .answers(AnswerBody::json::<AvailabilityJson<'static>>())
        .about(
            "report",
            "How available monitors were in a time: downtime, incidents, latencies, objectives",
        ),
    Route::get("/v1/events", |method| on(method, events::subscribe))
        .query(events::QUERY)
        .answers(EVENT_STREAM)
        .about(
            "events",
            "Every change as it happens, after a `start` with the whole status",
        ),
    Route::get("/v1/heartbeats/stream", |method| {
        on(method, heartbeats::subscribe)
    })
    .answers(EVENT_STREAM)
    .about(
        "heartbeats",
        "A heartbeat at once and then every 5 s, with what is online",
    ),
    Route::get("/metrics", |method| on(method, metrics::scrape))
        .answers(AnswerBody::Text("text/plain"))
        .about("metrics", "Metrics in the text format of Prometheus"),
    Route::get("/-/healthy", |method| on(method, health::healthy))
        .public()
        .answers(AnswerBody::json::<HealthBody>())
        .about(
            "healthy",
            "Whether hbmon itself works, whatever its targets do",
        ),
    Route::get("/-/ready", |method| on(method, health::ready))
        .public()
        .answers(AnswerBody::json::<HealthBody>())
        .about("ready", "Whether every monitor was tried once"),
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
