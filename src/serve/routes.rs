//! The routes of the interface, in one table.

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::state::AppState;
use super::{actions, events, health, heartbeats, instances, metrics, page, receive_push, status};

/// The clients that may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RouteAccess {
    /// Every client, without a token.
    Public,
    /// A client with the token of the interface, if it has one.
    Token,
}

/// One route.
struct Route {
    /// Pattern in the syntax of axum.
    path: &'static str,
    method: MethodFilter,
    access: RouteAccess,
    /// Returns the service for the method.
    handler: fn(MethodFilter) -> MethodRouter<AppState>,
}

const ROUTES: [Route; 15] = [
    Route {
        path: page::PATH,
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, page::show),
    },
    Route {
        path: "/v1/status",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, status::all),
    },
    Route {
        path: "/v1/status/access",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::access),
    },
    Route {
        path: "/v1/monitors/{name}",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, status::one),
    },
    Route {
        path: "/v1/monitors/{name}/instances",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, instances::list),
    },
    Route {
        path: "/v1/monitors/{name}/instances/{id}",
        method: MethodFilter::DELETE,
        access: RouteAccess::Token,
        handler: |method| on(method, instances::remove),
    },
    Route {
        path: "/v1/monitors/{name}/check",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::check),
    },
    Route {
        path: "/v1/monitors/{name}/reconnect",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::reconnect),
    },
    Route {
        path: "/v1/monitors/{name}/pause",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::pause),
    },
    Route {
        path: "/v1/monitors/{name}/resume",
        method: MethodFilter::POST,
        access: RouteAccess::Token,
        handler: |method| on(method, actions::resume),
    },
    Route {
        path: "/v1/events",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, events::subscribe),
    },
    Route {
        path: "/v1/heartbeats/stream",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, heartbeats::subscribe),
    },
    Route {
        path: "/metrics",
        method: MethodFilter::GET,
        access: RouteAccess::Token,
        handler: |method| on(method, metrics::scrape),
    },
    Route {
        path: "/-/healthy",
        method: MethodFilter::GET,
        access: RouteAccess::Public,
        handler: |method| on(method, health::healthy),
    },
    Route {
        path: "/-/ready",
        method: MethodFilter::GET,
        access: RouteAccess::Public,
        handler: |method| on(method, health::ready),
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
