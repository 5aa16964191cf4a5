//! The views of sessions.

use super::*;

fn facts(kind: DeviceKind) -> SessionFacts {
    SessionFacts {
        session: SessionRef::nil(),
        device: text("Chrome on macOS"),
        kind,
        ip: "203.0.113.7".into(),
        started: when(Day::Yesterday),
        seen: when(Day::Today),
        minutes: (kind != DeviceKind::Phone).then_some(18),
        store: (kind == DeviceKind::Computer).then(|| text("Bath")),
        current: kind == DeviceKind::Computer,
        complete: kind != DeviceKind::Tablet,
    }
}

#[test]
fn views_of_sessions_read_back() {
    DeviceKind::ALL.into_iter().for_each(reads_back);
    let row = |locked_because| SessionRow {
        person: user(),
        name: text("Sofia"),
        of_person: 2,
        facts: facts(DeviceKind::Phone),
        locked_because,
    };
    reads_back(SessionListView {
        page: Page {
            rows: vec![row(None), row(Some(Rule::AboveYou))],
            first: 26,
            total: Count::capped(60),
            previous: Some("previous".into()),
            next: None,
        },
        stores: vec![choice()],
        query: SessionListQuery {
            q: text("sofia"),
            store: "1".into(),
            device: "phone".into(),
            page: "cursor".into(),
            others: true,
        },
        others: Some(Count::capped(7)),
    });
    reads_back(OwnSessionsView {
        sessions: DeviceKind::ALL.map(facts).into(),
        one_at_a_time: true,
        one_store: false,
    });
    let session = |ended| PersonSession {
        facts: facts(DeviceKind::Tablet),
        ended,
    };
    reads_back(SignInView {
        user: person(None),
        facts: SignInFacts {
            password_set: Some(when(Day::Today)),
            password_disabled: false,
            factor_disabled: false,
            last_sign_in: None,
            last_device: None,
            wrong_tries: 2,
            locked_until: None,
        },
        mails: MailKind::ALL
            .map(|kind| MailFacts {
                kind,
                written: when(Day::Today),
                state: MailState::Sent,
            })
            .to_vec(),
        sessions: vec![session(None), session(Some(EndedWhy::ByYourself))],
        one_at_a_time: false,
        one_store: true,
    });
}
