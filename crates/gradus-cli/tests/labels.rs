//! Names of classes and columns that no table can show as they are.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

const LONG: &str = "a very long class label that goes on and on and on for ever and ever";
const RED: &str = "\u{1b}[31mred\u{1b}[0m";

/// A column name and a class of two lines, a class that would colour the terminal, a long one.
fn desk() -> Desk {
    let desk = Desk::new();
    let rows: String = (0..60)
        .map(|i| {
            let class = ["two\nlines", RED, LONG][i % 3];
            format!("{},{},\"{class}\"\n", i * 37 % 61, i * 17 % 13)
        })
        .collect();
    desk.write("nl.csv", &format!("a,\"col\nname\",y\n{rows}"));
    desk
}

fn has_no_control_characters(text: &str) {
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn a_table_has_a_row_for_each_class_whatever_its_name() {
    let desk = desk();
    let text = desk.good(&["cv", "nl.csv", "--target", "y", "--model", "ridge", "--lambda", "0.1"]);
    has_no_control_characters(&text);
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("confusion matrix")).unwrap();
    let matrix = &lines[at + 1..at + 5];
    // The head, and a row for each class, in the order of the texts, all of one width.
    assert!(matrix[0].contains(r"\u{1b}[31…}[0m") && matrix[0].contains(r"two\nlines"), "{text}");
    assert!(matrix[1].starts_with(r"\u{1b}[31mred\u{1b}[0m "), "{text}");
    assert!(matrix[2].starts_with("a very long class lab…r and ever "), "{text}");
    assert!(matrix[3].starts_with(r"two\nlines "), "{text}");
    let width = |line: &str| line.chars().count();
    assert!(
        matrix.iter().all(|line| width(line) == width(matrix[0]) && width(line) < 90),
        "{text}"
    );
    for row in &matrix[1..] {
        let counts: Vec<usize> =
            row[34..].split_whitespace().filter_map(|count| count.parse().ok()).collect();
        assert_eq!((counts.len(), counts.iter().sum::<usize>()), (3, 20), "{row}");
    }
    // A machine gets them as they are.
    let report =
        desk.json(&["cv", "nl.csv", "--target", "y", "--model", "ridge", "--lambda", "0.1"]);
    assert_eq!(report["classes"], serde_json::json!([RED, LONG, "two\nlines"]));
}

#[test]
fn describe_and_split_keep_a_name_in_its_cell() {
    let desk = desk();
    let text = desk.good(&["describe", "nl.csv", "--target", "y"]);
    has_no_control_characters(&text);
    assert!(text.lines().any(|line| line.starts_with(r"col\nname  ")), "{text}");
    assert!(text.contains("3 classes of \"y\": \\u{1b}[31mred\\u{1b}[0m 20 (33.3 %)"), "{text}");
    let report = desk.json(&["describe", "nl.csv", "--target", "y"]);
    assert_eq!(report["columns"][1]["name"], "col\nname");

    let text = desk.good(&["split", "nl.csv", "--stratify", "y"]);
    has_no_control_characters(&text);
    assert_eq!(text.lines().filter(|line| line.contains("nl-t")).count(), 2, "{text}");
    assert!(text.contains(r"two\nlines %") && text.contains("a very lon… ever %"), "{text}");
}

/// Each East Asian character takes two columns, so that lines of as many columns have fewer characters.
#[test]
fn wide_letters_are_aligned() {
    let desk = Desk::new();
    let rows: String =
        (0..30).map(|i| format!("{},{}\n", i * 7 % 30, ["是", "否"][i % 2])).collect();
    desk.write("wide.csv", &format!("温度,目標\n{rows}"));
    let text = desk.good(&["describe", "wide.csv", "--target", "目標"]);
    for row in ["column  missing", "温度          0", "目標          0"] {
        assert!(text.lines().any(|line| line.starts_with(row)), "lacks {row:?}: {text}");
    }
}
