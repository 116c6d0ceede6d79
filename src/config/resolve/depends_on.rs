//! Checks on which monitors a monitor depends.

use std::collections::{HashMap, HashSet};

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::setting::{Many, Setting};
use crate::conf::span::Span;
use crate::model::Text;
use crate::monitors::MonitorKeys;

/// The most monitors on which one depends.
const MOST: usize = 16;

/// What one monitor depends on: names with their places.
type Parents<'k> = Vec<(&'k str, Span)>;

/// Returns the names of the monitors on which a monitor depends.
pub(super) fn names(monitor: &MonitorKeys) -> Vec<Text> {
    let written = monitor
        .depends_on
        .iter()
        .filter_map(|field| field.value.as_ref());
    let names = written.flat_map(|many| &many.0);
    let mut names: Vec<Text> = names
        .filter_map(|name| Some(Text::clean(name.value.as_deref()?)))
        .collect();
    names.sort();
    names.dedup();
    names
}

impl PlanResolver<'_> {
    /// Reports names that no monitor has, and circles.
    pub(super) fn check_dependencies<'k>(&self, monitors: impl Iterator<Item = &'k MonitorKeys>) {
        let mut names = Vec::new();
        let mut parents: HashMap<&str, Parents<'k>> = HashMap::new();
        for monitor in monitors {
            let Some(name) = monitor.name.as_ref().and_then(|name| name.value.as_deref()) else {
                continue;
            };
            names.push(name);
            if let Some(field) = &monitor.depends_on {
                let written = self.parents(name, field);
                parents.insert(name, written);
            }
        }
        let known: HashSet<&str> = names.iter().copied().collect();
        for (name, span) in parents.values().flatten() {
            if known.contains(name) {
                continue;
            }
            let title = format!("`depends_on` names `{name}`, and no monitor is called so");
            let label = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "expected the `name` of a monitor".to_owned(),
            };
            self.context
                .report(Diagnostic::new(Code::UnknownName, title).at(*span, label));
        }
        self.check_circles(&names, &parents);
    }

    fn parents<'k>(&self, name: &str, field: &'k Setting<Many<String>>) -> Parents<'k> {
        let written = field.value.iter().flat_map(|many| &many.0);
        let parents: Parents<'k> = written
            .filter_map(|parent| Some((parent.value.as_deref()?, parent.span)))
            .collect();
        if parents.len() > MOST {
            let title = format!("monitor `{name}` depends on more than {MOST} monitors");
            self.context
                .report(Diagnostic::new(Code::Range, title).at(field.span, "too many"));
        }
        parents
    }

    /// Reports each circle once, at the name that closes it.
    fn check_circles(&self, names: &[&str], parents: &HashMap<&str, Parents<'_>>) {
        let mut done: HashSet<&str> = HashSet::new();
        for start in names {
            // Depth first, without recursion: a chain may be as long as the config.
            let mut path: Vec<(&str, usize)> = vec![(start, 0)];
            let mut on_path: HashSet<&str> = HashSet::from([*start]);
            while let Some((name, next)) = path.last_mut() {
                let following = parents.get(name).and_then(|all| all.get(*next));
                *next += 1;
                match following {
                    _ if done.contains(name) => {
                        on_path.remove(*name);
                        path.pop();
                    }
                    None => {
                        done.insert(name);
                        on_path.remove(*name);
                        path.pop();
                    }
                    Some((parent, span)) if on_path.contains(parent) => {
                        let circle = path.iter().map(|(name, _)| *name);
                        let circle: Vec<&str> = circle
                            .skip_while(|name| name != parent)
                            .chain([*parent])
                            .collect();
                        let title = "monitors depend on one another in a circle";
                        let problem = Diagnostic::new(Code::Circle, title);
                        self.context.report(problem.at(*span, circle.join(" → ")));
                    }
                    Some((parent, _)) => {
                        on_path.insert(parent);
                        path.push((parent, 0));
                    }
                }
            }
        }
    }
}
