//! The whole way, when nothing goes wrong.

use crate::desk::Desk;

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn every_application_gets_the_new_key_and_the_old_one_goes() {
    let desk = Desk::new();
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
}
