//! Reading the file: text, header, lines. Whom they name and what those may have is decided
//! elsewhere.

use std::ops::Range;

use ::csv::{ReaderBuilder, StringRecord};
use domain::imports::{Column, FileProblem, MAX_BYTES, MAX_LINES};
use serde::{Deserialize, Serialize};

/// Columns that our own files have beside those of the import: the lines with their problems, and
/// the export of people. They are passed over, so that both can be put right and sent back.
const PASSED_OVER: [&str; 4] = ["problem", "status", "two_factor", "last_sign_in"];
/// What a spreadsheet puts before UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A line of the file below its first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// Its number in the file, the header being 1; that of its first line where a cell has several.
    pub number: u32,
    /// Its cells, in the order of [`Column::ALL`].
    pub cells: [String; Column::ALL.len()],
    /// How many cells it has and how many the header has, where these differ.
    pub uneven: Option<(u32, u32)>,
}

impl Line {
    /// The cell of a column, without the spaces around it.
    pub(super) fn cell(&self, column: Column) -> &str {
        self.cells[column as usize].trim()
    }
}

/// Reads a file. In a one-store business it needs no column of stores.
///
/// # Errors
/// Why it can't be taken as a whole.
pub(super) fn read(bytes: &[u8], one_store: bool) -> Result<Vec<Line>, FileProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(FileProblem::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| FileProblem::NotText)?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    // No text has one; UTF-16 is full of them.
    if text.contains('\0') {
        return Err(FileProblem::NotText);
    }
    // Lines that end in a carriage return alone are not counted otherwise.
    let lone_returns;
    let text = if text.contains('\n') {
        text
    } else {
        lone_returns = text.replace('\r', "\n");
        &lone_returns
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut next = |record: &mut StringRecord| {
        // Text in memory is read without errors.
        reader.read_record(record).unwrap_or(false)
    };
    if !next(&mut record) {
        return Err(FileProblem::Empty);
    }
    let header = Header::read(&record, one_store).ok_or(FileProblem::Header)?;
    let mut lines = Vec::new();
    while next(&mut record) {
        // What a spreadsheet leaves below its last line.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == MAX_LINES {
            return Err(FileProblem::TooMany);
        }
        lines.push(header.line(&record, line_of(text, &record)));
    }
    if lines.is_empty() {
        return Err(FileProblem::Empty);
    }
    Ok(lines)
}

/// The line on which a record begins: the blank ones before it are counted as its own.
fn line_of(text: &str, record: &StringRecord) -> u32 {
    let Some(position) = record.position() else {
        return 0;
    };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| **byte == b'\n')
        .count();
    u32::try_from(position.line()).unwrap_or(u32::MAX) + u32::try_from(blank).unwrap_or(u32::MAX)
}

/// Where the columns are.
struct Header {
    /// Place of each column in the file.
    places: [Option<usize>; Column::ALL.len()],
    cells: usize,
}

impl Header {
    /// The columns in any order, each once, in upper or lower case; `None` when one is missing,
    /// twice or strange.
    fn read(record: &StringRecord, one_store: bool) -> Option<Self> {
        let mut places = [None; Column::ALL.len()];
        for (place, cell) in record.iter().enumerate() {
            let word = cell.trim().to_lowercase();
            match Column::from_key(&word) {
                Some(column) if places[column as usize].is_none() => {
                    places[column as usize] = Some(place);
                }
                None if PASSED_OVER.contains(&word.as_str()) => {}
                _ => return None,
            }
        }
        let needed: Range<usize> = 0..if one_store {
            Column::Stores as usize
        } else {
            Column::ALL.len()
        };
        places[needed].iter().all(Option::is_some).then_some(Self {
            places,
            cells: record.len(),
        })
    }

    fn line(&self, record: &StringRecord, number: u32) -> Line {
        let cell = |place: Option<usize>| {
            place
                .and_then(|place| record.get(place))
                .unwrap_or_default()
                .to_owned()
        };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Line {
            number,
            cells: self.places.map(cell),
            uneven: (record.len() != self.cells).then(|| (count(record.len()), count(self.cells))),
        }
    }
}

#[cfg(test)]
mod tests;
