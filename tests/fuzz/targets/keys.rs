//! Files that claim to hold private keys never panic, in any of the shapes that backups have.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealsmith_core::key_file;

fuzz_target!(|data: &[u8]| {
    let _ = key_file::parse(data);
});
