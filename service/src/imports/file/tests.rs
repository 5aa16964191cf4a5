use std::fmt::Write as _;

use domain::imports::HEADER;
use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<Line> {
    read(text.as_bytes(), false).unwrap_or_else(|why| panic!("{why:?}: {text:?}"))
}

fn problem(bytes: &[u8]) -> FileProblem {
    match read(bytes, false) {
        Err(why) => why,
        Ok(lines) => panic!("it was taken: {lines:?}"),
    }
}

fn numbers(text: &str) -> Vec<u32> {
    lines(text).iter().map(|line| line.number).collect()
}

const DANA: &str = "Dana,Reed,dana@shop.example,Sales@Bath;Crew,Bath;Oxford";

#[test]
fn a_line_has_its_cells_and_its_number() {
    let found = lines(&format!("{HEADER}\n{DANA}\n"));
    assert_eq!(
        found,
        [Line {
            number: 2,
            cells: [
                "Dana",
                "Reed",
                "dana@shop.example",
                "Sales@Bath;Crew",
                "Bath;Oxford"
            ]
            .map(str::to_owned),
            uneven: None,
        }]
    );
    assert_eq!(found[0].cell(Column::Groups), "Sales@Bath;Crew");
}

#[test]
fn line_ends_byte_order_mark_and_a_missing_last_end_make_no_difference() {
    let plain = lines(&format!("{HEADER}\n{DANA}\n{DANA}\n"));
    for text in [
        format!("\u{feff}{HEADER}\r\n{DANA}\r\n{DANA}\r\n"),
        format!("{HEADER}\r{DANA}\r{DANA}"),
        format!("{HEADER}\n{DANA}\n{DANA}"),
        format!(
            "{}\n{DANA}\n{DANA}\n,,,,\n  ,\"\",,,\n",
            HEADER.to_uppercase()
        ),
    ] {
        assert_eq!(lines(&text), plain, "{text:?}");
    }
}

#[test]
fn lines_are_numbered_as_an_editor_does() {
    let cut = "\"Da\nna\",Reed,dana@shop.example,Crew,Bath";
    let text = format!("{HEADER}\n\n\r\n{DANA}\n,,,,\n{cut}\n{DANA}\n\n{DANA}");
    assert_eq!(numbers(&text), [4, 6, 8, 10]);
}

#[test]
fn columns_come_in_any_order_and_those_of_our_own_files_are_passed_over() {
    let text = "problem,email,stores,groups,last_name, First_Name ,status\n\
                ,dana@shop.example,Bath;Oxford,Sales@Bath;Crew,Reed,Dana,active\n";
    assert_eq!(
        lines(text)[0].cells,
        lines(&format!("{HEADER}\n{DANA}"))[0].cells
    );
}

#[test]
fn a_header_that_lacks_a_column_or_has_a_strange_one_is_refused() {
    for header in [
        "first_name,last_name,email,groups",
        "first_name,last_name,email,groups,stores,phone",
        "first_name,first_name,last_name,email,groups,stores",
        "first_name;last_name;email;groups;stores",
        "Dana,Reed,dana@shop.example,Crew,Bath",
        "first name,last name,email,groups,stores",
    ] {
        let text = format!("{header}\n{DANA}");
        assert_eq!(problem(text.as_bytes()), FileProblem::Header, "{header}");
    }
}

#[test]
fn stores_may_be_left_out_where_there_is_one() {
    let text = "first_name,last_name,email,groups\nDana,Reed,dana@shop.example,Crew";
    let found = read(text.as_bytes(), true).expect("it needs no stores");
    assert_eq!(found[0].cell(Column::Stores), "");
}

#[test]
fn a_line_with_another_number_of_cells_says_so_itself() {
    let text = format!("{HEADER}\nDana,Reed\n{DANA},more\n{DANA}");
    let found = lines(&text);
    assert_eq!(found[0].uneven, Some((2, 5)));
    assert_eq!(found[0].cell(Column::Email), "");
    assert_eq!(found[1].uneven, Some((6, 5)));
    assert_eq!(found[2].uneven, None);
}

