//! `support-server`: the desk in one binary.

use std::process::ExitCode;

use clap::Parser as _;
use support_server::commands::Arguments;

fn main() -> ExitCode {
    Arguments::parse().run()
}
