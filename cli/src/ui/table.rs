//! Rows with aligned columns.

use super::{Colour, Text};

/// Rows of cells; each column is as wide as its widest cell, two spaces apart.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<Text>>,
}

impl Table {
    /// Starts a table without a heading.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Starts a table whose first row names the columns.
    pub(crate) fn with_heading<const N: usize>(names: [&str; N]) -> Self {
        let mut table = Self::new();
        table.row(names.map(|name| Text::new().dim(name)));
        table
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Text>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Returns the table as lines of text.
    pub(super) fn render(&self, colour: Colour) -> String {
        let widths = self.widths();
        self.rows
            .iter()
            .map(|row| render_row(row, &widths, colour))
            .collect()
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(Text::width)
                .max()
        };
        (0..columns)
            .map(|column| width(column).unwrap_or(0))
            .collect()
    }
}

// The last cell is not padded, so that no line ends in blanks.
fn render_row(row: &[Text], widths: &[usize], colour: Colour) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        line.push_str(&cell.render(colour));
        if column + 1 < row.len() {
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
    }
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_terminal_width() {
        let mut table = Table::with_heading(["file", "values"]);
        table.row(["값.yaml", "3"]);
        table.row(["a", "12"]);
        assert_eq!(
            table.render(Colour::Never),
            "file     values\n값.yaml  3\na        12\n"
        );
    }

    #[test]
    fn rows_may_be_shorter_than_the_heading() {
        let mut table = Table::with_heading(["a", "b"]);
        table.row(["only"]);
        assert_eq!(table.render(Colour::Never), "a     b\nonly\n");
    }
}
