//! What people attach, as bytes: where they are kept, what they are, and what of an image must not travel.

mod kind;
mod name;
mod object;
mod picture;
mod scan;
mod store;
mod strip;

pub(crate) use self::{
    kind::{FileKind, SNIFFED_BYTES},
    name::{agreeing, disposition, sanitised},
    picture::{IMAGE_MAX_BYTES, Pictures},
    scan::warnings,
};
pub use self::{
    object::{FileFolder, FolderError},
    store::{BlobError, BlobKey, BlobStore, BlobStream, BlobWriter, Variant},
};
