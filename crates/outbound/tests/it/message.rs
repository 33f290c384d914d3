//! Mails as another program reads them.

use mailparse::{DispositionType, MailHeaderMap as _, parse_mail};
use outbound::Mail;

use crate::relay::{Behaviour, mail, relay};

/// The message as a relay was handed it.
async fn message(mail: &Mail) -> String {
    let (port, heard) = relay(Behaviour::default()).await;
    let settings = outbound::Settings {
        mail_server: format!("smtp://127.0.0.1:{port}"),
        mail_from: "merit@network.example".to_owned(),
        ..outbound::Settings::default()
    };
    outbound::Courier::new(&settings).unwrap().mail(mail).await.unwrap();
    let heard = heard.await.unwrap();
    let (_, message) = heard.split_once("DATA\r\n").unwrap();
    message.split_once("\r\n.\r\n").unwrap().0.to_owned() + "\r\n"
}

#[tokio::test]
async fn every_letter_arrives() {
    let sent = mail();
    let text = message(&sent).await;
    assert!(text.is_ascii(), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])), "{text}");
    let read = parse_mail(text.as_bytes()).unwrap();
    let header = |name: &str| read.headers.get_first_value(name).unwrap();
    assert_eq!(header("Subject"), sent.subject);
    assert_eq!(header("From"), "<merit@network.example>");
    assert_eq!(header("To"), "<a@b.example>");
    assert_eq!(header("Message-ID"), "<dlv_1@network.example>");
    assert_eq!(mailparse::dateparse(&header("Date")).unwrap(), 1_795_341_600);
    assert_eq!(read.ctype.mimetype, "multipart/mixed");
    let [words, file] = read.subparts.as_slice() else { panic!("{text}") };
    assert_eq!((words.ctype.mimetype.as_str(), words.get_body().unwrap()), ("text/plain", sent.text.clone()));
    let attachment = sent.attachment.unwrap();
    assert_eq!((file.ctype.mimetype.as_str(), file.get_body_raw().unwrap()), ("text/csv", attachment.bytes));
    let disposition = file.get_content_disposition();
    assert_eq!(disposition.disposition, DispositionType::Attachment);
    assert_eq!(disposition.params.get("filename"), Some(&attachment.name));
}

#[tokio::test]
async fn a_mail_without_a_file_is_its_text() {
    let sent = Mail { attachment: None, subject: "Plain".to_owned(), ..mail() };
    let read = message(&sent).await;
    let read = parse_mail(read.as_bytes()).unwrap();
    assert_eq!((read.ctype.mimetype.as_str(), read.get_body().unwrap()), ("text/plain", sent.text));
}

#[tokio::test]
async fn names_add_no_headers() {
    let hostile = "x\r\nBcc: <y@z.example>\r\n\r\n.\r\nQUIT\r\n\"; filename=\"z.exe";
    let mut sent = Mail { subject: hostile.to_owned(), text: hostile.to_owned(), ..mail() };
    sent.attachment.as_mut().unwrap().name = hostile.to_owned();
    let text = message(&sent).await;
    let read = parse_mail(text.as_bytes()).unwrap();
    assert!(read.headers.get_first_value("Bcc").is_none(), "{text}");
    assert_eq!(read.subparts.len(), 2, "{text}");
    assert_eq!(read.subparts[0].get_body().unwrap(), hostile);
    let disposition = read.subparts[1].get_content_disposition();
    assert_eq!(disposition.params.get("filename").map(String::as_str), Some(hostile));
    // The relay heard one mail and nothing else.
    assert!(!text.split("\r\n").any(|line| line == "QUIT" || line == "."), "{text}");
}
