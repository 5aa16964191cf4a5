//! The views of the audit log.

use super::*;

fn row(outcome: Outcome) -> AuditRow {
    AuditRow {
        seq: 8_412,
        when: when(Day::Yesterday),
        who: text("Eleanor"),
        who_id: (outcome == Outcome::Done).then(user),
        action: "user.invite".into(),
        outcome,
        object_kind: "user".into(),
        object_id: user().to_string(),
        object: text("Sofia"),
        store: (outcome == Outcome::Done).then(|| text("Bath")),
        ip: "203.0.113.7".into(),
        reason: "self_change".into(),
    }
}

fn change(before: Option<AuditValue>, after: Option<AuditValue>) -> AuditChange {
    AuditChange {
        field: vec!["permissions".into(), "invoices.void".into()],
        before,
        after,
    }
}

fn entries() -> AuditEntries {
    let open = AuditDetail {
        row: row(Outcome::Done),
        changes: vec![
            change(None, Some(AuditValue::Flag(true))),
            change(Some(AuditValue::Text(text("old"))), None),
            change(Some(AuditValue::At(when(Day::Today))), None),
        ],
        device: text("Firefox on Linux"),
        mac: "9f2c41d7".into(),
    };
    AuditEntries {
        rows: Outcome::ALL.iter().map(|outcome| row(*outcome)).collect(),
        older: Some(8_362),
        reached: Some(when(Day::Date(2026, 3, 4))),
        open: Some(open),
    }
}

#[test]
fn views_of_the_audit_log_read_back() {
    let query = AuditQuery {
        q: text("void"),
        date: "between".into(),
        from: "2026-11-01".into(),
        to: "2026-11-20".into(),
        person: text("sofia"),
        action: "user.invite".into(),
        store: store().to_string(),
        object: "user".into(),
        result: "refused".into(),
        before: "8412".into(),
        entry: "8410".into(),
    };
    for whom in [
        Whom::Anybody,
        Whom::These(vec![text("Sofia"), text("Theo")]),
        Whom::Nobody,
        Whom::TooMany,
    ] {
        reads_back(AuditView {
            entries: entries(),
            stores: vec![choice()],
            whom,
            object: Some(text("Sofia")),
            short: true,
            check: Some(ChainCheck {
                when: when(Day::Today),
                broken: Some(7),
            }),
            query: query.clone(),
        });
    }
    reads_back(AuditEntries {
        rows: Vec::new(),
        older: None,
        reached: None,
        open: None,
    });
}
