//! What the use cases promise, on SQLite and on PostgreSQL. One binary, since linking costs more
//! than running.

mod support;

/// Makes each case, an `async fn(Fixture)`, into two tests: one on SQLite, one on PostgreSQL, each
/// with a database of its own. A database that a failed test leaves behind can be looked into.
macro_rules! on_both {
    ($($(#[$attribute:meta])* $case:ident,)+) => {$(
        $(#[$attribute])*
        mod $case {
            use service::testing::Fixture;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$case(Fixture::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let fixture = Fixture::postgres().await;
                let database = fixture.database_url.clone();
                super::$case(fixture).await;
                Fixture::forget(&database).await;
            }
        }
    )+};
}

mod audit;
mod audit_export;
mod audit_list;
mod audit_trail;
mod avatars;
mod backup;
mod business;
mod change_password;
mod clock;
mod demo;
mod doors;
mod email;
mod entries;
mod exports;
mod failed_sign_ins;
mod first_run;
mod flash;
mod grid;
mod group_guards;
mod group_preview;
mod groups;
mod guards;
mod home;
mod import_rights;
mod imports;
mod invites;
mod inviting;
mod journey;
mod last_admin;
mod last_day;
mod list;
mod list_model;
mod list_pages;
mod lockout;
mod log;
mod mail;
mod many;
mod next_request;
mod overrides;
mod own_password;
mod passwords;
mod people;
mod profile;
mod refusals;
mod rescue;
mod reset;
mod rotation;
mod schema;
mod second_factor;
mod second_factor_care;
mod second_factor_policy;
mod secrets;
mod session_ends;
mod session_list;
mod session_policy;
mod sessions;
mod shell;
mod shop;
mod sign_in;
mod statements;
mod step_up;
mod store_states;
mod stores;
mod undo;
mod upgrade;
mod who_can;
mod who_can_files;
mod who_can_model;
mod whom_to_ask;
mod writers;
