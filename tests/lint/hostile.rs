//! Nothing that a file may hold makes the rules panic or hang.

use proptest::prelude::*;

use crate::example::Example;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_checked_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let example = Example::parse("-- README.md --\ntext\n");
        example.with(b"envs/dev/sealed-secrets/a/sealed-b.yaml", &bytes).check();
    }
}
