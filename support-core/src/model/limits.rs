//! Every limit on what people may send, in one place. Lengths are in Unicode characters unless the name says bytes.

/// A search query.
pub const SEARCH_MAX: usize = 250;
/// A ticket's subject.
pub const SUBJECT_MAX: usize = 255;
/// A ticket's description.
pub const DESCRIPTION_MAX: usize = 20_000;
/// A message's body.
pub const BODY_MAX: usize = 20_000;
/// People in one group.
pub const PARTICIPANTS_MAX: usize = 100;
/// Messages that somebody reads one by one ahead of what they have not read.
pub const READ_APART_MAX: usize = 1_000;
/// Agents whom one message addresses.
pub const MENTIONS_MAX: usize = 20;
/// Different signs under one message.
pub const REACTIONS_MAX: usize = 20;
/// People who give one sign.
pub const REACTION_PEOPLE_MAX: usize = 200;
/// A sign under a message, in bytes: an emoji with its modifiers.
pub const SIGN_MAX_BYTES: usize = 40;
/// A person's or an inbox's name.
pub const NAME_MAX: usize = 120;
/// An email address, in bytes (RFC 5321, 4.5.3.1.3).
pub const EMAIL_MAX_BYTES: usize = 254;
/// A free text such as a token's note or a category.
pub const LABEL_MAX: usize = 100;
/// A tag's name.
pub const TAG_MAX: usize = 50;
/// Tags of a ticket.
pub const TAGS_MAX: usize = 30;
/// Links of a ticket.
pub const LINKS_MAX: usize = 30;
/// The kind of a link, in bytes.
pub const LINK_KIND_MAX_BYTES: usize = 40;
/// Watchers of a ticket.
pub const WATCHERS_MAX: usize = 100;
/// Tickets of one bulk change.
pub const BULK_MAX: usize = 1_000;
/// Days that a ticket can be snoozed.
pub const SNOOZE_DAYS_MAX: i64 = 731;
/// Hours after which a merge can no longer be undone.
pub const UNMERGE_HOURS: i64 = 24;
/// A custom field's key, in bytes.
pub const FIELD_KEY_MAX: usize = 40;
/// The options of a custom field.
pub const FIELD_OPTIONS_MAX: usize = 100;
/// Settings of one kind that a tenant can have.
pub const SETTINGS_MAX: usize = 1_000;
/// A client's own id of a message, in bytes.
pub const CLIENT_ID_MAX_BYTES: usize = 64;
/// A message's preview in a list.
pub const PREVIEW_MAX: usize = 140;
/// The rows on one page of a list.
pub const PAGE_MAX: u32 = 100;
/// The rows on one page when the caller does not say.
pub const PAGE_DEFAULT: u32 = 25;
/// Days that a portal token lives at most.
pub const TOKEN_DAYS_MAX: u32 = 30;
/// Days that a portal token lives when nobody says otherwise.
pub const TOKEN_DAYS_DEFAULT: u32 = 7;
/// People in a team.
pub const TEAM_MAX: usize = 500;
/// Days that an API key lives at most, when it does not live until it is revoked.
pub const API_KEY_DAYS_MAX: u32 = 365;
/// The webhooks of one tenant: each is asked at every event.
pub const WEBHOOKS_MAX: usize = 200;
/// A password, in characters (ASVS 5.0, 6.2.1).
pub const PASSWORD_MIN: usize = 8;
/// A password at most: longer ones only serve to burn CPU.
pub const PASSWORD_MAX: usize = 256;
/// The holidays of one calendar.
pub const HOLIDAYS_MAX: usize = 200;
/// The stretches of working time on one day.
pub const STRETCHES_MAX: usize = 8;
/// Minutes of working time that a promise may give: a year.
pub const TARGET_MINUTES_MAX: u32 = 525_600;
/// The categories or channels that one service level policy names.
pub const POLICY_CONDITIONS_MAX: usize = 50;
/// The years in which a deadline set by hand may lie.
pub const DUE_YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;
/// The stops of a ticket's clocks that are kept apart.
///
/// Beyond it the two oldest become one, with what lies between them, in the desk's favour: nobody toggles a ticket that
/// often by hand, and a script that does must not make its row grow without bound.
pub const STOPS_MAX: usize = 64;
/// Files of one message.
pub const FILES_MAX: usize = 10;
/// A file's name, in bytes: what file systems take.
pub const FILE_NAME_MAX_BYTES: usize = 200;
/// Files that a customer may bring in one day.
pub const FILES_A_DAY: i64 = 200;
