//! What people of the desk want to be told of, and the browsers by which they are.

use super::{body, double_option, wire};
use crate::model::{
    DateTime, Digest, PushSubscriptionId, Utc,
    notification::{ChangeKinds, Kinds, QuietHours},
    sla::MinuteOfDay,
};

wire! {
    /// What the caller wants to be told of.
    pub struct NotificationPreferences {
        /// By which ways, for every kind.
        pub kinds: Kinds,
        /// How often mail is sent.
        pub digest: Digest,
        /// When the daily mail is sent, by the clock of `time_zone`.
        pub digest_time: MinuteOfDay,
        /// When neither mail nor push is sent; null: never. What comes then waits for their end.
        pub quiet_hours: Option<QuietHours>,
        /// The caller's zone, as the IANA database calls it.
        pub time_zone: String,
        /// What a browser subscribes with: `applicationServerKey`.
        pub push_key: String,
    }

    /// A browser that is told of things while the dashboard is closed.
    pub struct PushSubscription {
        /// Its id.
        pub id: PushSubscriptionId,
        /// Whose service carries the messages.
        pub host: String,
        /// What the caller calls it; may be empty.
        pub name: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

body! {
    /// What to change. What is left out stays.
    pub struct ChangeNotificationPreferences {
        /// Ways to switch on or off.
        pub kinds: Option<ChangeKinds>,
        /// How often mail is sent.
        pub digest: Option<Digest>,
        /// When the daily mail is sent, up to `23:59`.
        pub digest_time: Option<MinuteOfDay>,
        /// When neither mail nor push is sent; null: never.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        pub quiet_hours: Option<Option<QuietHours>>,
        /// The caller's zone, as the IANA database calls it.
        pub time_zone: Option<String>,
    }

    /// A browser's subscription: what `PushSubscription.toJSON()` gives, and a name for it.
    pub struct CreatePushSubscription {
        /// The address of the browser at its push service.
        pub endpoint: String,
        /// What messages to it are closed with.
        pub keys: PushKeys,
        /// When the browser gives the address up by itself; not used.
        #[serde(rename = "expirationTime")]
        pub expiration_time: Option<f64>,
        /// What the caller calls it, such as `Firefox on the laptop`; up to 100 characters.
        #[serde(default)]
        pub name: String,
    }

    /// What messages to a browser are closed with.
    pub struct PushKeys {
        /// Its public key in base64url.
        pub p256dh: String,
        /// Its authentication secret in base64url.
        pub auth: String,
    }
}
