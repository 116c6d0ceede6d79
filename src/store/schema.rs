//! The tables of a store, and how an older one becomes a newer one.

use rusqlite::{Connection, TransactionBehavior, params};

use super::rows;
use crate::clock::Clock;

/// The `application_id` of a store: "hbmn".
pub(super) const APPLICATION: i64 = 0x6862_6d6e;

/// What makes each version out of the one before it. A released line never changes.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// The version that this hbmon writes.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Creates the tables of an empty file, or brings an older store up to date, in one transaction.
pub(super) fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let now = rows::ms(Clock::start().anchor());
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another process may have done it in the meantime.
    let found = usize::try_from(version(&transaction)?).unwrap_or(0);
    for (done, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        transaction.execute_batch(sql)?;
        transaction.execute(
            "INSERT INTO migrations(version, at, hbmon) VALUES (?1, ?2, ?3)",
            params![done as i64 + 1, now, env!("CARGO_PKG_VERSION")],
        )?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(super) fn application(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

/// Whether there is no table: the file is new.
pub(super) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)",
        [],
        |row| row.get(0),
    )
}
