//! Lists by pages: newest first, with an opaque cursor to the next page.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::{IntoParams, ToSchema};

use super::query::Limit;

/// A page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The objects.
    pub items: Vec<T>,
    /// Give this as `cursor` for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of `limit` objects out of `found`, which were asked with [`asked`]: one more than the page holds.
    pub fn of<S>(
        mut found: Vec<S>,
        limit: Limit,
        cursor: impl Fn(&S) -> Vec<u8>,
        view: impl Fn(S) -> T,
    ) -> Self {
        let more = found.len() > limit.get();
        found.truncate(limit.get());
        let next_cursor =
            if more { found.last().map(|last| BASE64URL_NOPAD.encode(&cursor(last))) } else { None };
        Self { items: found.into_iter().map(view).collect(), next_cursor }
    }
}

/// How many objects to ask for, so that [`Page::of`] knows whether there are more.
pub fn asked(limit: Limit) -> usize {
    limit.get() + 1
}

/// The place that a page ended at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Vec<u8>);

impl Cursor {
    /// The longest cursor, in characters.
    const CHARACTERS_MAX: usize = 200;
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes =
            BASE64URL_NOPAD.decode(text.as_bytes()).ok().filter(|_| text.len() <= Self::CHARACTERS_MAX);
        bytes.map(Self).ok_or_else(|| {
            D::Error::custom("this is no cursor; give `next_cursor` of the page before as it is")
        })
    }
}

/// A cursor that is the 16 bytes of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdCursor([u8; 16]);

impl IdCursor {
    /// The cursor after the object with this id, as it goes on the wire.
    pub fn text(id: &[u8; 16]) -> String {
        BASE64URL_NOPAD.encode(id)
    }
    /// The bytes.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl<'de> Deserialize<'de> for IdCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Cursor(bytes) = Cursor::deserialize(deserializer)?;
        let bytes = bytes.try_into();
        bytes.map(Self).map_err(|_| D::Error::custom("this cursor is of another list"))
    }
}

/// The parameters of a list without filters.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
