//! Files: bounded reads, atomic writes, sorted walks.

mod moves;
mod private;
mod read;
mod replace;
mod walk;
mod wipe;

pub(crate) use moves::{make_folder, remove, rename};
pub(crate) use private::{open_private, private_folder};
pub(crate) use read::{LIMIT, read, read_input, read_secret, read_stream};
pub(crate) use replace::{
    Access, is_leftover, remove_leftovers, replace, replace_unsynced, sync_folder_of, try_room,
    write_new, write_new_private, write_new_private_after,
};
pub(crate) use walk::{files_in, manifests_in};
pub(crate) use wipe::{wipe, wipe_leftovers};

/// Names the kind of a file that is not a plain one.
fn kind_of(file_type: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if file_type.is_dir() => "a folder",
        () if file_type.is_fifo() => "a pipe",
        () if file_type.is_socket() => "a socket",
        () if file_type.is_char_device() || file_type.is_block_device() => "a device",
        () => "not a plain file",
    }
}
