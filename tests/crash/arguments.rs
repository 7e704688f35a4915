//! The command line, and randomness that can be had again.

use std::{env, fmt, path::PathBuf};

use anyhow::{Context as _, Result, bail};

/// Which database the server runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A new database on the test server.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// What to do.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) engines: Vec<Engine>,
    pub(crate) cycles: u32,
    pub(crate) seed: u64,
    pub(crate) server: PathBuf,
}

impl Arguments {
    pub(crate) fn from_command_line() -> Result<Self> {
        let mut arguments =
            Self { engines: Vec::new(), cycles: 50, seed: u64::from(std::process::id()), server: server()? };
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            let mut number = || {
                words.next().and_then(|number| number.parse().ok()).with_context(|| format!("{word} needs a number"))
            };
            match word.as_str() {
                "sqlite" => arguments.engines.push(Engine::Sqlite),
                "postgres" => arguments.engines.push(Engine::Postgres),
                "--cycles" => arguments.cycles = u32::try_from(number()?)?,
                "--seed" => arguments.seed = number()?,
                _ => bail!("{word} is none of sqlite, postgres, --cycles N, --seed N"),
            }
        }
        if arguments.engines.is_empty() {
            arguments.engines = vec![Engine::Sqlite, Engine::Postgres];
        }
        Ok(arguments)
    }
}

/// `SUPPORT_BIN`, or what cargo put beside this program.
fn server() -> Result<PathBuf> {
    let path = match env::var_os("SUPPORT_BIN") {
        Some(path) => PathBuf::from(path),
        None => env::current_exe()?.with_file_name("support-server"),
    };
    anyhow::ensure!(
        path.is_file(),
        "{} is not there: build it with `cargo build --package support-server`",
        path.display()
    );
    Ok(path)
}

/// xorshift64*: the same seed gives the same kills.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }
}
