//! Routes as they are served, and their description for whoever asks for it: all of it together takes megabytes and most of a start.

use axum::{Router, routing::MethodRouter};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::support::Support;

/// The handlers of one path. Made by [`routes!`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) served: fn() -> (String, MethodRouter<Support>),
    pub(super) described: fn() -> UtoipaMethodRouter<Support>,
}

/// Groups of handlers, in the order in which the document shows them.
#[derive(Debug, Default)]
pub(super) struct Routes(Vec<Group>);

impl Routes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn routes(mut self, group: Group) -> Self {
        self.0.push(group);
        self
    }

    pub(super) fn merge(mut self, mut others: Self) -> Self {
        self.0.append(&mut others.0);
        self
    }

    pub(super) fn served(&self) -> Router<Support> {
        self.0
            .iter()
            .map(|group| (group.served)())
            .fold(Router::new(), |all, (path, methods)| all.route(&path, methods))
    }

    pub(super) fn described(&self) -> OpenApiRouter<Support> {
        self.0.iter().fold(OpenApiRouter::new(), |all, group| all.routes((group.described)()))
    }
}

/// The handlers of one path, each with its `#[utoipa::path]`. What is not in a `routes!` does not exist.
///
/// Path and methods come from where the description has them, by the rules of `utoipa_axum::routes!` for naming it.
macro_rules! routes {
    ($first:path $(, $more:path)* $(,)?) => {
        $crate::http::routes::Group {
            served: || {
                use utoipa_axum::PathItemExt as _;
                utoipa_axum::paste! {
                    let router = axum::routing::MethodRouter::new();
                    let path = utoipa_axum::routes!(@path [path()] of $first);
                    let router = utoipa_axum::routes!(@path [methods()] of $first)
                        .iter()
                        .fold(router, |router, method| router.on(method.to_method_filter(), $first));
                    $(
                        let router = utoipa_axum::routes!(@path [methods()] of $more)
                            .iter()
                            .fold(router, |router, method| router.on(method.to_method_filter(), $more));
                    )*
                    (path, router)
                }
            },
            described: || utoipa_axum::routes!($first $(, $more)*),
        }
    };
}
pub(super) use routes;
