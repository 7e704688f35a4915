//! Two loads in turns, and what came of it as lines of a table.

use std::time::Duration;

use anyhow::Result;

use crate::load::{Figure, Load};

/// How measuring is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) round: Duration,
}

/// Many rounds of two loads, each pair taken one right after the other: what the machine does meanwhile hits both.
pub(crate) struct Rounds(Vec<(Figure, Figure)>);

impl Plan {
    pub(crate) async fn compare(&self, clients: usize, (one, other): &(Load, Load)) -> Result<Rounds> {
        for load in [one, other] {
            load.run(clients, self.round / 4).await?;
        }
        let mut rounds = Vec::new();
        for number in 0..self.rounds {
            // Who comes first changes, so that a machine that becomes slower favours nobody.
            rounds.push(if number % 2 == 0 {
                let one = one.run(clients, self.round).await?;
                (one, other.run(clients, self.round).await?)
            } else {
                let other = other.run(clients, self.round).await?;
                (one.run(clients, self.round).await?, other)
            });
        }
        Ok(Rounds(rounds))
    }
}

impl From<Vec<(Figure, Figure)>> for Rounds {
    fn from(pairs: Vec<(Figure, Figure)>) -> Self {
        Self(pairs)
    }
}

impl Rounds {
    fn middle(&self, of: impl Fn(&(Figure, Figure)) -> f64) -> f64 {
        quantiles(self.0.iter().map(of).collect())[1]
    }

    pub(crate) fn heading(database: &str) -> String {
        format!(
            "\n{database:<40} {:>8} {:>8} {:>7} {:>13} {:>7}  {:>9} {:>9}  {:>9} {:>9}",
            "desk/s", "limit/s", "ratio", "(quartiles)", "goal", "p99 ms", "limit", "CPU µs", "limit"
        )
    }

    pub(crate) fn line(&self, what: &str, goal: f64, verdict: &str) -> String {
        let ratios = quantiles(self.ratios().collect());
        format!(
            "{what:<40} {:>8.0} {:>8.0} {:>7.2} {:>13} {goal:>7.2}  {:>9.1} {:>9.1}  {:>9.0} {:>9.0}  {verdict}",
            self.middle(|pair| pair.0.per_second),
            self.middle(|pair| pair.1.per_second),
            ratios[1],
            format!("({:.2}–{:.2})", ratios[0], ratios[2]),
            self.middle(|pair| pair.0.p99_ms),
            self.middle(|pair| pair.1.p99_ms),
            self.middle(|pair| pair.0.cpu_us),
            self.middle(|pair| pair.1.cpu_us),
        )
    }

    fn ratios(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|(one, other)| one.per_second / other.per_second)
    }

    /// Requests a second, first to second; the median.
    pub(crate) fn ratio(&self) -> f64 {
        self.middle(|(one, other)| one.per_second / other.per_second)
    }

    /// The same of the 99th percentile of the waiting time.
    pub(crate) fn p99_ratio(&self) -> f64 {
        self.middle(|(one, other)| one.p99_ms / other.p99_ms)
    }

    /// The same of the processor time for one request.
    pub(crate) fn cpu_ratio(&self) -> f64 {
        self.middle(|(one, other)| one.cpu_us / other.cpu_us)
    }
}

/// First quartile, median, third quartile.
pub(crate) fn quantiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| values.get((values.len().saturating_sub(1) * quarter).div_ceil(4)).copied();
    [1, 2, 3].map(|quarter| at(quarter).unwrap_or(f64::NAN))
}