#[test]
fn r63_what_is_no_text_or_nobody_is_refused() {
    assert_eq!(problem(b""), FileProblem::Empty);
    assert_eq!(problem(b"\xef\xbb\xbf\n\n"), FileProblem::Empty);
    assert_eq!(problem(HEADER.as_bytes()), FileProblem::Empty);
    assert_eq!(
        problem(format!("{HEADER}\n,,,,\n").as_bytes()),
        FileProblem::Empty
    );
    let utf16: Vec<u8> = format!("\u{feff}{HEADER}\n{DANA}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(problem(&utf16), FileProblem::NotText);
    assert_eq!(
        problem(format!("{HEADER}\nDa\0na").as_bytes()),
        FileProblem::NotText
    );
    assert_eq!(
        problem(&[HEADER.as_bytes(), b"\nJos\xe9"].concat()),
        FileProblem::NotText
    );
    assert_eq!(problem(b"PK\x03\x04\x14\x00\x06\x00"), FileProblem::NotText);
}

#[test]
fn r63_more_lines_or_bytes_than_are_taken_are_refused() {
    let mut text = HEADER.to_owned();
    for n in 0..MAX_LINES {
        write!(text, "\nD{n},Reed,d{n}@shop.example,Crew,Bath").expect("a string takes it");
    }
    assert_eq!(lines(&text).len(), MAX_LINES);
    text.push('\n');
    text.push_str(DANA);
    assert_eq!(problem(text.as_bytes()), FileProblem::TooMany);
    let huge = format!("{HEADER}\n{}", "x".repeat(MAX_BYTES));
    assert_eq!(problem(huge.as_bytes()), FileProblem::TooLarge);
}

#[test]
fn r63_one_huge_cell_is_a_cell_and_a_quote_left_open_ends_with_the_file() {
    let huge = "x".repeat(MAX_BYTES - 200);
    let found = lines(&format!(
        "{HEADER}\n\"{huge}\",Reed,dana@shop.example,Crew,Bath"
    ));
    assert_eq!(found[0].cell(Column::FirstName).len(), huge.len());
    let open = lines(&format!("{HEADER}\n\"Dana,Reed\n{DANA}\n{DANA}"));
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].uneven, Some((1, 5)));
}

/// A cell that a person or an attacker may write; files have no NUL.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé,;@\"\r\n ='-]{0,12}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

proptest! {
    #[test]
    fn what_a_spreadsheet_writes_reads_back(
        rows in prop::collection::vec(prop::array::uniform5(cell()), 1..12),
        mark in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut text = format!("{}{HEADER}{end}", if mark { "\u{feff}" } else { "" });
        let mut expected = Vec::new();
        for row in &rows {
            let number = u32::try_from(text.matches('\n').count() + 1).unwrap();
            if !row.iter().all(|cell| cell.trim().is_empty()) {
                expected.push((number, row.clone()));
            }
            let cells: Vec<String> = row.iter().map(quoted).collect();
            text.push_str(&cells.join(","));
            text.push_str(end);
        }
        match read(text.as_bytes(), false) {
            Ok(found) => {
                let found: Vec<_> = found.into_iter().map(|line| (line.number, line.cells)).collect();
                prop_assert_eq!(found, expected);
            }
            Err(why) => {
                prop_assert_eq!(why, FileProblem::Empty);
                prop_assert!(expected.is_empty());
            }
        }
    }

    #[test]
    fn r63_no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400), header in any::<bool>()) {
        let mut file = if header { format!("{HEADER}\n").into_bytes() } else { Vec::new() };
        file.extend(bytes);
        for one_store in [false, true] {
            if let Ok(lines) = read(&file, one_store) {
                prop_assert!(!lines.is_empty() && lines.len() <= MAX_LINES);
                prop_assert!(lines.windows(2).all(|two| two[0].number <= two[1].number));
            }
        }
    }
}
