//! Checks a whole store for damage, and for rows that contradict each other.

use rusqlite::Connection;

/// Faults of one sort that are named; the rest is counted in none.
const SHOWN: usize = 20;

/// What must not be in a store: a query for it, and the sentence about a row.
const RULES: [(&str, &str); 8] = [
    (
        "SELECT m.name FROM changes c JOIN monitors m ON m.id = c.monitor \
         WHERE c.until < c.\"from\"",
        "a change of this monitor ends before it begins",
    ),
    (
        "SELECT m.name FROM changes c JOIN monitors m ON m.id = c.monitor \
         WHERE c.until IS NULL GROUP BY c.monitor HAVING count(*) > 1",
        "this monitor has more than one change without an end",
    ),
    (
        "SELECT printf('i-%04d', id) FROM incidents WHERE closed < opened",
        "this incident closes before it opens",
    ),
    (
        "SELECT m.name FROM incidents i JOIN monitors m ON m.id = i.monitor \
         WHERE i.closed IS NULL GROUP BY i.monitor HAVING count(*) > 1",
        "this monitor has more than one open incident",
    ),
    (
        "SELECT \"from\" FROM watched WHERE until < \"from\"",
        "the watched time with this beginning ends before it",
    ),
    (
        "SELECT DISTINCT monitor FROM minutes WHERE monitor NOT IN (SELECT id FROM monitors) \
         UNION SELECT monitor FROM hours WHERE monitor NOT IN (SELECT id FROM monitors) \
         UNION SELECT monitor FROM days WHERE monitor NOT IN (SELECT id FROM monitors)",
        "there are numbers of a monitor with this row, but no such monitor",
    ),
    (
        "SELECT id FROM notifications WHERE state IN ('told', 'failed') AND done IS NULL",
        "the notification with this number is done, but at no time",
    ),
    (
        "SELECT name FROM marks WHERE at < 0",
        "this mark is before all times",
    ),
];

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({SHOWN})"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            // A line can have several, and names pages and indexes only.
            faults.extend(line.lines().map(str::to_owned));
        }
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if faults.len() >= SHOWN {
            break;
        }
        let table: String = row.get(0)?;
        let id: Option<i64> = row.get(1)?;
        let id = id.unwrap_or_default();
        faults.push(format!(
            "row {id} of {table} refers to a row that is missing"
        ));
    }
    for (sql, sentence) in RULES {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut shown = 0;
        while let Some(row) = rows.next()?
            && shown < SHOWN
        {
            let what = match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(id) => id.to_string(),
                text => text.as_str()?.to_owned(),
            };
            faults.push(format!("`{what}`: {sentence}"));
            shown += 1;
        }
    }
    Ok(faults)
}
