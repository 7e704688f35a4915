//! What staff and programs may do, as single words and as a set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::choice::choice;

choice!(
    /// One thing that staff, or a program with an API key, may do. The words are also the scopes of API keys.
    Permission {
        /// See all tickets of the desk with their threads, and the live feed.
        TicketsRead = "tickets:read",
        /// Open tickets and write to customers.
        TicketsReply = "tickets:reply",
        /// Write internal notes.
        TicketsNote = "tickets:note",
        /// Change subject, priority, category, tags, links, watchers, custom fields.
        TicketsChange = "tickets:change",
        /// Choose who looks after a ticket.
        TicketsAssign = "tickets:assign",
        /// Resolve, close, reopen and snooze.
        TicketsStatus = "tickets:status",
        /// Assign and change the status of tickets that somebody else looks after: `can_manage_support` of zen-ops.
        TicketsOverride = "tickets:override",
        /// Put one ticket into another, and take it out again.
        TicketsMerge = "tickets:merge",
        /// Change many tickets in one request.
        TicketsBulk = "tickets:bulk",
        /// Hand out, list and revoke portal links.
        TokensManage = "tokens:manage",
        /// See customers.
        ContactsRead = "contacts:read",
        /// Change, merge and erase customers.
        ContactsManage = "contacts:manage",
        /// See the desk's statistics.
        StatsRead = "stats:read",
        /// See the desk's people.
        UsersRead = "users:read",
        /// Make, change, disable and delete accounts, roles and teams. Nobody can give what they do not have.
        UsersManage = "users:manage",
        /// See tags, fields, policies and the like.
        SettingsRead = "settings:read",
        /// Change tags, fields, policies, inboxes and the like.
        SettingsManage = "settings:manage",
        /// See and change the desk's configuration.
        ConfigManage = "config:manage",
        /// See who did what.
        AuditRead = "audit:read",
        /// Make and revoke API keys.
        ApiKeysManage = "api_keys:manage",
        /// Share saved views with a team or everybody.
        ViewsShare = "views:share",
        /// Retry mail that could not be delivered.
        DeliveriesManage = "deliveries:manage",
        /// Make and change webhooks, and see what their receivers answer.
        WebhooksManage = "webhooks:manage",
    }
);

impl Permission {
    /// Its place in a set.
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of permissions: a list of their words on the wire, without duplicates, in the order of declaration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u32);

impl Permissions {
    /// None at all.
    pub const NONE: Self = Self(0);
    /// Every one: what admins have.
    pub const ALL: Self = Self::of(Permission::ALL);
    /// What agents have who hold no custom role: the daily work, without the desk's administration.
    pub const AGENT: Self = Self::of(&[
        Permission::TicketsRead,
        Permission::TicketsReply,
        Permission::TicketsNote,
        Permission::TicketsChange,
        Permission::TicketsAssign,
        Permission::TicketsStatus,
        Permission::TicketsMerge,
        Permission::TicketsBulk,
        Permission::TokensManage,
        Permission::ContactsRead,
        Permission::ContactsManage,
        Permission::StatsRead,
        Permission::UsersRead,
        Permission::SettingsRead,
        Permission::ViewsShare,
    ]);

    /// The set of these.
    #[must_use]
    pub const fn of(list: &[Permission]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < list.len() {
            bits |= list[index].bit();
            index += 1;
        }
        Self(bits)
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of `others` are among them.
    #[must_use]
    pub const fn covers(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// What both sets have.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Each of them, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(list: I) -> Self {
        Self(list.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Permission>::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(feature = "server")]
impl utoipa::PartialSchema for Permissions {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name("Permission"))
            .description(Some("A set of permissions: answers name each once, and one that is sent twice counts once"))
            .into()
    }
}

#[cfg(feature = "server")]
impl utoipa::ToSchema for Permissions {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push(("Permission".to_owned(), <Permission as utoipa::PartialSchema>::schema()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_travels_as_its_words_in_order_and_once() {
        let set: Permissions =
            serde_json::from_str(r#"["stats:read", "TICKETS:READ", "stats:read"]"#).expect("known words");
        assert_eq!(serde_json::to_string(&set).expect("a list"), r#"["tickets:read","stats:read"]"#);
        assert!(serde_json::from_str::<Permissions>(r#"["tickets:eat"]"#).is_err());
        assert_eq!(Permission::ALL.iter().copied().collect::<Permissions>(), Permissions::ALL);
        assert_eq!(Permissions::ALL.iter().count(), Permission::ALL.len(), "every permission has a bit of its own");
    }

    #[test]
    fn agents_do_not_run_the_desk() {
        assert!(Permissions::ALL.covers(Permissions::AGENT) && !Permissions::AGENT.covers(Permissions::ALL));
        for reserved in [
            Permission::TicketsOverride,
            Permission::UsersManage,
            Permission::SettingsManage,
            Permission::ConfigManage,
            Permission::AuditRead,
            Permission::ApiKeysManage,
            Permission::DeliveriesManage,
            Permission::WebhooksManage,
        ] {
            assert!(!Permissions::AGENT.has(reserved), "{reserved}");
        }
    }
}
