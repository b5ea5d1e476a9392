//! Where output goes.
//!
//! Terminal styles are dropped where nobody would see them (no terminal, `NO_COLOR`). Who stops reading is no reason
//! to stop working: a closed pipe swallows the rest.

use super::failure::{Exit, UNWRITTEN};
use crate::render::Layout;
use anstream::AutoStream;
use std::io::{self, BufWriter, Write};
use terminal_size::{Height, Width, terminal_size_of};

/// Standard output and standard error.
pub(super) struct Console {
    out: BufWriter<Patient<AutoStream<io::Stdout>>>,
    err: Patient<AutoStream<io::Stderr>>,
}

impl Console {
    pub(super) fn new() -> Self {
        Self {
            out: BufWriter::new(Patient(AutoStream::auto(io::stdout()))),
            err: Patient(AutoStream::auto(io::stderr())),
        }
    }

    /// For results.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// For everything else. What was written as a result before comes before.
    pub(super) fn err(&mut self) -> &mut dyn Write {
        let _ = self.out.flush();
        &mut self.err
    }

    /// How a plan is laid out as a result.
    pub(super) fn out_layout(&self, verbose: bool) -> Layout {
        layout(verbose, terminal_size_of(io::stdout()))
    }

    /// How a plan is laid out beside a result.
    pub(super) fn err_layout(&self, verbose: bool) -> Layout {
        layout(verbose, terminal_size_of(io::stderr()))
    }

    /// Hands on what is still held back. A result that could not be written is a failure.
    pub(super) fn finish(mut self, exit: Exit) -> Exit {
        match self.out.flush() {
            Ok(()) => exit,
            Err(error) => {
                let _ =
                    writeln!(self.err, "error: the result can't be written: {error}\n  help: {UNWRITTEN}");
                // Nobody has seen what was found; that it is refused still counts.
                if exit == Exit::Refused { exit } else { Exit::Failed }
            }
        }
    }
}

fn layout(verbose: bool, size: Option<(Width, Height)>) -> Layout {
    Layout { verbose, columns: size.map(|(Width(columns), _)| usize::from(columns)) }
}

/// A stream whose closed other end swallows everything.
#[derive(Debug)]
struct Patient<S>(S);

impl<S: Write> Write for Patient<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}
