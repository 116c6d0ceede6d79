//! Reads changes of status and watched times.

use std::ops::ControlFlow;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::query::ChangeQuery;
use super::rows;
use crate::history::change::StatusChange;
use crate::history::period::Period;

/// Rows that are read at once. While their receiver is busy, no transaction is open: it would keep
/// the writer from shortening its journal.
const PAGE: usize = 1000;

/// The place of a row in the order of an answer: its beginning and its number.
type RowPosition = (i64, i64);

pub(super) fn each(
    connection: &Connection,
    query: &ChangeQuery,
    each: &mut dyn FnMut(u64, StatusChange) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    if query.period.is_empty() {
        return Ok(());
    }
    let mut place = match query.after {
        None => None,
        Some(id) => match place(connection, id)? {
            // The row is pruned, and with it all older ones.
            None if query.newest_first => return Ok(()),
            found => found,
        },
    };
    loop {
        let page = page(connection, query, place)?;
        let is_last = page.rows < PAGE;
        place = page.last.or(place);
        for (id, change) in page.changes {
            if each(id, change).is_break() {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

#[derive(Default)]
struct Page {
    changes: Vec<(u64, StatusChange)>,
    rows: usize,
    last: Option<RowPosition>,
}

fn place(connection: &Connection, id: u64) -> rusqlite::Result<Option<RowPosition>> {
    connection
        .prepare_cached("SELECT \"from\", id FROM changes WHERE id = ?1")?
        .query_row([rows::signed(id)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Reads a page: changes that begin in the period by the index of their beginnings, and for each
/// monitor the one that lasts when the period begins.
fn page(
    connection: &Connection,
    query: &ChangeQuery,
    after: Option<RowPosition>,
) -> rusqlite::Result<Page> {
    let transaction = connection.unchecked_transaction()?;
    let mut page = Page::default();
    let parts: [Part; 2] = if query.newest_first {
        [Part::Begun, Part::Lasting]
    } else {
        [Part::Lasting, Part::Begun]
    };
    for part in parts {
        if part == Part::Lasting && is_past_lasting(query, after) {
            continue;
        }
        let (sql, values) = part.select(query, after, PAGE - page.rows);
        let mut statement = transaction.prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(values))?;
        while let Some(row) = found.next()? {
            page.rows += 1;
            page.last = Some((row.get(4)?, row.get(0)?));
            page.changes.extend(rows::change(row)?);
        }
        if page.rows == PAGE {
            break;
        }
    }
    Ok(page)
}

/// Whether the changes that last when the period begins were read with an earlier page.
fn is_past_lasting(query: &ChangeQuery, after: Option<RowPosition>) -> bool {
    let begin = rows::ms_up(query.period.since);
    !query.newest_first && after.is_some_and(|(from, _)| from >= begin)
}

/// The two parts of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those that begin in the period.
    Begun,
    /// Those that began before it and last until then.
    Lasting,
}

impl Part {
    /// Returns the SQL and the values of its parameters.
    fn select(
        self,
        query: &ChangeQuery,
        after: Option<RowPosition>,
        limit: usize,
    ) -> (String, Vec<Value>) {
        let mut values = Values::default();
        let begin = rows::ms_up(query.period.since);
        let until = rows::ms_up(query.period.until);
        let (mut first, mut last) = match self {
            Part::Lasting => (i64::MIN, begin - 1),
            Part::Begun => (begin, until - 1),
        };
        let (order, sign) = if query.newest_first {
            ("DESC", "<")
        } else {
            ("ASC", ">")
        };
        let mut wanted = String::new();
        if let Some((from, id)) = after {
            if query.newest_first {
                last = last.min(from);
            } else {
                first = first.max(from);
            }
            let place = (values.bind(from), values.bind(id));
            wanted += &format!(" AND (c.\"from\", c.id) {sign} ({}, {})", place.0, place.1);
        }
        if let Some(monitor) = &query.monitor {
            let name = values.bind(monitor.as_str().to_owned());
            wanted += &format!(" AND m.name = {name}");
        }
        // CROSS JOIN keeps the order of the tables: rows come in the order of an index, unsorted.
        let tables = match (self, &query.monitor) {
            // Statuses of one monitor do not overlap: at most the last one before the period lasts.
            (Part::Lasting, _) => {
                let begin = values.bind(begin);
                wanted += &format!(" AND (c.until IS NULL OR c.until > {begin})");
                format!(
                    "monitors m CROSS JOIN changes c ON c.id = (SELECT id FROM changes \
                     WHERE monitor = m.id AND \"from\" < {begin} \
                     ORDER BY \"from\" DESC, id DESC LIMIT 1)"
                )
            }
            (Part::Begun, None) => "changes c CROSS JOIN monitors m ON m.id = c.monitor".to_owned(),
            (Part::Begun, Some(_)) => {
                "monitors m CROSS JOIN changes c ON c.monitor = m.id".to_owned()
            }
        };
        let sql = format!(
            "SELECT {} FROM {tables} WHERE c.\"from\" BETWEEN {} AND {}{wanted} \
             ORDER BY c.\"from\" {order}, c.id {order} LIMIT {limit}",
            rows::CHANGE,
            values.bind(first),
            values.bind(last),
        );
        (sql, values.0)
    }
}

/// The values of the parameters of a statement.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    /// Adds a value. Returns its parameter.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }
}

/// Returns watched times in order, without overlaps, cut to a period.
pub(super) fn watched(connection: &Connection, period: Period) -> rusqlite::Result<Vec<Period>> {
    let sql = "SELECT \"from\", until FROM watched WHERE \"from\" < ?2 AND \"from\" >= \
         coalesce((SELECT max(\"from\") FROM watched WHERE \"from\" <= ?1), ?1) \
         ORDER BY \"from\"";
    let mut statement = connection.prepare_cached(sql)?;
    let bounds = [period.since.as_millisecond(), rows::ms_up(period.until)];
    let mut found = statement.query(bounds)?;
    let mut watched = Vec::new();
    while let Some(row) = found.next()? {
        let next = Period::new(rows::time(row.get(0)?), rows::time(row.get(1)?));
        let next = next.overlap(period);
        if !next.is_empty() {
            watched.push(next);
        }
    }
    Ok(watched)
}

/// Returns the time from the first to the last moment that was watched.
pub(super) fn span(connection: &Connection) -> rusqlite::Result<Option<Period>> {
    let sql = "SELECT (SELECT min(\"from\") FROM watched), \
         (SELECT until FROM watched ORDER BY \"from\" DESC LIMIT 1)";
    connection.query_row(sql, [], |row| {
        let bounds = row.get::<_, Option<i64>>(0)?.zip(row.get(1)?);
        Ok(bounds.map(|(since, until)| Period::new(rows::time(since), rows::time(until))))
    })
}
