//! A look under the OAEP padding without knowing the label (FORMAT.md, F8; RFC 8017 section 7.1.2, step 3).
//!
//! Only a holder of the private key gets here, offline, so nothing has to hide which check failed.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::scope::LabelHash;

/// What the padding of a wrapped session key holds.
pub(crate) struct Message {
    /// The hash of the label it was wrapped under.
    pub(crate) label_hash: LabelHash,
    /// The session key.
    pub(crate) session_key: Zeroizing<Vec<u8>>,
}

/// Takes the padding off what RSA decryption returned; `None` when that is no session key in OAEP.
///
/// Chance does not pass for a message: at least 30 bytes must be zero by themselves.
pub(crate) fn unmask(mut encoded: Zeroizing<Vec<u8>>) -> Option<Message> {
    let ([0], rest) = encoded.split_first_chunk_mut()? else {
        return None;
    };
    let (seed, block) = rest.split_first_chunk_mut::<HASH>()?;
    mask(seed, block);
    mask(block, seed);
    let (hash, padded) = block.split_first_chunk::<HASH>()?;
    let zeros = padded.iter().take_while(|byte| **byte == 0).count();
    let session_key = padded[zeros..].strip_prefix(&[1])?;
    matches!(session_key.len(), 16 | 24 | 32).then(|| Message {
        label_hash: LabelHash(*hash),
        session_key: Zeroizing::new(session_key.to_vec()),
    })
}

const HASH: usize = 32;

/// Applies MGF1 with SHA-256 of `seed` to `data` (RFC 8017 appendix B.2.1).
fn mask(data: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(data.chunks_mut(HASH)) {
        let hash = Sha256::new().chain_update(seed);
        let pad = hash.chain_update(counter.to_be_bytes()).finalize();
        chunk
            .iter_mut()
            .zip(pad)
            .for_each(|(byte, pad)| *byte ^= pad);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pads as RFC 8017 section 7.1.1 says, for a modulus of 128 bytes.
    fn padded(first: u8, separator: u8, session_key: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut block = [0; 95];
        block[..HASH].fill(7);
        let message = block.len() - session_key.len();
        block[message - 1] = separator;
        block[message..].copy_from_slice(session_key);
        let mut seed = [9; HASH];
        mask(&mut block, &seed);
        mask(&mut seed, &block);
        Zeroizing::new([&[first], &seed[..], &block].concat())
    }

    #[test]
    fn padding_gives_label_hash_and_session_key() {
        for length in [16, 24, 32] {
            let message = unmask(padded(0, 1, &vec![5; length])).unwrap();
            assert_eq!(message.label_hash.as_bytes(), &[7; HASH]);
            assert_eq!(*message.session_key, vec![5; length]);
        }
    }

    #[test]
    fn anything_else_is_no_message() {
        assert!(unmask(padded(1, 1, &[5; 32])).is_none());
        assert!(unmask(padded(0, 2, &[5; 32])).is_none());
        assert!(unmask(padded(0, 1, &[5; 31])).is_none());
        assert!(unmask(padded(0, 1, &[])).is_none());
        for length in 0..200 {
            assert!(
                unmask(Zeroizing::new(vec![0; length])).is_none(),
                "{length}"
            );
        }
    }
}
