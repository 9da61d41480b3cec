//! Questions, asked on the terminal itself so that standard input stays free for data.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

use sealsmith_core::secret::SecretBytes;
use zeroize::Zeroizing;

use super::{hidden, printable};
use crate::failure::Failure;

const TERMINAL: &str = "/dev/tty";

/// Asks for a line of text; the end of input is an error, for it would be asked for ever.
pub(super) fn text(question: &str) -> Result<String, Failure> {
    let answer = open_terminal().and_then(|terminal| ask(&terminal, question));
    let answer = answer.and_then(|answer| match answer.ends_with('\n') {
        true => Ok(answer),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    });
    answer.map_err(|error| {
        Failure::could_not(format!("cannot ask \"{}\"", question.trim()))
            .because(error)
            .hint("there is no terminal to ask on: pass --yes to agree in advance")
    })
}

/// Asks a yes-or-no question; anything but `y` or `yes` is no.
pub(super) fn confirm(question: &str) -> Result<bool, Failure> {
    let answer = open_terminal()
        .and_then(|terminal| ask(&terminal, &format!("{question} [y/N]")))
        .map_err(|error| {
            Failure::could_not(format!("cannot ask \"{question}\""))
                .because(error)
                .hint("there is no terminal to ask on: pass --yes to agree in advance")
        })?;
    Ok(is_yes(&answer))
}

/// Asks for a secret without showing what is typed.
pub(super) fn secret(question: &str) -> Result<SecretBytes, Failure> {
    let mut typed = open_terminal()
        .map_err(hidden::Error::Terminal)
        .and_then(|terminal| ask_hidden(&terminal, question))
        .map_err(|error| not_answered(question, error))?;
    // A stray Enter must not replace a secret by nothing.
    if typed.is_empty() {
        return Err(Failure::could_not("nothing was typed")
            .hint("an empty value is taken from standard input or a file only"));
    }
    Ok(SecretBytes::new(std::mem::take(&mut *typed)))
}

fn ask_hidden(mut terminal: &File, question: &str) -> Result<Zeroizing<Vec<u8>>, hidden::Error> {
    write!(terminal, "{}: ", printable(question))?;
    let typed = hidden::read_line(terminal);
    // Enter was not shown either.
    writeln!(terminal)?;
    typed
}

fn not_answered(question: &str, error: hidden::Error) -> Failure {
    let hint = match error {
        hidden::Error::Terminal(_) => {
            "there is no terminal to ask on: pass the value through standard input or a file"
        }
        hidden::Error::Interrupted | hidden::Error::Ended => {
            return Failure::could_not("nothing was typed").because(error);
        }
        hidden::Error::SeveralLines | hidden::Error::Control | hidden::Error::TooLong => {
            "pass the value through standard input or a file"
        }
    };
    Failure::could_not(format!("cannot ask \"{question}\""))
        .because(error)
        .hint(hint)
}

fn open_terminal() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}

fn ask(mut terminal: &File, question: &str) -> io::Result<String> {
    write!(terminal, "{} ", printable(question))?;
    let mut answer = String::new();
    BufReader::new(terminal).read_line(&mut answer)?;
    if !answer.ends_with('\n') {
        // After the end of input the next message would stand on the question's line.
        writeln!(terminal)?;
    }
    Ok(answer)
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        assert!(is_yes("y\n") && is_yes(" YES \r\n"));
        assert!(!is_yes("") && !is_yes("\n") && !is_yes("yep") && !is_yes("no"));
    }
}
