//! Tags, views, teams and the like: five routes for each, all of one shape.

mod view_counts;

use super::routes::Routes;

/// Declares a module with the routes of one kind: `GET` and `POST` on the list, `GET`, `PATCH` and `DELETE` on one.
macro_rules! setting_routes {
    ($module:ident, $setting:ident, $plural:literal, $item:literal, $tag:literal, $one:literal,
     read = $read:ident, write = $write:ident, create = $create:ident, change = $change:ident, view = $view:ident) => {
        #[doc = concat!("`", $tag, "`.")]
        pub(super) mod $module {
            use axum::{Json, extract::State, http::StatusCode, response::Response};
            use crate::{
                desk::$setting,
                error::Result,
                http::{
                    answer,
                    caller::Asking,
                    command::{Command, Nothing},
                    gate::{self, May},
                    ids::Id,
                    routes::{Routes, routes},
                },
                model::SettingId,
                protocol::{$change, $create, $view, Page, Problem},
                support::Support,
            };

            pub(in crate::http) fn routes() -> Routes {
                Routes::new().routes(routes!(list, create)).routes(routes!(show, change, remove))
            }

            #[utoipa::path(get, path = $plural, tag = $tag, summary = concat!("All ", $tag, " that the caller may know of, by name."), responses(
                (status = 200, description = "All of them", body = Page<$view>),
                (status = 401, description = "Not signed in", body = Problem),
                (status = 403, description = "Not allowed", body = Problem),
            ))]
            async fn list(State(support): State<Support>, asking: Asking<May<gate::$read>>) -> Result<Json<Page<$view>>> {
                Ok(Json(support.desk().list_settings::<$setting>(&asking.call).await?))
            }

            #[utoipa::path(post, path = $plural, tag = $tag, summary = concat!("Makes ", $one, "."), request_body = $create, responses(
                (status = 201, description = "Made", body = $view),
                (status = 401, description = "Not signed in", body = Problem),
                (status = 403, description = "Not allowed", body = Problem),
                (status = 409, description = "The name is taken, or there are too many", body = Problem),
                (status = 422, description = "A field breaks a rule", body = Problem),
            ))]
            async fn create(State(support): State<Support>, command: Command<$create, May<gate::$write>>) -> Result<Response> {
                Ok(answer::created(
                    support.desk().create_setting::<$setting>(&command.call, command.input).await?,
                ))
            }

            #[utoipa::path(get, path = $item, tag = $tag, summary = concat!("Shows ", $one, "."),
                params(("setting_id" = SettingId, Path, description = "Its id")),
                responses(
                    (status = 200, description = "As it is now", body = $view),
                    (status = 401, description = "Not signed in", body = Problem),
                    (status = 403, description = "Not allowed", body = Problem),
                    (status = 404, description = "Not there, or out of reach", body = Problem),
                ))]
            async fn show(
                State(support): State<Support>,
                Id(id): Id<SettingId>,
                asking: Asking<May<gate::$read>>,
            ) -> Result<Json<$view>> {
                Ok(Json(support.desk().show_setting::<$setting>(&asking.call, id).await?))
            }

            #[utoipa::path(patch, path = $item, tag = $tag, summary = concat!("Changes ", $one, "."), request_body = $change,
                params(("setting_id" = SettingId, Path, description = "Its id"),
                    ("If-Unmodified-Since" = Option<String>, Header, description = "Only if nobody changed it since")),
                responses(
                    (status = 200, description = "As it is now", body = $view),
                    (status = 401, description = "Not signed in", body = Problem),
                    (status = 403, description = "Not allowed", body = Problem),
                    (status = 404, description = "Not there, or out of reach", body = Problem),
                    (status = 409, description = "The name is taken", body = Problem),
                    (status = 412, description = "Changed meanwhile", body = Problem),
                    (status = 422, description = "A field breaks a rule", body = Problem),
                ))]
            async fn change(
                State(support): State<Support>,
                Id(id): Id<SettingId>,
                command: Command<$change, May<gate::$write>>,
            ) -> Result<Response> {
                Ok(answer::ok(support.desk().change_setting::<$setting>(&command.call, id, command.input).await?))
            }

            #[utoipa::path(delete, path = $item, tag = $tag, summary = concat!("Takes ", $one, " away."),
                params(("setting_id" = SettingId, Path, description = "Its id")),
                responses(
                    (status = 204, description = "Gone"),
                    (status = 401, description = "Not signed in", body = Problem),
                    (status = 403, description = "Not allowed", body = Problem),
                    (status = 404, description = "Not there, or out of reach", body = Problem),
                    (status = 409, description = "Something else needs it", body = Problem),
                ))]
            async fn remove(
                State(support): State<Support>,
                Id(id): Id<SettingId>,
                command: Command<Nothing, May<gate::$write>>,
            ) -> Result<StatusCode> {
                support.desk().delete_setting::<$setting>(&command.call, id).await?;
                Ok(StatusCode::NO_CONTENT)
            }
        }
    };
}
setting_routes!(
    tags,
    TagSetting,
    "/tags",
    "/tags/{setting_id}",
    "tags",
    "a tag",
    read = SettingsRead,
    write = SettingsManage,
    create = CreateTag,
    change = ChangeTag,
    view = Tag
);

setting_routes!(
    sla_policies,
    SlaPolicySetting,
    "/sla-policies",
    "/sla-policies/{setting_id}",
    "sla-policies",
    "a service level policy",
    read = SettingsRead,
    write = SettingsManage,
    create = CreateSlaPolicy,
    change = ChangeSlaPolicy,
    view = SlaPolicy
);
setting_routes!(
    calendars,
    CalendarSetting,
    "/calendars",
    "/calendars/{setting_id}",
    "calendars",
    "a calendar",
    read = SettingsRead,
    write = SettingsManage,
    create = CreateCalendar,
    change = ChangeCalendar,
    view = Calendar
);
setting_routes!(
    fields,
    FieldSetting,
    "/fields",
    "/fields/{setting_id}",
    "fields",
    "a custom field",
    read = SettingsRead,
    write = SettingsManage,
    create = CreateField,
    change = ChangeField,
    view = Field
);
setting_routes!(
    views,
    ViewSetting,
    "/views",
    "/views/{setting_id}",
    "views",
    "a saved view",
    read = TicketsRead,
    write = TicketsRead,
    create = CreateView,
    change = ChangeView,
    view = View
);
setting_routes!(
    roles,
    RoleSetting,
    "/roles",
    "/roles/{setting_id}",
    "roles",
    "a custom role",
    read = UsersRead,
    write = UsersManage,
    create = CreateRole,
    change = ChangeRole,
    view = CustomRole
);
setting_routes!(
    teams,
    TeamSetting,
    "/teams",
    "/teams/{setting_id}",
    "teams",
    "a team",
    read = UsersRead,
    write = UsersManage,
    create = CreateTeam,
    change = ChangeTeam,
    view = Team
);

/// All kinds.
pub(super) fn desk() -> Routes {
    Routes::new()
        .merge(fields::routes())
        .merge(tags::routes())
        .merge(sla_policies::routes())
        .merge(calendars::routes())
        .merge(views::routes())
        .merge(view_counts::routes())
        .merge(roles::routes())
        .merge(teams::routes())
}
