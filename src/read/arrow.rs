//! What is damaged in an Arrow file, found without trusting it.

use std::sync::Arc;

use datafusion::arrow::ipc::reader::read_footer_length;
use datafusion::arrow::ipc::{MessageHeader, root_as_footer, root_as_message};
use datafusion::common::Result;
use datafusion::object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

/// What is damaged in an Arrow file or stream, if anything is. The engine takes the lengths in it on
/// trust, and asks for gigabytes where one is wrong.
pub async fn arrow_fault(
    store: &Arc<dyn ObjectStore>,
    file: &ObjectMeta,
) -> Result<Option<String>> {
    const MARK: &[u8] = b"ARROW1";
    let is_file = file.size >= MARK.len() as u64
        && *store.get_range(&file.location, 0..MARK.len() as u64).await? == *MARK;
    match is_file {
        true if has_footer(store, file).await? => Ok(None),
        true => Ok(Some("its footer damaged".to_owned())),
        false => stream_fault(store, file).await,
    }
}

/// Whether an Arrow file has a footer, and all that it lists.
async fn has_footer(store: &Arc<dyn ObjectStore>, file: &ObjectMeta) -> Result<bool> {
    /// The length of the footer, and the mark.
    const TRAILER: u64 = 10;
    let bytes = |range| store.get_range(&file.location, range);
    let Some(start) = file.size.checked_sub(TRAILER) else { return Ok(false) };
    let trailer = bytes(start..file.size).await?;
    let length = <[u8; TRAILER as usize]>::try_from(trailer.as_ref());
    let Some(Ok(length)) = length.ok().map(read_footer_length) else { return Ok(false) };
    let Some(at) = start.checked_sub(length as u64) else { return Ok(false) };
    let footer = bytes(at..start).await?;
    let Ok(footer) = root_as_footer(&footer) else { return Ok(false) };
    let blocks = footer.dictionaries().into_iter().chain(footer.recordBatches()).flatten();
    Ok(blocks.into_iter().all(|block| {
        end(block.offset(), [block.metaDataLength().into(), block.bodyLength()])
            .is_some_and(|end| end <= at)
    }))
}

/// The first message of an Arrow stream that cannot be read, or does not end within the file.
async fn stream_fault(store: &Arc<dyn ObjectStore>, file: &ObjectMeta) -> Result<Option<String>> {
    /// As much as the head of a message takes, mostly.
    const HEAD: u64 = 4096;
    let bytes = |range| store.get_range(&file.location, range);
    let (mut at, mut message) = (0, 1);
    while at < file.size {
        let fault = || Ok(Some(format!("message {message} of the stream damaged")));
        let mut head = bytes(at..file.size.min(at + HEAD)).await?;
        let word = |at: usize| {
            let bytes = head.get(at..at + 4).and_then(|word| <[u8; 4]>::try_from(word).ok());
            bytes.map(i32::from_le_bytes)
        };
        // Streams of before 2019 have no mark before the length.
        let (length, start) = match word(0) {
            Some(-1) => (word(4), 8),
            first => (first, 4),
        };
        let Some(length) = length.and_then(|length| u64::try_from(length).ok()) else {
            return fault();
        };
        if length == 0 {
            return if message == 1 { fault() } else { Ok(None) };
        }
        let body = at + start + length;
        if body > file.size {
            return fault();
        }
        if start + length > HEAD {
            head = bytes(at..body).await?;
        }
        let Ok(read) = root_as_message(&head[start as usize..(start + length) as usize]) else {
            return fault();
        };
        if message == 1 && read.header_type() != MessageHeader::Schema {
            return fault();
        }
        match i64::try_from(body).ok().and_then(|body| end(body, [read.bodyLength()])) {
            Some(next) if next <= file.size => at = next,
            _ => return fault(),
        }
        message += 1;
    }
    Ok(None)
}

/// Where parts of these lengths end, if none is negative.
fn end<const N: usize>(start: i64, lengths: [i64; N]) -> Option<u64> {
    [start]
        .into_iter()
        .chain(lengths)
        .try_fold(0u64, |end, length| end.checked_add(u64::try_from(length).ok()?))
}
