//! What a config says of a monitor for the people who have to act on its failure.

use crate::model::Meta;

/// Returns the description, the runbook and the labels, each as one line: `Orders`,
/// `runbook: https://wiki.example.com/orders`, `labels: team=shop, tier=1`. Leaves out what the
/// config does not say.
pub fn notes(meta: &Meta) -> Vec<String> {
    let description = meta.description.as_ref().filter(|text| !text.is_empty());
    let description = description.map(ToString::to_string);
    let runbook = meta
        .runbook
        .as_ref()
        .map(|runbook| format!("runbook: {runbook}"));
    let labels = (!meta.labels.is_empty()).then(|| format!("labels: {}", labels(meta)));
    [description, runbook, labels]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns the labels in one line: `team=shop, tier=1`; empty without any.
pub fn labels(meta: &Meta) -> String {
    let pairs = meta
        .labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join(", ")
}
