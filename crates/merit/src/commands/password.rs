//! Passwords: read from stdin, or drawn and shown once.

use std::io::{IsTerminal, Read};

use app::{checks, secrets_shown};
use model::Entropy;

use crate::commands::Usage;

/// A password and whether it must be shown, because nobody knows it yet.
pub struct Password {
    /// The password.
    pub text: String,
    /// True when it was drawn here.
    pub drawn: bool,
}

/// Takes the first line of stdin, or draws one.
///
/// # Errors
/// When stdin cannot be read or its password is too weak.
pub fn take(from_stdin: bool, email: &str, entropy: &dyn Entropy) -> anyhow::Result<Password> {
    if !from_stdin {
        return Ok(Password { text: secrets_shown::draw("", entropy).text()[..24].to_owned(), drawn: true });
    }
    let text = if std::io::stdin().is_terminal() { ask()? } else { first_line()? };
    match checks::text::password("password", &text, email) {
        Ok(()) => Ok(Password { text, drawn: false }),
        Err(refusal) => Err(Usage(refusal.message).into()),
    }
}

fn first_line() -> anyhow::Result<String> {
    let mut text = String::new();
    // A password file, not a film.
    std::io::stdin().take(10_000).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Reads a line from the terminal without showing it.
fn ask() -> anyhow::Result<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let stdin = std::io::stdin();
    let shown = tcgetattr(&stdin)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    eprint!("Password: ");
    tcsetattr(&stdin, OptionalActions::Now, &hidden)?;
    let mut line = String::new();
    let read = stdin.read_line(&mut line);
    tcsetattr(&stdin, OptionalActions::Now, &shown)?;
    eprintln!();
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
