//! The line of the file that an error points at.

use super::located::Position;

const WIDEST: usize = 100;

/// Draws a line with marks under the place, and a label behind them.
pub(super) fn draw(text: &str, at: Position, label: Option<&str>) -> Option<String> {
    let line = text.lines().nth(at.line - 1)?;
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    let (shown, marks) = crop(line, at);
    let label = label.map(|label| format!(" {label}")).unwrap_or_default();
    Some(format!(
        "{margin} |\n{number} | {shown}\n{margin} | {marks}{label}"
    ))
}

/// Cuts a very long line to the part around the place.
fn crop(line: &str, at: Position) -> (String, String) {
    let start = (at.column - 1).saturating_sub(WIDEST / 2);
    let start = if at.column <= WIDEST / 2 { 0 } else { start };
    let shown: String = line.chars().skip(start).take(WIDEST).collect();
    let before = shown.chars().take(at.column - 1 - start);
    // Tabs stay tabs, so that the marks stand below what they mark.
    let blank: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let room = shown
        .chars()
        .count()
        .saturating_sub(at.column - 1 - start)
        .max(1);
    (shown, blank + &"^".repeat(at.width.min(room)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize, width: usize) -> Position {
        Position {
            line,
            column,
            width,
        }
    }

    #[test]
    fn marks_stand_below_the_place() {
        let frame = draw(
            "a: 1\n\trotaton: x\n",
            at(2, 2, 7),
            Some("did you mean `rotation`?"),
        );
        let expected = "  |\n2 | \trotaton: x\n  | \t^^^^^^^ did you mean `rotation`?";
        assert_eq!(frame.as_deref(), Some(expected));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}x{}", "a".repeat(5000), "b".repeat(5000));
        let frame = draw(&line, at(1, 5001, 1), None).unwrap();
        assert!(frame.len() < 300);
        let marked: Vec<&str> = frame.lines().skip(1).collect();
        assert_eq!(marked[0].find('x'), marked[1].find('^'));
    }

    #[test]
    fn a_place_outside_the_text_has_no_frame() {
        assert_eq!(draw("a", at(9, 1, 1), None), None);
        assert!(draw("a", at(1, 40, 3), None).is_some());
    }
}
