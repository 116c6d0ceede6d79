//! `/metrics`: the newest snapshot in the Prometheus text format. The model does the counting.
//!
//! `page` writes metric families; `monitors`, `channels` and `process` say which there are.

mod channels;
mod monitors;
mod page;
mod process;

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, prometheus_text};
use prometheus_client::registry::Registry;

use super::answer;
use super::cache::render;
use super::standings::{Standings, standings};
use super::state::AppState;
use crate::history::alert_board::AlertBoard;
use crate::model::Snapshot;
use page::MetricsPage;
use process::ProcessCounts;

#[derive(Debug)]
struct Metrics {
    snapshot: Arc<Snapshot>,
    own: ProcessCounts,
    standings: Arc<Standings>,
    /// `None` if this process sends no alerts.
    alerts: Option<Arc<AlertBoard>>,
}

pub(super) async fn scrape(State(state): State<AppState>) -> Response {
    let standings = standings(&state, &state.snapshot()).await;
    let text = state.metrics.fresh(&state, |snapshot, _| {
        let metrics = Metrics {
            snapshot,
            own: ProcessCounts::of(&state),
            standings,
            alerts: state.board(),
        };
        render(|| metrics.text().into_bytes())
    });
    answer::rendered(prometheus_text::CONTENT_TYPE, text.await)
}

impl Metrics {
    fn text(self) -> String {
        let mut registry = Registry::with_prefix("hbmon");
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = prometheus_text::encode(&mut text, &registry);
        text
    }
}

impl Collector for Metrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = MetricsPage::new(encoder, &self.snapshot);
        page.monitors()?;
        page.objectives(&self.standings)?;
        page.process(&self.own)?;
        (self.alerts.as_deref()).map_or(Ok(()), |board| page.channels(board))
    }
}
