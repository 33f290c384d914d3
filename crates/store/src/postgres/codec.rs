//! Values on PostgreSQL's wire, in its binary format.

use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::failure::map;
use crate::error::Result;
use crate::value::{Kind, OwnedValue, Row, Value};

type Fault = Box<dyn StdError + Sync + Send>;

/// The type as which a value is announced; a null leaves it to the server.
pub(crate) fn param_type(value: &Value<'_>) -> Type {
    match value.kind() {
        None => Type::UNKNOWN,
        Some(Kind::Int) => Type::INT8,
        Some(Kind::Text) => Type::TEXT,
        Some(Kind::Bytes) => Type::BYTEA,
    }
}

/// The type of an array of a kind.
pub(crate) fn array_type(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8_ARRAY,
        Kind::Text => Type::TEXT_ARRAY,
        Kind::Bytes => Type::BYTEA_ARRAY,
    }
}

/// Whether a value that would be announced as `given` can be sent to a parameter that was prepared as `wanted`.
pub(crate) fn fits(given: &Type, wanted: &Type) -> bool {
    *given == Type::UNKNOWN || given == wanted
}

/// A value as a parameter.
#[derive(Debug)]
pub(crate) struct Param<'a>(pub &'a Value<'a>);

impl ToSql for Param<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        Ok(match self.0 {
            Value::Null => IsNull::Yes,
            value => {
                put(value, out);
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn put(value: &Value<'_>, out: &mut BytesMut) {
    match value {
        Value::Null => {}
        Value::Int(number) => out.put_i64(*number),
        Value::Text(text) => out.put_slice(text.as_bytes()),
        Value::Bytes(bytes) => out.put_slice(bytes),
    }
}

/// One column of many rows, or many keys, as an array parameter; written straight from the values.
#[derive(Debug)]
pub(crate) struct Array<'a> {
    kind: Kind,
    items: Items<'a>,
}

#[derive(Debug)]
enum Items<'a> {
    Column { rows: &'a [Value<'a>], width: usize, column: usize },
    Keys(&'a [&'a Value<'a>]),
}

impl<'a> Array<'a> {
    pub(crate) fn of_column(kind: Kind, rows: &'a [Value<'a>], width: usize, column: usize) -> Self {
        Self { kind, items: Items::Column { rows, width, column } }
    }

    pub(crate) fn of_keys(kind: Kind, keys: &'a [&'a Value<'a>]) -> Self {
        Self { kind, items: Items::Keys(keys) }
    }

    fn write<'v>(
        &self,
        items: impl ExactSizeIterator<Item = &'v Value<'v>>,
        out: &mut BytesMut,
    ) -> Result<(), Fault> {
        let element = match self.kind {
            Kind::Int => Type::INT8,
            Kind::Text => Type::TEXT,
            Kind::Bytes => Type::BYTEA,
        };
        // One dimension, that may hold nulls, of these elements, so many of them, counted from 1.
        out.put_i32(1);
        out.put_i32(1);
        out.put_u32(element.oid());
        out.put_i32(i32::try_from(items.len())?);
        out.put_i32(1);
        for item in items {
            match item {
                Value::Null => out.put_i32(-1),
                Value::Int(number) => {
                    out.put_i32(8);
                    out.put_i64(*number);
                }
                Value::Text(text) => {
                    out.put_i32(i32::try_from(text.len())?);
                    out.put_slice(text.as_bytes());
                }
                Value::Bytes(bytes) => {
                    out.put_i32(i32::try_from(bytes.len())?);
                    out.put_slice(bytes);
                }
            }
        }
        Ok(())
    }
}

impl ToSql for Array<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match self.items {
            Items::Column { rows, width, column } => {
                self.write(rows.chunks_exact(width).map(|row| &row[column]), out)?;
            }
            Items::Keys(keys) => self.write(keys.iter().copied(), out)?,
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of the server as a row of the store.
pub(crate) fn read(row: &tokio_postgres::Row) -> Result<Row> {
    let column = |i| row.try_get::<_, Column>(i).map(|column| column.0).map_err(map);
    let values = (0..row.len()).map(column).collect::<Result<_>>()?;
    Ok(Row { values })
}

struct Column(OwnedValue);

impl<'a> FromSql<'a> for Column {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        Ok(Column(match *ty {
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Value::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Value::Int(i64::from(raw != [0])),
            Type::NUMERIC => Value::Int(whole_number(raw)?),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Value::from(std::str::from_utf8(raw)?.to_owned())
            }
            Type::BYTEA => Value::from(raw.to_vec()),
            // The answer of a function that has none.
            Type::VOID => Value::Null,
            _ => return Err(format!("the type {ty} is not one of the store; cast it").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Column(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads a `NUMERIC`, which is what `SUM` over `BIGINT` gives: digits in base 10,000, the first standing for
/// `10000^weight`. Only whole numbers that fit are values of the store.
fn whole_number(raw: &[u8]) -> Result<i64, Fault> {
    const NEGATIVE: u16 = 0x4000;
    let words: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let [_, weight, sign, _, digits @ ..] = words.as_slice() else {
        return Err("a numeric value is cut short".into());
    };
    if *sign != 0 && *sign != NEGATIVE {
        return Err("a sum is not a number".into());
    }
    let weight = i32::from(weight.cast_signed());
    let mut total: i128 = 0;
    for (i, digit) in digits.iter().enumerate() {
        let power = weight - i32::try_from(i)?;
        match u32::try_from(power) {
            Ok(power) => {
                let scale = 10_000_i128.checked_pow(power).ok_or("a sum is too large")?;
                total = i128::from(*digit)
                    .checked_mul(scale)
                    .and_then(|part| total.checked_add(part))
                    .ok_or("a sum is too large")?;
            }
            Err(_) if *digit == 0 => {}
            Err(_) => return Err("a numeric value has a fraction; the store has whole numbers only".into()),
        }
    }
    let total = if *sign == NEGATIVE { -total } else { total };
    Ok(i64::try_from(total).map_err(|_| "a sum does not fit into 64 bits")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(weight: i16, sign: u16, digits: &[u16]) -> Vec<u8> {
        let mut words = vec![u16::try_from(digits.len()).unwrap(), weight.cast_unsigned(), sign, 0];
        words.extend(digits);
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn a_numeric_is_read_when_it_is_whole_and_fits() {
        assert_eq!(whole_number(&numeric(0, 0, &[])).unwrap(), 0);
        assert_eq!(whole_number(&numeric(0, 0, &[42])).unwrap(), 42);
        assert_eq!(whole_number(&numeric(1, 0x4000, &[1, 2])).unwrap(), -10_002);
        // Trailing zeros are left out on the wire.
        assert_eq!(whole_number(&numeric(2, 0, &[3])).unwrap(), 300_000_000);
        assert_eq!(whole_number(&numeric(4, 0, &[922, 3372, 368, 5477, 5807])).unwrap(), i64::MAX);
        assert!(whole_number(&numeric(4, 0, &[922, 3372, 368, 5477, 5808])).is_err());
        assert!(whole_number(&numeric(0, 0, &[1, 5000])).is_err());
        assert!(whole_number(&numeric(0, 0xC000, &[])).is_err());
        assert!(whole_number(&[0, 1]).is_err());
    }
}
