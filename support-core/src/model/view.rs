//! Who sees a saved view.

use super::choice::choice;

choice!(
    /// Who sees a saved view.
    ViewVisibility {
        /// Its owner.
        Private = "private",
        /// The members of a team.
        Team = "team",
        /// Everybody at the desk.
        All = "all",
    }
);
