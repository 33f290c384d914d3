//! The schema, as the numbered list of steps that made it.
//!
//! A step is one SQL text for both databases (see [`Dialect::migration_sql`]) and runs in one transaction together with
//! the row in `schema_migrations` that says so. A step is never edited after a release; a change is a further step.
//!
//! [`Dialect::migration_sql`]: crate::dialect::Dialect::migration_sql

use std::collections::BTreeMap;

use crate::dialect::{Dialect, MIGRATION_LOCK};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Number, name and SQL of every step, in the order of their numbers.
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "probe", include_str!("../migrations/0001_probe.sql")),
    (2, "core", include_str!("../migrations/0002_core.sql")),
    (3, "payouts", include_str!("../migrations/0003_payouts.sql")),
    (4, "states", include_str!("../migrations/0004_states.sql")),
    (5, "exchange", include_str!("../migrations/0005_exchange.sql")),
    (6, "proofs", include_str!("../migrations/0006_proofs.sql")),
    (7, "disputes", include_str!("../migrations/0007_disputes.sql")),
    (8, "publisher_groups", include_str!("../migrations/0008_publisher_groups.sql")),
    (9, "contract_acceptances", include_str!("../migrations/0009_contract_acceptances.sql")),
    (10, "hands", include_str!("../migrations/0010_hands.sql")),
    (11, "customers", include_str!("../migrations/0011_customers.sql")),
    (12, "billing", include_str!("../migrations/0012_billing.sql")),
    (13, "alerts", include_str!("../migrations/0013_alerts.sql")),
    (14, "bonuses", include_str!("../migrations/0014_bonuses.sql")),
    (15, "payout_exchanges", include_str!("../migrations/0015_payout_exchanges.sql")),
    (16, "referrals", include_str!("../migrations/0016_referrals.sql")),
    (17, "tier_raises", include_str!("../migrations/0017_tier_raises.sql")),
    (18, "customer_conversions", include_str!("../migrations/0018_customer_conversions.sql")),
    (19, "joining", include_str!("../migrations/0019_joining.sql")),
    (20, "contract_templates", include_str!("../migrations/0020_contract_templates.sql")),
    (21, "program_joining", include_str!("../migrations/0021_program_joining.sql")),
    (22, "campaigns", include_str!("../migrations/0022_campaigns.sql")),
    (23, "sign_in", include_str!("../migrations/0023_sign_in.sql")),
    (24, "own_results", include_str!("../migrations/0024_own_results.sql")),
    (25, "outputs", include_str!("../migrations/0025_outputs.sql")),
    (26, "conversion_payments", include_str!("../migrations/0026_conversion_payments.sql")),
    (27, "visits", include_str!("../migrations/0027_visits.sql")),
    (28, "exposures", include_str!("../migrations/0028_exposures.sql")),
    (29, "creatives", include_str!("../migrations/0029_creatives.sql")),
];

/// Applies the first step of `list` that the database has not; gives its number, or `None` when nothing is left to do.
pub(crate) fn apply_next(tx: &mut Tx<'_>, list: &[(i64, &str, &str)]) -> Result<Option<i64>> {
    if tx.dialect() == Dialect::Postgres {
        // Several processes may start at the same moment; SQLite has one writer anyway.
        tx.query("SELECT pg_advisory_xact_lock($1)", &[MIGRATION_LOCK.into()])?;
    }
    tx.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
        &[],
    )?;
    let mut applied = BTreeMap::new();
    for row in tx.query("SELECT version, name FROM schema_migrations", &[])? {
        applied.insert(row.int(0)?, row.text(1)?.to_owned());
    }
    check(&applied, list)?;
    let Some((version, name, sql)) = list.iter().find(|(version, ..)| !applied.contains_key(version)) else {
        return Ok(None);
    };
    let sql = tx.dialect().migration_sql(sql);
    tx.batch(&sql)?;
    tx.execute(
        "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)",
        &[(*version).into(), (*name).into()],
    )?;
    Ok(Some(*version))
}

/// Refuses a database that this program does not know.
fn check(applied: &BTreeMap<i64, String>, list: &[(i64, &str, &str)]) -> Result<()> {
    let known = list.last().map_or(0, |(version, ..)| *version);
    if let Some((&found, _)) = applied.last_key_value()
        && found > known
    {
        return Err(Error::SchemaNewer { found, known });
    }
    for (version, name, _) in list {
        if let Some(applied) = applied.get(version)
            && applied != name
        {
            return Err(Error::SchemaForeign {
                version: *version,
                applied: applied.clone(),
                known: (*name).to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_without_gaps() {
        let numbers: Vec<i64> = MIGRATIONS.iter().map(|(version, ..)| *version).collect();
        let expected: Vec<i64> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn a_newer_or_foreign_schema_is_refused() {
        let list = [(1, "probe", ""), (2, "core", "")];
        let applied = |rows: &[(i64, &str)]| {
            rows.iter().map(|(version, name)| (*version, (*name).to_owned())).collect()
        };
        assert_eq!(check(&applied(&[]), &list), Ok(()));
        assert_eq!(check(&applied(&[(1, "probe")]), &list), Ok(()));
        assert_eq!(
            check(&applied(&[(1, "probe"), (3, "x")]), &list),
            Err(Error::SchemaNewer { found: 3, known: 2 })
        );
        assert!(matches!(
            check(&applied(&[(1, "other")]), &list),
            Err(Error::SchemaForeign { version: 1, .. })
        ));
    }
}
