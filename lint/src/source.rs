//! One file as the rules see it: what git says about it, and what could be read of it.

use std::ops::Range;

use sealsmith_core::manifest::document::{Kind, Object, objects};
use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::tree::{self, Node, Stream};

use crate::context::Context;
use crate::finding::Mark;
use crate::layout::Place;
use crate::limits;
use crate::path::Path;
use crate::value::{Value, values};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 2 << 20;

/// Endings of files that are read as manifests.
pub const MANIFESTS: [&str; 3] = [".yaml", ".yml", ".json"];

/// A file of the repository, or beside it.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path.
    pub path: Path,
    /// What git says it is.
    pub mode: Mode,
    /// What it holds.
    pub content: Content,
    /// Whether git tracks it.
    pub tracked: bool,
    /// Git attributes that change what a checkout holds: `filter`, `working-tree-encoding`.
    pub attributes: Vec<String>,
    /// Permission bits in the work tree, of a file that git does not track.
    pub permissions: Option<u32>,
}

/// What git says a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A plain file.
    Regular,
    /// A plain file with the executable bit.
    Executable,
    /// A symlink; its content is where it leads.
    Symlink,
    /// A submodule's commit.
    Gitlink,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// More than [`MAX_BYTES`]; it was not read.
    TooLarge(u64),
    /// Nothing that could be read, as for a submodule.
    Nothing,
}

/// Never shows what a file holds.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::TooLarge(size) => write!(f, "{size} bytes, not read"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// What could be read of a file.
pub enum Reading {
    /// Manifests: parsed YAML or JSON.
    Manifests(Stream),
    /// Text that is no manifest by its name, or that does not parse.
    Text {
        /// The text.
        text: String,
        /// Why a manifest did not parse; nothing for other files.
        problem: Option<tree::Error>,
    },
    /// Nothing.
    Unread(Unread),
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is no text.
    #[error("it is not UTF-8 text, first at byte {0}")]
    NotUtf8(usize),
    /// It is UTF-16.
    #[error("it is UTF-16, which Kubernetes and Argo CD cannot read")]
    Utf16,
    /// It holds a NUL byte, as binary files do.
    #[error("it is binary")]
    Binary,
    /// It is larger than [`MAX_BYTES`].
    #[error("it has {0} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge(u64),
    /// It is a symlink or a submodule.
    #[error("it is no plain file")]
    Irregular,
}

/// A file with what is known about it.
pub struct Source<'a> {
    file: &'a File,
    reading: &'a Reading,
    place: Option<Place>,
    objects: Vec<Object<'a>>,
    sealed: Vec<SealedSecret<'a>>,
    values: Vec<Vec<Value<'a>>>,
    ambiguity: Option<tree::Error>,
}

impl Reading {
    /// Reads a file as far as it can be read.
    #[must_use]
    pub fn of(file: &File) -> Self {
        let bytes = match (&file.content, file.mode) {
            (_, Mode::Symlink | Mode::Gitlink) | (Content::Nothing, _) => {
                return Self::Unread(Unread::Irregular);
            }
            (Content::TooLarge(size), _) => return Self::Unread(Unread::TooLarge(*size)),
            (Content::Bytes(bytes), _) => bytes,
        };
        match text(bytes) {
            Ok(text) if file.path.ends_with(&MANIFESTS) => match limits::parse(text) {
                Ok(stream) => Self::Manifests(stream),
                Err(problem) => Self::Text {
                    text: text.to_owned(),
                    problem: Some(problem),
                },
            },
            Ok(text) => Self::Text {
                text: text.to_owned(),
                problem: None,
            },
            Err(unread) => Self::Unread(unread),
        }
    }
}

