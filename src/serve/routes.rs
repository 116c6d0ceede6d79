//! Every route of the interface, in one table.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get};

use super::{House, access, events, health, heartbeats, instances, intake, metrics, status};

pub fn router(house: House) -> Router {
    Router::new()
        .route("/v1/status", get(status::all))
        .route("/v1/monitors/{name}", get(status::one))
        .route("/v1/monitors/{name}/instances", get(instances::list))
        .route(
            "/v1/monitors/{name}/instances/{id}",
            delete(instances::remove),
        )
        .route("/v1/events", get(events::subscribe))
        .route("/v1/heartbeats/stream", get(heartbeats::subscribe))
        .route("/metrics", get(metrics::scrape))
        .route("/-/healthy", get(health::healthy))
        .route("/-/ready", get(health::ready))
        .fallback(intake::receive)
        .layer(from_fn_with_state(house.clone(), access::guard))
        .with_state(house)
}
