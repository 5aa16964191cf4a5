//! Inviting many people in one transaction: each gets what an invitation gives one, written by few
//! statements. None of them has a password yet, so that nothing is hashed but the links.

use access::actions::{ApplyImport, InviteUser};
use access::{Membership, Person};
use domain::audit::Cause;
use domain::imports::Column;
use domain::users::UserDetails;

use super::file::Line;
use super::people_sql::{self, AT_ONCE, Account, NewInvite};
use super::sql::Run;
use crate::crypto::hash_token;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::tx::{Access, Invites, Mail, Tx, Users};
use crate::users;
use crate::users::sql::shown_name;
use crate::visitor::Staff;

/// Invites everybody of an import. Each line's person is the one at its place.
///
/// Beside the entry of the import each of them gets the entry of an invitation, since that is
/// where their history begins (product §8: every invite, on whom).
pub(super) async fn all(
    kh: &Keyholder,
    tx: &mut Tx<ApplyImport>,
    staff: &Staff,
    run: &Run,
    lines: &[&Line],
    people: &[Person],
) -> Result<(), Failure> {
    for (lines, people) in lines.chunks(AT_ONCE).zip(people.chunks(AT_ONCE)) {
        let accounts: Vec<Account<'_>> = lines
            .iter()
            .zip(people)
            .map(|(line, person)| account(staff, line, person))
            .collect();
        write(tx, staff, &accounts, people).await?;
        send(kh, tx, staff, run, &accounts, people).await?;
        for (account, person) in accounts.iter().zip(people) {
            let name = shown_name(&account.details);
            let invited = users::invited(staff, &name, account.email, person);
            tx.also::<InviteUser>(&invited.because(Cause::Imported.key()));
        }
    }
    tx.wake_mail();
    Ok(())
}

/// The account that a line makes.
fn account<'a>(staff: &Staff, line: &'a Line, person: &Person) -> Account<'a> {
    let stores = staff
        .stores
        .iter()
        .filter(|store| person.stores.contains(&store.id));
    Account {
        id: person.id,
        details: UserDetails {
            first_name: line.cell(Column::FirstName).to_owned(),
            last_name: line.cell(Column::LastName).to_owned(),
            ..UserDetails::default()
        },
        email: line.cell(Column::Email),
        groups_sort: sort_line(person.memberships.iter().map(group_name)),
        stores_sort: sort_line(stores.map(|store| store.name.as_str())),
    }
}

fn group_name(membership: &Membership) -> &str {
    &membership.name
}

/// Names as the list sorts by them: folded, in their order, with commas.
fn sort_line<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut folded: Vec<String> = names.map(fold).collect();
    folded.sort_unstable();
    folded.join(", ")
}

/// Accounts, memberships and stores.
async fn write(
    tx: &mut Tx<ApplyImport>,
    staff: &Staff,
    accounts: &[Account<'_>],
    people: &[Person],
) -> Result<(), Failure> {
    let now = tx.now();
    let by = staff.caller.person.id;
    people_sql::add_accounts(&mut tx.write::<Users>(), accounts, by, now).await?;
    let memberships: Vec<_> = people
        .iter()
        .flat_map(|person| {
            let of = |held: &Membership| (person.id, held.group, held.reach);
            person.memberships.iter().map(of)
        })
        .collect();
    people_sql::add_memberships(&mut tx.write::<Access>(), &memberships).await?;
    let stores: Vec<_> = people
        .iter()
        .flat_map(|person| person.stores.iter().map(|store| (person.id, *store)))
        .collect();
    people_sql::add_stores(&mut tx.write::<Access>(), &stores).await
}

/// Links and their mails.
async fn send(
    kh: &Keyholder,
    tx: &mut Tx<ApplyImport>,
    staff: &Staff,
    run: &Run,
    accounts: &[Account<'_>],
    people: &[Person],
) -> Result<(), Failure> {
    let now = tx.now();
    let (mut links, mut mails) = (Vec::new(), Vec::new());
    for (account, person) in accounts.iter().zip(people) {
        let token = kh.rng().token();
        let id = kh.new_id().to_string();
        let message = invites::letter(
            kh,
            staff,
            &invites::Letter {
                first_name: &account.details.first_name,
                to_name: &shown_name(&account.details),
                to: account.email,
                groups: &users::groups_of(staff, person),
                token: &token,
                now,
            },
        );
        links.push(NewInvite {
            id: id.clone(),
            person: person.id,
            token_hash: hash_token(&token),
        });
        mails.push(outbox::Invitation {
            user: person.id,
            invite: id,
            message,
        });
    }
    let (by, expires) = (staff.caller.person.id, invites::expires(now));
    people_sql::add_invites(&mut tx.write::<Invites>(), &links, by, now, expires).await?;
    outbox::enqueue_import(kh, &mut tx.write::<Mail>(), run.id, &mails).await
}
