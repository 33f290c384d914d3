//! Whose hands an account was in: one row for each time that somebody got hold of it, never edited.

use model::{AuditId, Timestamp, UserId};

use crate::{Error, Result, Tx, Value, id};

/// How somebody got hold of an account, or that he lost it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// He created it, with its first password.
    Created,
    /// He set its password or address, or made an operator of it; not known which, from the time before this table.
    Changed,
    /// He set its password.
    Password,
    /// He set the address that it signs in with.
    Email,
    /// He made an operator of it, or gave it more rights as one.
    Membership,
    /// Whoever runs the machine gave it to its person with a new password: everything before is over.
    HandedOver,
}

impl Way {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Created, "created"),
        (Self::Changed, "changed"),
        (Self::Password, "password"),
        (Self::Email, "email"),
        (Self::Membership, "membership"),
        (Self::HandedOver, "handed_over"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(way, _)| *way == self).map_or("", |(_, word)| word)
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// When.
    pub at: Timestamp,
    /// How.
    pub way: Way,
    /// Who, as in the audit log: `user:usr_..`, `key:key_..` or `system`.
    pub giver: String,
}

/// Stores a row about `person`.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, row: AuditId, person: UserId, hand: &Hand) -> Result<()> {
    let sql = "INSERT INTO user_hands (id, person, at, way, giver) VALUES ($1, $2, $3, $4, $5)";
    let values = [
        id(row.bytes()),
        Value::from(person.to_string()),
        Value::Int(hand.at.as_micros()),
        Value::from(hand.way.word()),
        Value::from(&hand.giver),
    ];
    tx.execute(sql, &values).map(drop)
}

/// The rows about `person`, oldest first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of(tx: &mut Tx<'_>, person: UserId) -> Result<Vec<Hand>> {
    let sql = "SELECT at, way, giver FROM user_hands WHERE person = $1 ORDER BY at, id";
    let rows = tx.query(sql, &[Value::from(person.to_string())])?;
    let read = |row: &crate::Row| {
        let word = row.text(1)?;
        let way = Way::ALL.iter().find(|(_, known)| *known == word).map(|(way, _)| *way);
        let way = way.ok_or_else(|| Error::Damaged("user_hands: unreadable way".to_owned()))?;
        Ok(Hand { at: Timestamp::from_micros(row.int(0)?), way, giver: row.text(2)?.to_owned() })
    };
    rows.iter().map(read).collect()
}
