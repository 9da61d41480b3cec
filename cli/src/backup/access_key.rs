//! The backup of an AWS access key: one JSON document.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use sealsmith_core::secret::SecretBytes;

use super::{Item, Name};
use crate::failure::Failure;

const KIND: &str = "aws-access-key";
/// The version that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// An access key as it came from AWS, and whose it is.
pub(crate) struct AccessKey {
    /// The twelve digits of the account.
    pub(crate) account: String,
    /// The IAM user.
    pub(crate) user: String,
    /// The environment whose applications get it.
    pub(crate) environment: String,
    /// When AWS made it, as RFC 3339.
    pub(crate) created: String,
    /// The name of the run that asked for it.
    pub(crate) run: String,
    /// Its public half, such as `AKIAIOSFODNN7EXAMPLE`.
    pub(crate) id: String,
    /// Its secret half, which is ASCII.
    pub(crate) secret: SecretBytes,
}

/// The document. It borrows the secret, so that there is one copy more while it is written or read, which is wiped.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document<'a> {
    version: u32,
    kind: &'a str,
    account: &'a str,
    user: &'a str,
    environment: &'a str,
    created: &'a str,
    run: &'a str,
    access_key_id: &'a str,
    secret_access_key: &'a str,
}

impl AccessKey {
    /// More than the document takes, whatever the names in it.
    pub(crate) const ROOM: usize = 16 << 10;

    /// Returns what is written, and under which name.
    pub(crate) fn item(&self) -> Result<Item, Failure> {
        let about = [&*self.account, &*self.user, &*self.environment];
        let name = Name::new(KIND, &about, &self.run, &self.id);
        Ok(Item::new(name, self.document()?))
    }

    /// Reads a document back.
    pub(super) fn parse(content: &SecretBytes) -> Result<Self, String> {
        // The reader's own words could repeat a part of the document.
        let document: Document<'_> = serde_json::from_slice(content.expose()).map_err(|error| {
            format!(
                "it is no backup of an access key: line {}, column {}",
                error.line(),
                error.column()
            )
        })?;
        if (document.kind, document.version) != (KIND, VERSION) {
            return Err(format!(
                "it is not a backup of an access key in version {VERSION}"
            ));
        }
        Ok(Self {
            account: document.account.to_owned(),
            user: document.user.to_owned(),
            environment: document.environment.to_owned(),
            created: document.created.to_owned(),
            run: document.run.to_owned(),
            id: document.access_key_id.to_owned(),
            secret: SecretBytes::new(document.secret_access_key.as_bytes().to_vec()),
        })
    }

    fn document(&self) -> Result<SecretBytes, Failure> {
        let cannot = || Failure::could_not("cannot write the backup of the new access key");
        let secret = std::str::from_utf8(self.secret.expose())
            .map_err(|_| cannot().cause("its secret half is no text"))?;
        let document = Document {
            version: VERSION,
            kind: KIND,
            account: &self.account,
            user: &self.user,
            environment: &self.environment,
            created: &self.created,
            run: &self.run,
            access_key_id: &self.id,
            secret_access_key: secret,
        };
        // Room for all of it at once, so that no outgrown buffer keeps a part of the secret.
        let mut text = Zeroizing::new(Vec::with_capacity(self.room()));
        serde_json::to_writer_pretty(&mut *text, &document)
            .map_err(|error| cannot().because(error))?;
        text.push(b'\n');
        Ok(text.into())
    }

    /// An upper bound of the document's length: a character takes at most six as JSON writes it.
    fn room(&self) -> usize {
        let texts = [
            &self.account,
            &self.user,
            &self.environment,
            &self.created,
            &self.run,
            &self.id,
        ];
        let length: usize = texts.iter().map(|text| text.len()).sum();
        512 + 6 * (length + self.secret.len())
    }
}
