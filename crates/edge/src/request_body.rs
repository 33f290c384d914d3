//! Reads a request's body whole, within a size and a time.
//!
//! A body that says it is too long is refused before a byte is read (a client that waits for `100 Continue` never
//! sends it); one that does not say is refused when it gets too long. The time is for the whole body, so a trickle
//! does not help. The usual small body arrives as one piece, which is handed on without a copy.
//!
//! A client that is still sending when the connection is closed loses the answer. So of a body that is not much too
//! large, the rest is read and thrown away before it is refused.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::Body;

/// How many times the limit is read of a body that is refused, and for how long.
const DRAIN_FACTOR: usize = 8;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Limits of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BodyLimits {
    /// Bytes.
    pub bytes_max: usize,
    /// How long the whole may take.
    pub timeout: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { bytes_max: 1024 * 1024, timeout: Duration::from_secs(30) }
    }
}

/// Why there is no body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyError {
    /// Over the limit.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// Not complete in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The connection ended, or the encoding is broken.
    #[error("the body is incomplete")]
    Broken,
}

impl BodyError {
    /// The status that answers it. The connection should close, since the rest of the body is still on its way.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads a body whole.
///
/// # Errors
/// When it is too large, too slow or broken.
pub async fn read_body<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    limits: BodyLimits,
) -> Result<Bytes, BodyError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let read = match announced > limits.bytes_max {
        true => Err(BodyError::TooLarge(limits.bytes_max)),
        false => tokio::time::timeout(limits.timeout, collect(&mut body, limits.bytes_max))
            .await
            .unwrap_or(Err(BodyError::TooSlow)),
    };
    let drained_max = limits.bytes_max.saturating_mul(DRAIN_FACTOR);
    if matches!(read, Err(BodyError::TooLarge(_))) && announced <= drained_max {
        // Whether the client finishes in time changes nothing for the refusal.
        let _ = tokio::time::timeout(limits.timeout.min(DRAIN_TIME), drain(&mut body, drained_max)).await;
    }
    read
}

async fn drain<B: Body<Data = Bytes> + Unpin>(body: &mut B, bytes_max: usize) {
    let mut drained = 0;
    while drained <= bytes_max
        && let Some(Ok(frame)) = body.frame().await
    {
        drained += frame.data_ref().map_or(0, Bytes::len);
    }
}

async fn collect<B: Body<Data = Bytes> + Unpin>(body: &mut B, bytes_max: usize) -> Result<Bytes, BodyError> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers are no part of it.
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
            continue;
        };
        if first.len().max(joined.len()) + data.len() > bytes_max {
            return Err(BodyError::TooLarge(bytes_max));
        }
        if first.is_empty() {
            first = data;
        } else {
            if joined.is_empty() {
                joined.extend_from_slice(&first);
            }
            joined.extend_from_slice(&data);
        }
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http_body_util::Full;
    use hyper::body::Frame;
    use proptest::prelude::*;

    use super::*;

    /// Gives pieces of unknown total length, then ends, fails or never ends.
    struct Pieces(Vec<Vec<u8>>, End);
    #[derive(Clone, Copy, PartialEq)]
    enum End {
        Complete,
        Broken,
        Never,
    }

    impl Body for Pieces {
        type Data = Bytes;
        type Error = &'static str;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            if !self.0.is_empty() {
                let piece = self.0.remove(0);
                return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
            }
            match self.1 {
                End::Complete => Poll::Ready(None),
                End::Broken => Poll::Ready(Some(Err("reset"))),
                End::Never => Poll::Pending,
            }
        }
    }

    const LIMITS: BodyLimits = BodyLimits { bytes_max: 10, timeout: Duration::from_millis(20) };

    fn read<B: Body<Data = Bytes, Error: std::fmt::Debug> + Unpin>(body: B) -> Result<Bytes, BodyError> {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(read_body(body, LIMITS))
    }

    #[test]
    fn each_failure_has_its_status() {
        let pieces = |pieces: &[&[u8]], end| Pieces(pieces.iter().map(|piece| piece.to_vec()).collect(), end);
        for (body, wanted) in [
            (pieces(&[], End::Complete), Ok("")),
            (pieces(&[b"abc", b"", b"def"], End::Complete), Ok("abcdef")),
            (pieces(&[b"", b"abc"], End::Complete), Ok("abc")),
            (pieces(&[b"0123456789"], End::Complete), Ok("0123456789")),
            (pieces(&[b"0123456789", b"a"], End::Complete), Err(413)),
            (pieces(&[b"01234", b"01234", b"a"], End::Never), Err(413)),
            (pieces(&[b"0123456789a"], End::Complete), Err(413)),
            (pieces(&[b"abc"], End::Broken), Err(400)),
            (pieces(&[b"abc"], End::Never), Err(408)),
        ] {
            let found = read(body).map_err(|error| error.status().as_u16());
            assert_eq!(found, wanted.map(|text| Bytes::from_static(text.as_bytes())));
        }
    }

    #[test]
    fn an_announced_length_over_the_limit_is_refused() {
        assert_eq!(read(Full::from(&b"0123456789"[..])).unwrap(), "0123456789");
        let mut little_too_large = Full::from(&b"0123456789a"[..]);
        assert_eq!(read(&mut little_too_large), Err(BodyError::TooLarge(10)));
        assert!(little_too_large.is_end_stream(), "what the client still sends is read");
        let mut huge = Full::from(vec![0; 10 * DRAIN_FACTOR + 1]);
        assert_eq!(read(&mut huge), Err(BodyError::TooLarge(10)));
        assert!(!huge.is_end_stream(), "nobody waits for the end of what is huge");
    }

    #[test]
    fn a_body_without_end_is_not_drained_for_ever() {
        let mut endless = Pieces(vec![vec![0; 11]; 100], End::Never);
        assert_eq!(read(&mut endless), Err(BodyError::TooLarge(10)));
        let left = endless.0.len();
        assert!((80..99).contains(&left), "{left} pieces are left");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_are_joined_in_order(pieces: Vec<Vec<u8>>) {
            let whole = pieces.concat();
            let read = read(Pieces(pieces, End::Complete));
            if whole.len() <= LIMITS.bytes_max {
                prop_assert_eq!(read.unwrap(), whole);
            } else {
                prop_assert_eq!(read, Err(BodyError::TooLarge(LIMITS.bytes_max)));
            }
        }
    }
}
