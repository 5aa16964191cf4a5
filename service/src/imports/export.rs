//! The file again, with what is to be put right in a column more: so that whoever keeps it in a
//! spreadsheet puts it right there and sends it back.

use std::sync::Arc;

use access::actions::ExportImport;
use async_trait::async_trait;
use domain::imports::{Column, ImportLine, LineProblem};

use super::{known, opened, shown, sql};
use crate::csv::Csv;
use crate::download::{Download, Pieces, still};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::visitor::Staff;

/// Lines read at once.
const AT_ONCE: u32 = 500;
/// The column more; [`super::file`] passes it over.
const PROBLEM: &str = "problem";

/// Puts a problem of a line into words.
pub type Say = fn(&ImportLine, &LineProblem) -> String;

/// The lines of a dry run as a file. The words are the face's.
///
/// # Errors
/// Not found for somebody else's dry run, like for one that is not there.
pub async fn export(
    kh: &Keyholder,
    staff: &Arc<Staff>,
    run: &str,
    say: Say,
) -> Result<Download, Failure> {
    kh.meets::<ExportImport>(staff).await?;
    let run = known::<ExportImport>(kh, staff, run).await?;
    kh.sees::<ExportImport>(staff, &run.by).await?;
    let lines = Lines {
        kh: kh.clone(),
        staff: Arc::clone(staff),
        run,
        say,
        written: 0,
        over: false,
    };
    Ok(Download::new(kh, staff, "import", lines))
}

/// The file's content.
struct Lines {
    kh: Keyholder,
    staff: Arc<Staff>,
    run: sql::Run,
    say: Say,
    /// Lines written so far.
    written: u32,
    over: bool,
}

#[async_trait]
impl Pieces for Lines {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.over {
            return Ok(None);
        }
        self.staff = still::<ExportImport>(&self.kh, &self.staff, &self.run.by).await?;
        let rows = {
            let mut conn = self.kh.reader().acquire().await?;
            sql::page(&mut conn, self.run.id, false, self.written, AT_ONCE).await?
        };
        let mut csv = Csv::new();
        if self.written == 0 {
            csv.row(Column::ALL.map(Column::key).into_iter().chain([PROBLEM]))?;
        }
        for row in &rows {
            let row = opened(&self.kh, self.run.id, row)?;
            let mut cells = row.line.cells.to_vec();
            let line = shown(&self.staff, row);
            let problems = line.problems.iter().map(|one| (self.say)(&line, one));
            cells.push(problems.collect::<Vec<_>>().join(". "));
            csv.row(cells)?;
        }
        let read = u32::try_from(rows.len()).unwrap_or(AT_ONCE);
        self.written += read;
        self.over = read < AT_ONCE;
        csv.into_bytes().map(Some)
    }
}
