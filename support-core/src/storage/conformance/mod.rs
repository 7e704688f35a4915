//! The suite that every adapter must pass: the same named cases, whatever the database.
//!
//! An adapter's author writes one function that makes a database and lists it once:
//!
//! ```
//! use support_core::storage::conformance::{Database, Schema};
//!
//! async fn database(schema: Schema) -> Option<Box<dyn Database>> {
//!     // Make a new one, with the engine's tables or blank. None skips the case: say so aloud.
//!     # let _ = schema;
//!     # None
//! }
//!
//! support_core::storage_conformance!(database);
//! ```
//!
//! The macro expands to one `#[tokio::test]` a case, so the calling crate needs tokio with `macros` and `rt-multi-thread`.
//! A case panics where the adapter breaks its promise.
#![expect(clippy::unwrap_used, clippy::panic, reason = "in this suite a panic is a failed test")]

pub mod access;
pub mod attachments;
pub mod closing;
pub mod config;
pub mod conversations;
pub mod deliveries;
pub mod events;
pub mod finding;
pub mod idempotency;
pub mod migrations;
pub mod notifications;
pub mod paging;
pub mod people;
pub mod races;
pub mod rollback;
pub mod secrets;
pub mod settings;
pub mod statistics;
pub mod tenants;
pub mod tickets;
pub mod timers;
pub mod webhooks;

mod desk;
mod native;
mod world;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::{desk::Desk, world::World};
use super::{MigrateMode, Storage};

/// What a database holds when a case gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// The engine's tables, empty. How they came there is the factory's choice: the suite migrates once more.
    Ready,
    /// Nothing at all.
    Blank,
}

/// A database of one case.
#[async_trait]
pub trait Database: std::fmt::Debug + Send + Sync + 'static {
    /// Opens it, each time as another process would: two storages share nothing but the database.
    async fn open(&self) -> Arc<dyn Storage>;

    /// Removes it. All its storages are closed by then.
    async fn remove(self: Box<Self>);
}

/// Runs one case on a database of its own and removes it afterwards, also when the case fails. No database: nothing runs, and the
/// factory has said so.
///
/// # Panics
/// Where the case fails.
pub async fn check<C, F>(schema: Schema, database: Option<Box<dyn Database>>, case: C)
where
    C: FnOnce(Arc<World>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let Some(database) = database else { return };
    let storage = database.open().await;
    if schema == Schema::Ready {
        storage.migrate(MigrateMode::Apply, world::START).await.unwrap();
    }
    let world = Arc::new(World::new(Arc::clone(&storage), database));
    let outcome = tokio::spawn(case(Arc::clone(&world))).await;
    storage.close().await;
    // A case that failed may have left tasks that still hold the world; its database is then left to the factory's own clean-up.
    if let Some(world) = Arc::into_inner(world) {
        world.remove().await;
    }
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure.into_panic());
    }
}

