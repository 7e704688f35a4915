//! How much people may bring.

use chrono::TimeDelta;

use super::super::{Desk, config::Config, config::keys};
use crate::{
    error::{Error, Result},
    model::{Actor, limits},
    storage::{FileUsage, WriteTx},
};

const MEGABYTE: i64 = 1_000_000;
/// What customers bring is counted over this time.
const DAY: TimeDelta = TimeDelta::hours(24);

/// The largest file that the desk takes, in bytes; 0 when it takes none.
pub(super) fn file_max_bytes(config: &Config) -> u64 {
    u64::try_from(config.number(keys::FILE_MAX_MB) * MEGABYTE).unwrap_or_default()
}

impl Desk {
    /// Whether there is room for so many bytes more from this caller. What is on its way counts too.
    pub(super) async fn check_room(
        &self,
        actor: &Actor,
        config: &Config,
        tx: &mut dyn WriteTx,
        bytes: i64,
    ) -> Result<()> {
        let uploader = actor.person.ok_or(Error::Forbidden)?;
        let FileUsage { files, bytes: own, tenant_bytes } =
            tx.file_usage(actor.tenant, uploader, self.now() - DAY).await?;
        let all_max = config.number(keys::FILES_TOTAL_MB) * MEGABYTE;
        if all_max > 0 && tenant_bytes + bytes > all_max {
            tracing::warn!(tenant = %actor.tenant, "no room for files is left: {} is reached", keys::FILES_TOTAL_MB);
            return Err(Error::NoRoom("This desk has no room for more files."));
        }
        let day_max = config.number(keys::FILES_DAY_MB) * MEGABYTE;
        if !actor.is_staff() && (files >= limits::FILES_A_DAY || own + bytes > day_max) {
            return Err(Error::NoRoom("These are too many files for one day."));
        }
        Ok(())
    }
}
