//! The pages behind the desk: where each stands, what it is for, and what one must be allowed to see it.

use support_core::model::Permission;

use crate::ui::IconName;

/// One page of settings, statistics or audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// All settings at a glance.
    Overview,
    /// What the reader was told of.
    Notifications,
    /// What the reader wants to be told of.
    Wishes,
    /// Who works here.
    Users,
    /// What they may do.
    Roles,
    /// Who works together.
    Teams,
    /// Words to sort tickets by.
    Tags,
    /// Facts that only this desk asks for.
    Fields,
    /// How soon people get an answer.
    Policies,
    /// When the desk is open.
    Calendars,
    /// Where conversations come from.
    Inboxes,
    /// Links instead of logins.
    Tokens,
    /// Programs that act here.
    ApiKeys,
    /// Programs that are told what happens here.
    Webhooks,
    /// What is switched on.
    Configuration,
    /// How the desk is doing.
    Statistics,
    /// Who changed what.
    Audit,
}

/// The heading above some sections in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// What stands above them.
    pub title: &'static str,
    /// In this order.
    pub sections: &'static [Section],
}

impl Section {
    /// The address of the worker that shows what is pushed: its reach is the folder that it lies in.
    pub const WORKER: &'static str = "/admin/push.js";

    /// Whether it is everybody's own, whatever they may do.
    #[must_use]
    pub const fn is_everybodys(self) -> bool {
        matches!(self, Self::Notifications | Self::Wishes)
    }

    /// The navigation.
    pub const GROUPS: &'static [Group] = &[
        Group { title: "You", sections: &[Self::Notifications, Self::Wishes] },
        Group { title: "People", sections: &[Self::Users, Self::Roles, Self::Teams] },
        Group { title: "Tickets", sections: &[Self::Tags, Self::Fields, Self::Policies, Self::Calendars] },
        Group {
            title: "Doors",
            sections: &[Self::Inboxes, Self::Tokens, Self::ApiKeys, Self::Webhooks, Self::Configuration],
        },
        Group { title: "Insight", sections: &[Self::Statistics, Self::Audit] },
    ];

    /// What its page and its place in the navigation are called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Settings",
            Self::Notifications => "Notifications",
            Self::Wishes => "My notifications",
            Self::Users => "Users",
            Self::Roles => "Roles",
            Self::Teams => "Teams",
            Self::Tags => "Tags",
            Self::Fields => "Custom fields",
            Self::Policies => "SLA policies",
            Self::Calendars => "Business hours",
            Self::Inboxes => "Inboxes",
            Self::Tokens => "Portal links",
            Self::ApiKeys => "API keys",
            Self::Webhooks => "Webhooks",
            Self::Configuration => "Configuration",
            Self::Statistics => "Statistics",
            Self::Audit => "Audit log",
        }
    }

    /// Its address under the mount prefix.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/admin/settings",
            Self::Notifications => "/admin/notifications",
            Self::Wishes => "/admin/notifications/preferences",
            Self::Users => "/admin/settings/users",
            Self::Roles => "/admin/settings/roles",
            Self::Teams => "/admin/settings/teams",
            Self::Tags => "/admin/settings/tags",
            Self::Fields => "/admin/settings/fields",
            Self::Policies => "/admin/settings/sla-policies",
            Self::Calendars => "/admin/settings/calendars",
            Self::Inboxes => "/admin/settings/inboxes",
            Self::Tokens => "/admin/settings/tokens",
            Self::ApiKeys => "/admin/settings/api-keys",
            Self::Webhooks => "/admin/settings/webhooks",
            Self::Configuration => "/admin/settings/configuration",
            Self::Statistics => "/admin/statistics",
            Self::Audit => "/admin/audit",
        }
    }

    /// What one must be allowed to find it there; `None` for the overview, which shows what is open, and for what is
    /// everybody's own.
    #[must_use]
    pub const fn needs(self) -> Option<Permission> {
        Some(match self {
            Self::Overview | Self::Notifications | Self::Wishes => return None,
            Self::Users | Self::Roles | Self::Teams => Permission::UsersManage,
            Self::Tags | Self::Fields | Self::Policies | Self::Calendars | Self::Inboxes => Permission::SettingsManage,
            Self::Tokens => Permission::TokensManage,
            Self::ApiKeys => Permission::ApiKeysManage,
            Self::Webhooks => Permission::WebhooksManage,
            Self::Configuration => Permission::ConfigManage,
            Self::Statistics => Permission::StatsRead,
            Self::Audit => Permission::AuditRead,
        })
    }

    /// What it is for, in one sentence.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Overview => "How this desk works, and who works here.",
            Self::Notifications => "What concerns you, newest first, as far as you may see it still.",
            Self::Wishes => "What you are told of, and how. Everybody here chooses for themselves.",
            Self::Users => "The people who answer: invite them, give them a role, let them go.",
            Self::Roles => "What an agent may do. Admins may do everything.",
            Self::Teams => "People who share tickets, such as billing or the second line.",
            Self::Tags => "Words to sort and filter tickets by.",
            Self::Fields => "Facts that a ticket carries only on your desk, such as a contract number.",
            Self::Policies => {
                "How soon people get an answer, by priority. A ticket follows the first policy that fits it."
            }
            Self::Calendars => "When the desk is open. Time outside these hours does not count against an SLA.",
            Self::Inboxes => "Where conversations come from, with the tag that puts the chat on your site.",
            Self::Tokens => "Links that open a ticket to a customer without a login.",
            Self::ApiKeys => "Keys for programs. Each may do only what its scopes say.",
            Self::Webhooks => "Other programs, such as your shop, that are told what happens here.",
            Self::Configuration => "What is switched on, and what customers are told.",
            Self::Statistics => "How many tickets came, how soon they were answered, and what waits.",
            Self::Audit => "Who changed what, and when. Nothing here can be changed or removed.",
        }
    }

    /// The drawing beside its name.
    #[must_use]
    pub const fn icon(self) -> IconName {
        match self {
            Self::Overview | Self::Configuration => IconName::Settings,
            Self::Notifications => IconName::Bell,
            Self::Wishes => IconName::Settings,
            Self::Users => IconName::User,
            Self::Roles => IconName::ShieldCheck,
            Self::Teams => IconName::Users,
            Self::Tags => IconName::Tag,
            Self::Fields => IconName::Fields,
            Self::Policies => IconName::Clock,
            Self::Calendars => IconName::Calendar,
            Self::Inboxes => IconName::Inbox,
            Self::Tokens => IconName::Link,
            Self::ApiKeys => IconName::Key,
            Self::Webhooks => IconName::Send,
            Self::Statistics => IconName::Chart,
            Self::Audit => IconName::History,
        }
    }
}