/// Expands to one test a case of the [suite](crate::storage::conformance). `$database` is an
/// `async fn(Schema) -> Option<Box<dyn Database>>`; none skips the case.
#[macro_export]
macro_rules! storage_conformance {
    ($database:path) => {
        $crate::storage_conformance! { @cases $database, Ready,
            access::{
                a_removed_account_leaves_its_address_free,
                an_agents_tickets_are_those_that_are_not_done,
                api_keys_come_back_as_written,
                of_many_tries_each_is_counted,
                people_are_found_by_what_they_are,
                tries_are_counted_in_windows,
            }
            attachments::{
                an_attachment_goes_to_one_message,
                attachments_come_back_as_written,
                attachments_keep_to_their_tenant,
                loose_attachments_are_given_up,
            }
            closing::{
                closing_finishes_what_is_under_way_and_refuses_the_rest,
                what_was_committed_is_there_after_opening_again,
            }
            config::{
                a_value_is_stored_changed_and_taken_away,
                one_tenants_configuration_is_not_anothers,
            }
            conversations::{
                conversations_are_listed_for_those_who_take_part,
                conversations_come_back_as_written,
                conversations_keep_to_their_tenant,
                of_many_changes_of_one_conversation_one_wins,
            }
            deliveries::{
                a_delivery_goes_through_its_life,
                a_lane_is_looked_up_by_event_and_repeated,
                a_lease_that_ran_out_gives_the_delivery_to_somebody_else,
                deliveries_are_listed_by_state_and_handler,
                a_persons_address_is_forgotten_in_letters_to_them_alone,
                only_due_deliveries_are_claimed_the_longest_waiting_first,
                the_engaged_stand_back_for_the_others,
            }
            events::{
                events_are_numbered_in_the_order_of_their_commits,
                events_of_one_decision_keep_their_order,
                fifty_writers_with_delayed_commits_give_all_readers_one_gapless_sequence,
                what_is_not_committed_is_not_in_the_feed,
                wake_ups_follow_commits_and_only_commits,
            }
            finding::{
                a_tenant_finds_nothing_of_another,
                every_condition_of_a_search_has_a_contrary,
                every_filter_shows_what_it_says_in_every_order,
                words_are_found_wherever_they_stand,
            }
            idempotency::{
                an_answer_is_kept_and_given_again,
                of_many_requests_with_one_key_one_is_the_first,
                when_the_first_request_fails_the_next_is_the_first,
            }
            notifications::{
                of_many_who_tell_at_once_one_does,
                somebody_is_told_of_an_event_once,
                what_is_due_goes_into_one_mail,
                what_people_were_told_keeps_to_its_tenant,
                what_was_seen_is_noted_once,
                wishes_and_browsers_come_back_as_written,
            }
            paging::{
                deliveries_tokens_and_timelines_page_without_gaps,
                people_page_in_the_same_order_on_every_database,
                tickets_page_backwards_to_where_they_came_from,
                tickets_that_existed_are_met_once_while_others_are_opened,
                twenty_readers_miss_and_repeat_nothing_while_fifty_write,
                threads_page_while_they_grow,
            }
            people::{
                accounts_come_back_as_written,
                contacts_are_found_by_the_address_that_they_wrote_from,
                inboxes_come_back_as_written,
                people_come_back_as_written,
            }
            races::{
                a_load_that_waited_sees_what_it_waited_for,
                a_submitted_change_waits_for_whoever_holds_its_ticket,
                deliveries_go_to_one_worker_each,
                messages_of_many_get_one_gapless_sequence,
                of_many_admins_one_is_set_up,
                of_many_changes_of_one_version_one_wins,
                of_many_messages_with_one_client_id_one_is_kept,
                of_many_sign_ins_of_one_subject_one_person_comes,
                of_many_submitted_changes_of_one_version_one_wins,
                of_many_spenders_of_a_refresh_token_one_wins,
                of_many_takers_of_a_session_one_wins,
                of_many_tickets_with_one_client_id_one_is_kept,
                ticket_numbers_have_no_gaps,
            }
            rollback::{
                a_cancelled_commit_is_whole_or_nothing,
                a_decision_that_cannot_be_written_whole_is_not_written,
                a_submitted_change_that_fails_in_its_middle_leaves_nothing_and_spares_the_others,
                a_task_cancelled_in_the_middle_of_a_statement_leaves_nothing,
                a_task_cancelled_with_an_open_transaction_leaves_nothing,
                a_transaction_with_a_failed_call_cannot_be_committed,
                dropping_a_transaction_leaves_nothing,
                tasks_cancelled_while_they_wait_leave_nothing_and_block_nobody,
            }
            secrets::{
                refresh_tokens_and_purging_work_as_told,
                sessions_come_back_as_written,
                tokens_come_back_as_written,
            }
            settings::{
                settings_come_back_as_written,
                settings_keep_to_their_tenant,
            }
            statistics::{
                sums_are_what_counting_anew_gives,
            }
            tenants::{
                a_tenant_cannot_change_what_another_has,
                a_tenant_cannot_find_what_another_has,
                two_tenants_may_use_the_same_words,
            }
            tickets::{
                events_come_back_as_written,
                messages_come_back_as_written,
                tickets_are_filtered_and_counted,
                tickets_come_back_as_written,
            }
            timers::{
                a_timer_rings_once_whoever_rings,
                tickets_under_other_rules_are_found_unless_they_are_done,
                timers_come_earliest_first_whatever_they_are,
            }
            webhooks::{
                webhooks_come_back_as_written,
                webhooks_keep_to_their_tenant,
            }
        }
        $crate::storage_conformance! { @cases $database, Blank,
            migrations::{
                a_migration_that_fails_leaves_nothing,
                a_newer_or_another_schema_is_refused,
                many_processes_may_migrate_at_once,
                manual_changes_nothing,
                the_hosts_tables_and_ledger_stay_as_they_are,
                verify_tells_whether_the_schema_is_there,
            }
        }
    };
    (@cases $database:path, $schema:ident, $($module:ident::{ $($case:ident,)+ })+) => {
        $($(
            #[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                use $crate::storage::conformance::{Schema, check, $module};
                check(Schema::$schema, $database(Schema::$schema).await, $module::$case).await;
            }
        )+)+
    };
}
