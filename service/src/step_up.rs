//! Who is signed in proves again who sits there, before what is sensitive (product §7).
//!
//! Three parts make it a net that no use case can forget. The table of operations says what is
//! sensitive; [`crate::Keyholder::may`] and [`crate::tx::Tx::begin`] let none of it through while
//! the session's last proof is older than 10 minutes; and the password that the form then carries
//! is compared here before the server function is asked at all.

use access::Operation;
use domain::form::PASSWORD_AGAIN;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tries;
use crate::visitor::Staff;

/// Takes the password that came with the form of a sensitive operation; answers the person as they
/// stand with this proof. Wrong ones count in their session ([`tries::own_password`]).
///
/// # Errors
/// That it is not theirs, or the wait after too many wrong ones.
pub async fn prove(
    kh: &Keyholder,
    staff: &Staff,
    operation: &'static Operation,
    password: &str,
) -> Result<Staff, Failure> {
    tries::given_again(kh, staff, operation.name, PASSWORD_AGAIN, password).await?;
    let mut staff = staff.clone();
    staff.caller = staff.caller.proved_at(kh.now());
    Ok(staff)
}
