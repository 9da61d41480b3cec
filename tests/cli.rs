//! Every message a person can see: one case file each in `cmd/<command>/`.
//!
//! A case runs in its own copy of `cmd/repository.in`, or of the `.in` folder of its name, and has no
//! environment variable but the ones it names. After a change of wording `TRYCMD=overwrite` rewrites the
//! files; `[..]` stands for what differs each time, such as ciphertext.

#[test]
fn every_message_is_as_recorded() {
    trycmd::TestCases::new()
        .register_bin(
            "sealsmith",
            std::path::PathBuf::from(env!("CARGO_BIN_EXE_sealsmith")).as_path(),
        )
        .timeout(std::time::Duration::from_secs(20))
        .case("../tests/cmd/*/*.toml")
        .run();
}
