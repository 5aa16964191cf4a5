//! The log as a file, by the same filters and in the same order.

use std::sync::Arc;

use access::actions::ExportAudit;
use access::{Instant, Permission};
use async_trait::async_trait;
use domain::audit::{AuditChange, AuditQuery, AuditValue};

use super::difference::{self, Names};
use super::list::Filters;
use super::list_sql::{self, Bounds, Found, Page};
use crate::csv::Csv;
use crate::download::{Download, Pieces, still};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::time::iso;
use crate::visitor::Staff;

/// Entries read at once.
const AT_ONCE: usize = 500;
/// The columns; codes as the log has them, so that the file reads alike in every language.
const COLUMNS: [&str; 12] = [
    "entry", "at", "actor", "action", "result", "kind", "object", "store", "changes", "reason",
    "ip", "device",
];
/// Place of the column that a one-store business does not have.
const STORE: usize = 7;

/// The entries that the filters show, on all pages, as a file.
///
/// # Errors
/// When they may not see the log.
pub async fn export(
    kh: &Keyholder,
    staff: &Arc<Staff>,
    query: AuditQuery,
) -> Result<Download, Failure> {
    kh.sees::<ExportAudit>(staff, &()).await?;
    let visible = staff.caller.visible(Permission::SettingsAudit, None)?;
    let now = kh.now();
    let query = AuditQuery {
        before: String::new(),
        entry: String::new(),
        ..query
    };
    let mut conn = kh.reader().acquire().await?;
    let filters = Filters::read(&mut conn, staff, query, now).await?;
    let bounds = match filters.want(AT_ONCE) {
        Some(want) => list_sql::bounds(&mut conn, &visible, &want).await?,
        None => None,
    };
    drop(conn);
    let log = Log {
        kh: kh.clone(),
        staff: Arc::clone(staff),
        now,
        filters,
        bounds,
        begun: false,
        over: false,
    };
    Ok(Download::new(kh, staff, "audit", log))
}

/// The file's content.
struct Log {
    kh: Keyholder,
    staff: Arc<Staff>,
    /// When it was asked for: what the dates mean is the same in each piece.
    now: Instant,
    /// Their `before` goes on with each piece.
    filters: Filters,
    /// Between which numbers the entries are; nothing when there are none.
    bounds: Option<Bounds>,
    begun: bool,
    over: bool,
}

#[async_trait]
impl Pieces for Log {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.over {
            return Ok(None);
        }
        self.staff = still::<ExportAudit>(&self.kh, &self.staff, &()).await?;
        let staff = &self.staff;
        let visible = staff.caller.visible(Permission::SettingsAudit, None)?;
        let mut conn = self.kh.reader().acquire().await?;
        let mut page = Page::default();
        if let (Some(want), Some(bounds)) = (self.filters.want(AT_ONCE), self.bounds) {
            let dialect = self.kh.db().dialect();
            page = list_sql::within(&mut conn, dialect, &visible, &want, bounds).await?;
        }
        let entries: Vec<_> = page.rows.iter().map(|found| &found.entry).collect();
        let names = difference::names(&mut conn, &entries).await?;
        drop(conn);

        let mut csv = Csv::without(staff.one_store().then_some(STORE));
        if !self.begun {
            csv.row(COLUMNS)?;
        }
        for found in &page.rows {
            csv.row(cells(found, staff, &names, self.now))?;
        }
        self.begun = true;
        let next = match (page.reached, page.rows.last()) {
            (Some(reached), _) => Some(reached),
            (None, Some(last)) if page.rows.len() == AT_ONCE => Some(last.seq),
            _ => None,
        };
        self.over = next.is_none();
        self.filters.query.before = next.map(|seq| seq.to_string()).unwrap_or_default();
        csv.into_bytes().map(Some)
    }
}

/// An entry as a row.
fn cells(found: &Found, staff: &Staff, names: &Names, now: Instant) -> [String; COLUMNS.len()] {
    let entry = &found.entry;
    let store = entry.store_id.parse().ok();
    let changes = difference::of(entry, names, now, &staff.business.time_zone);
    let changes: Vec<String> = changes.into_iter().map(told).collect();
    [
        found.seq.to_string(),
        iso(Instant(entry.at)),
        entry.actor_name.clone(),
        entry.action.clone(),
        entry.result.clone(),
        entry.object_kind.clone(),
        entry.object_name.clone(),
        store
            .and_then(|id| staff.store_name(id))
            .unwrap_or_default()
            .to_owned(),
        changes.join("; "),
        entry.reason.clone(),
        entry.ip.clone(),
        entry.device.clone(),
    ]
}

/// A change in one line: `last_name: Tester → Scully`.
fn told(change: AuditChange) -> String {
    let say = |value: Option<AuditValue>| match value {
        None => String::new(),
        Some(AuditValue::Text(text)) => text,
        Some(AuditValue::Flag(flag)) => if flag { "yes" } else { "no" }.to_owned(),
        Some(AuditValue::At(when)) => when.iso,
    };
    let field = change.field.join(".");
    format!("{field}: {} → {}", say(change.before), say(change.after))
}
