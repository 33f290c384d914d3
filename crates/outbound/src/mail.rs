//! A mail: plain text and an attachment, in any language, as lines that every relay passes on.

use std::fmt::Write as _;

use data_encoding::BASE64;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// A file.
    pub attachment: Option<Attachment>,
    /// When it was written, as mails write it (RFC 5322).
    pub date: String,
    /// What makes it known again when it comes twice: left of the `@` of its id.
    pub id: String,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, in any letters.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Whether a text is an address that can be handed to a relay.
pub fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_fits = (1..=64).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_fits && domain.len() <= 253 && domain.split('.').all(label_fits)
}

impl Mail {
    /// The message as it is sent, with line ends of mails.
    pub(crate) fn message(&self, from: &str) -> String {
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let mut message = format!(
            "From: <{from}>\r\nTo: <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{domain}>\r\nMIME-Version: 1.0\r\n\
             Auto-Submitted: auto-generated\r\n",
            self.to,
            encoded_words(&self.subject),
            self.date,
            self.id,
        );
        let text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        let Some(file) = &self.attachment else {
            message.push_str(text);
            push_base64(&mut message, self.text.as_bytes());
            return message;
        };
        // Base64 has no hyphens, so this is in no part.
        let boundary = format!("part-{}", self.id);
        let _ = write!(
            message,
            "Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{text}"
        );
        push_base64(&mut message, self.text.as_bytes());
        let _ = write!(
            message,
            "--{boundary}\r\nContent-Type: {}\r\nContent-Disposition: attachment{}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n",
            file.media_type,
            file_name(&file.name),
        );
        push_base64(&mut message, &file.bytes);
        let _ = write!(message, "--{boundary}--\r\n");
        message
    }
}

fn push_base64(message: &mut String, bytes: &[u8]) {
    // 57 bytes are a line of 76 characters.
    for line in bytes.chunks(57) {
        message.push_str(&BASE64.encode(line));
        message.push_str("\r\n");
    }
}

/// A header's text in words of its own (RFC 2047), so that neither its letters nor its line ends can become something else.
fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes()))).collect();
    words.join("\r\n ")
}

/// The name of a file as parameters: in plain letters when it has no others, else in those of RFC 2231, in pieces that fit into lines.
fn file_name(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.len() <= 50 && name.bytes().all(plain) {
        return format!(";\r\n filename=\"{name}\"");
    }
    let mut pieces = vec!["utf-8''".to_owned()];
    for c in name.chars() {
        let escaped =
            |byte: &u8| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
        let text: String = c.encode_utf8(&mut [0; 4]).as_bytes().iter().map(escaped).collect();
        match pieces.last_mut() {
            Some(piece) if piece.len() < 50 => piece.push_str(&text),
            _ => pieces.push(text),
        }
    }
    let mut parameters = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        let _ = write!(parameters, ";\r\n filename*{number}*={piece}");
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_mailboxes() {
        for (text, fits) in [
            ("a@b.example", true),
            ("a.b+c@b-c.example", true),
            ("a@localhost", true),
            ("", false),
            ("a", false),
            ("@b", false),
            ("a@", false),
            ("a b@c.example", false),
            ("a@b.example\r\nRCPT TO:<x@y>", false),
            ("<a@b.example>", false),
            ("a@b..example", false),
            ("a@-b.example", false),
            ("á@b.example", false),
        ] {
            assert_eq!(is_mailbox(text), fits, "{text}");
        }
    }

    #[test]
    fn a_subject_is_nothing_but_a_subject() {
        let mail = Mail {
            to: "a@b.example".to_owned(),
            subject: "Báo cáo گزارش\r\nBcc: x@y.example".to_owned(),
            text: "one\r\n.\r\ntwo".to_owned(),
            attachment: None,
            date: "Sun, 22 Nov 2026 10:00:00 +0000".to_owned(),
            id: "x".to_owned(),
        };
        let message = mail.message("m@n.example");
        assert!(!message.contains("Bcc:"), "{message}");
        assert!(message.split("\r\n").all(|line| line.len() <= 78 && !line.contains('\n')), "{message}");
        assert!(!message.split("\r\n").any(|line| line == "."), "{message}");
        let text = message.split("\r\n\r\n").nth(1).unwrap().replace("\r\n", "");
        assert_eq!(BASE64.decode(text.as_bytes()).unwrap(), b"one\r\n.\r\ntwo");
    }
}
