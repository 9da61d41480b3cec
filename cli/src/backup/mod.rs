//! Where new secret material is kept until everybody has it: files that only their owner can read, and that only
//! holders of an age identity can open where the policy names recipients.
//!
//! What is kept is proven by a [`Kept`](store::Kept), which only writing and reading back, or finding again, can make.

mod access_key;
mod age;
mod folder;
mod name;
mod store;

pub(crate) use access_key::AccessKey;
pub(crate) use name::Name;
pub(crate) use store::{FoundKey, Item, Store};

#[cfg(test)]
mod tests;
