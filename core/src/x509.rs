//! Reads the fields of a certificate that sealing needs, and checks the shape of all others (RFC 5280 section 4.1).
//!
//! `x509_cert::Certificate` reads the same, but its types for what is only skipped here are a tenth of the page.

use der::asn1::{
    AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UintRef, UtcTime,
};
use der::{Decode as _, Error, Header, Reader as _, SliceReader, Tag, TagNumber};

/// Parts of a certificate; those in DER have readers of their own.
pub(crate) struct Fields<'a> {
    /// The serial number, big-endian.
    pub(crate) serial: UintRef<'a>,
    /// The first second of validity, counted since 1970.
    pub(crate) not_before: i64,
    /// The last second of validity, counted since 1970.
    pub(crate) not_after: i64,
    /// The subject, a `Name` in DER.
    pub(crate) subject: &'a [u8],
    /// The key, a `SubjectPublicKeyInfo` in DER.
    pub(crate) public_key: &'a [u8],
}

/// Reads a certificate in DER.
pub(crate) fn read(der: &[u8]) -> Result<Fields<'_>, Error> {
    let mut file = SliceReader::new(der)?;
    let mut certificate = inside(&mut file, Tag::Sequence)?;
    file.finish()?;
    let mut content = inside(&mut certificate, Tag::Sequence)?;
    let signed_with = algorithm(&mut certificate)?;
    BitStringRef::decode(&mut certificate)?;
    certificate.finish()?;
    let fields = fields(&mut content, signed_with)?;
    content.finish()?;
    Ok(fields)
}

fn fields<'a>(from: &mut SliceReader<'a>, signed_with: &[u8]) -> Result<Fields<'a>, Error> {
    version(from)?;
    let serial = UintRef::decode(from)?;
    // Go refuses a certificate that says two things about its signature.
    if algorithm(from)? != signed_with {
        return Err(Tag::Sequence.value_error().into());
    }
    name(from)?;
    let mut validity = inside(from, Tag::Sequence)?;
    let fields = Fields {
        serial,
        not_before: time(&mut validity)?,
        not_after: time(&mut validity)?,
        subject: name(from)?,
        public_key: from.tlv_bytes()?,
    };
    validity.finish()?;
    unique_identifiers(from)?;
    extensions(from)?;
    Ok(fields)
}

/// Enters the next element, which has this tag.
fn inside<'a>(from: &mut SliceReader<'a>, tag: Tag) -> Result<SliceReader<'a>, Error> {
    let header = Header::decode(from)?;
    header.tag().assert_eq(tag)?;
    SliceReader::new(from.read_slice(header.length())?)
}

/// Says whether an element follows that may be left out.
fn has(from: &SliceReader<'_>, tag: Tag) -> bool {
    !from.is_finished() && Tag::peek(from) == Ok(tag)
}

/// `[number]`, as RFC 5280 marks what may be left out.
fn optional(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific {
        constructed,
        number: TagNumber(number),
    }
}

fn version(from: &mut SliceReader<'_>) -> Result<(), Error> {
    if !has(from, optional(0, true)) {
        return Ok(());
    }
    let mut version = inside(from, optional(0, true))?;
    match u8::decode(&mut version)? {
        0..=2 => version.finish(),
        _ => Err(Tag::Integer.value_error().into()),
    }
}

fn identifier(from: &mut SliceReader<'_>) -> Result<ObjectIdentifier, Error> {
    ObjectIdentifier::decode(from)
}

/// Returns an `AlgorithmIdentifier` in DER.
fn algorithm<'a>(from: &mut SliceReader<'a>) -> Result<&'a [u8], Error> {
    let der = from.tlv_bytes()?;
    let mut content = inside(&mut SliceReader::new(der)?, Tag::Sequence)?;
    identifier(&mut content)?;
    if !content.is_finished() {
        AnyRef::decode(&mut content)?;
    }
    content.finish()?;
    Ok(der)
}

/// Returns a `Name` in DER: a list of sets of named values.
fn name<'a>(from: &mut SliceReader<'a>) -> Result<&'a [u8], Error> {
    let der = from.tlv_bytes()?;
    let mut names = inside(&mut SliceReader::new(der)?, Tag::Sequence)?;
    while !names.is_finished() {
        let mut attributes = inside(&mut names, Tag::Set)?;
        while !attributes.is_finished() {
            let mut attribute = inside(&mut attributes, Tag::Sequence)?;
            identifier(&mut attribute)?;
            AnyRef::decode(&mut attribute)?;
            attribute.finish()?;
        }
    }
    Ok(der)
}

fn time(from: &mut SliceReader<'_>) -> Result<i64, Error> {
    let since_1970 = match Tag::peek(from)? {
        Tag::UtcTime => UtcTime::decode(from)?.to_unix_duration(),
        _ => GeneralizedTime::decode(from)?.to_unix_duration(),
    };
    Ok(i64::try_from(since_1970.as_secs()).expect("the year has four digits"))
}

fn unique_identifiers(from: &mut SliceReader<'_>) -> Result<(), Error> {
    for number in [1, 2] {
        if has(from, optional(number, false)) {
            AnyRef::decode(from)?;
        }
    }
    Ok(())
}

fn extensions(from: &mut SliceReader<'_>) -> Result<(), Error> {
    if !has(from, optional(3, true)) {
        return Ok(());
    }
    let mut explicit = inside(from, optional(3, true))?;
    let mut extensions = inside(&mut explicit, Tag::Sequence)?;
    explicit.finish()?;
    while !extensions.is_finished() {
        let mut extension = inside(&mut extensions, Tag::Sequence)?;
        identifier(&mut extension)?;
        if has(&extension, Tag::Boolean) {
            bool::decode(&mut extension)?;
        }
        <&OctetStringRef>::decode(&mut extension)?;
        extension.finish()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pem::blocks;

    /// Reads a certificate in which one run of bytes is replaced by another of the same length.
    fn changed(from: &[u8], to: &[u8]) -> bool {
        let file = include_str!("../../tests/vectors/kubeseal/keyA.crt");
        let block = blocks(file).remove(0);
        let mut der = block.body.expect("the vector is a certificate").to_vec();
        let at = der.windows(from.len()).position(|bytes| bytes == from);
        let at = at.expect("the certificate holds these bytes");
        der[at..at + to.len()].copy_from_slice(to);
        read(&der).is_ok()
    }

    /// `sha256WithRSAEncryption`, as the content and the signature name it.
    const SHA256_RSA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 1, 11];

    #[test]
    fn versions_that_go_does_not_know_are_refused() {
        let version = |number| [0xa0, 3, 2, 1, number];
        assert!(changed(&version(2), &version(2)));
        assert!(!changed(&version(2), &version(3)));
    }

    #[test]
    fn two_algorithms_for_one_signature_are_refused() {
        let sha384_rsa = [42, 134, 72, 134, 247, 13, 1, 1, 12];
        assert!(!changed(SHA256_RSA, &sha384_rsa));
    }
}
