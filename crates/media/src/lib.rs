//! What an advertiser's own media cost: reading the files that ad systems export.
//!
//! [`read`] turns the bytes of a file into cost rows, or into questions. It reads files as people download them: with title
//! and range lines above the header, total lines, translated headers, decimal commas, any of the usual delimiters and
//! encodings. What a file does not say is asked, never guessed: a [`Question`] names the line and column it is about and the
//! [`Options`] that answer it. A row that is broken is a [`BadRow`] and does not stop the good ones.
//!
//! | file | what |
//! |---|---|
//! | `text` | bytes to text |
//! | `sheet` | text to lines of cells |
//! | `header` | what a column holds, by its name in eight languages |
//! | `totals` | lines that sum up others |
//! | `number` | amounts and counts in either style of decimals |
//! | `date` | days in every order, and the order that a file proves |
//! | `period` | what a row is about: a day, or days that have to be spread |
//! | `layout` | the header of a file with its columns |
//! | `read` | all of it together |
//! | `question` | what has to be asked |
//! | `exposures` | files of offline exposures |
//! | `origin` | parameters of addresses that tell where a visitor came from |
//!
//! Functions from data to data: nothing here knows a campaign's id, a rate of exchange or what was imported before.

mod date;
pub mod exposures;
mod header;
mod layout;
mod number;
pub mod origin;
mod period;
mod question;
mod read;
mod sheet;
mod text;
mod totals;

pub use date::DateOrder;
pub use header::Column;
pub use number::Decimals;
pub use question::{Charset, CharsetError, Options, Question, Spread, Subject, Totals};
pub use read::{BadRow, CostFile, CostRow, Reading, Skipped, SkippedLine, read};
pub use text::Unreadable;
