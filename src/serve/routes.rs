//! Every route of the interface, in one table.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::StatusCode;

use super::{House, access, answer, events, health, heartbeats, metrics, status};

pub fn router(house: House) -> Router {
    Router::new()
        .route("/v1/status", get(status::all))
        .route("/v1/monitors/{name}", get(status::one))
        .route("/v1/events", get(events::subscribe))
        .route("/v1/heartbeats/stream", get(heartbeats::subscribe))
        .route("/metrics", get(metrics::scrape))
        .route("/-/healthy", get(health::healthy))
        .route("/-/ready", get(health::ready))
        .fallback(|| async { answer::refusal(StatusCode::NOT_FOUND, "there is nothing here") })
        .layer(from_fn_with_state(house.clone(), access::guard))
        .with_state(house)
}