impl<'a> Source<'a> {
    /// Joins a file, what was read of it and what its path says.
    #[must_use]
    pub fn new(file: &'a File, reading: &'a Reading, context: &Context<'_>) -> Self {
        let (objects, ambiguity) = match reading {
            Reading::Manifests(stream) => match objects(stream) {
                Ok(objects) => (objects, None),
                Err(error) => (Vec::new(), Some(error)),
            },
            _ => (Vec::new(), None),
        };
        let sealed = match reading {
            Reading::Manifests(stream) if ambiguity.is_none() => {
                sealed_secrets(stream).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        Self {
            file,
            reading,
            place: context.layout.locate(&file.path.lossy()),
            objects,
            values: sealed.iter().copied().map(values).collect(),
            sealed,
            ambiguity,
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &'a File {
        self.file
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &'a Path {
        &self.file.path
    }

    /// What its path says, inside the layout.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What could be read of it.
    #[must_use]
    pub fn reading(&self) -> &'a Reading {
        self.reading
    }

    /// The text, when it is one.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        match self.reading {
            Reading::Manifests(stream) => Some(stream.text()),
            Reading::Text { text, .. } => Some(text),
            Reading::Unread(_) => None,
        }
    }

    /// The parsed manifests, when it parsed.
    #[must_use]
    pub fn stream(&self) -> Option<&'a Stream> {
        match self.reading {
            Reading::Manifests(stream) => Some(stream),
            _ => None,
        }
    }

    /// Its Kubernetes objects, lists opened; none when it did not parse, or is ambiguous.
    #[must_use]
    pub fn objects(&self) -> &[Object<'a>] {
        &self.objects
    }

    /// Its SealedSecrets.
    #[must_use]
    pub fn sealed_secrets(&self) -> &[SealedSecret<'a>] {
        &self.sealed
    }

    /// Its SealedSecrets, each with its values.
    pub fn sealed(&self) -> impl Iterator<Item = (SealedSecret<'a>, &[Value<'a>])> {
        let values = self.values.iter().map(Vec::as_slice);
        self.sealed.iter().copied().zip(values)
    }

    /// Its place and SealedSecrets, when it is a file whose values are judged: tracked and inside the layout.
    pub fn judged(&self) -> impl Iterator<Item = (&Place, SealedSecret<'a>, &[Value<'a>])> {
        let place = self.place.as_ref().filter(|_| self.file.tracked);
        place.into_iter().flat_map(|place| {
            self.sealed()
                .map(move |(secret, values)| (place, secret, values))
        })
    }

    /// Its objects of one kind other than Secret and SealedSecret.
    pub fn objects_of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = Object<'a>> + 's {
        let of_kind = move |object: &&Object<'a>| object.kind == Kind::Other(kind);
        self.objects.iter().filter(of_kind).copied()
    }

    /// What keeps its objects from being known, as a merge key that supplies `kind`.
    #[must_use]
    pub fn ambiguity(&self) -> Option<&tree::Error> {
        self.ambiguity.as_ref()
    }

    /// The place of some bytes of the text.
    #[must_use]
    pub fn mark(&self, range: Range<usize>) -> Option<Mark> {
        let position = |offset: usize| match self.reading {
            Reading::Manifests(stream) => Some(stream.position(offset)),
            Reading::Text { text, .. } => Some(tree::position(text, offset)),
            Reading::Unread(_) => None,
        };
        Some(Mark::between(position(range.start)?, position(range.end)?))
    }

    /// The place of a SealedSecret's name, or of the object when it has none.
    #[must_use]
    pub fn mark_of_name(&self, secret: SealedSecret<'_>) -> Option<Mark> {
        let metadata = secret.node().get("metadata");
        let name = metadata.and_then(|metadata| metadata.get("name"));
        self.mark_of(name.unwrap_or(secret.node()))
    }

    /// The place of a node.
    #[must_use]
    pub fn mark_of(&self, node: Node<'_>) -> Option<Mark> {
        self.mark(node.range())
    }
}

fn text(bytes: &[u8]) -> Result<&str, Unread> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unread::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(Unread::Binary),
        Ok(text) => Ok(text),
        Err(_) if bytes.contains(&0) => Err(Unread::Binary),
        Err(error) => Err(Unread::NotUtf8(error.valid_up_to())),
    }
}
