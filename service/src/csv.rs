//! Comma-separated values (RFC 4180), for people who open them in a spreadsheet.

use std::borrow::Cow;

use ::csv::{Terminator, Writer, WriterBuilder};

use crate::failure::Failure;

/// Rows of a file, or of a piece of one.
pub struct Csv {
    writer: Writer<Vec<u8>>,
    hidden: Option<usize>,
}

impl Default for Csv {
    fn default() -> Self {
        Self::new()
    }
}

impl Csv {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::without(None)
    }

    /// No rows yet, and none will have the cell at this place: a column that the file leaves out.
    #[must_use]
    pub fn without(hidden: Option<usize>) -> Self {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        Self { writer, hidden }
    }

    /// Adds a row. No cell of it is a formula to a spreadsheet (req. 59).
    ///
    /// # Errors
    /// When it has another number of cells than the row before.
    pub fn row<C: AsRef<str>>(
        &mut self,
        cells: impl IntoIterator<Item = C>,
    ) -> Result<(), Failure> {
        for (at, cell) in cells.into_iter().enumerate() {
            if self.hidden == Some(at) {
                continue;
            }
            self.writer
                .write_field(neutral(cell.as_ref()).as_bytes())
                .map_err(fault)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(fault)
    }

    /// The bytes of all rows.
    ///
    /// # Errors
    /// None that memory knows of.
    pub fn into_bytes(self) -> Result<Vec<u8>, Failure> {
        self.writer
            .into_inner()
            .map_err(|error| Failure::Internal(error.to_string().into()))
    }
}

fn fault(error: ::csv::Error) -> Failure {
    Failure::Internal(Box::new(error))
}

/// The cell with a quote before it where a spreadsheet would take it for a formula: where it
/// begins with one of `= + - @`, their full-width forms, or a tab or line break, which some drop
/// before they look (OWASP, *CSV Injection*; req. 59).
fn neutral(cell: &str) -> Cow<'_, str> {
    const BEGINNINGS: &[char] = &[
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
    ];
    if cell.starts_with(BEGINNINGS) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[&str]]) -> String {
        let mut csv = Csv::new();
        for row in rows {
            csv.row(row.iter()).expect("rows of one length");
        }
        String::from_utf8(csv.into_bytes().expect("memory")).expect("UTF-8")
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            written(&[
                &["name", "groups"],
                &["Zoë \"Zed\" O'Hara", "a, b"],
                &["", "two\r\nlines"]
            ]),
            "name,groups\r\n\"Zoë \"\"Zed\"\" O'Hara\",\"a, b\"\r\n,\"two\r\nlines\"\r\n"
        );
    }

    #[test]
    fn r59_no_cell_is_a_formula() {
        for cell in [
            "=HYPERLINK(\"http://evil.example\")",
            "+44 20 7946 0000",
            "-2+3",
            "@SUM(A1)",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            "＝1+1",
        ] {
            let line = written(&[&[cell]]);
            let first = line.trim_start_matches('"').chars().next();
            assert_eq!(first, Some('\''), "{line:?}");
        }
        assert_eq!(
            written(&[&["a=b", "x-y", "m@shop.example"]]),
            "a=b,x-y,m@shop.example\r\n"
        );
    }

    #[test]
    fn a_column_that_is_left_out_is_in_no_row() {
        let mut csv = Csv::without(Some(1));
        for row in [["name", "stores", "email"], ["Ada", "Bath", "a@b.example"]] {
            csv.row(row).expect("rows of one length");
        }
        let bytes = csv.into_bytes().expect("memory");
        assert_eq!(bytes, b"name,email\r\nAda,a@b.example\r\n");
    }

    #[test]
    fn a_row_of_another_length_is_a_fault() {
        let mut csv = Csv::new();
        csv.row(["a", "b"]).expect("the first");
        assert!(csv.row(["a"]).is_err());
    }
}
