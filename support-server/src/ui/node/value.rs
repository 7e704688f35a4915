//! What elements take: values that stand or change, and children of all kinds.

use std::borrow::Cow;

use send_wrapper::SendWrapper;

use super::{Element, Kind, Node, live};

/// The value of an attribute or property. `None`: it is left out.
pub enum Value {
    /// It stays.
    Fixed(Option<Cow<'static, str>>),
    /// It changes with the signals that it reads.
    Live(SendWrapper<Box<dyn Fn() -> Option<Cow<'static, str>>>>),
}

impl Value {
    pub(super) fn now(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Live(value) => value(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value")
    }
}

/// What can be a [`Value`].
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Value;
}

/// What a value is at one moment.
trait Moment {
    fn moment(self) -> Option<Cow<'static, str>>;
}

impl Moment for &'static str {
    fn moment(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl Moment for String {
    fn moment(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

/// Present and empty, or absent.
impl Moment for bool {
    fn moment(self) -> Option<Cow<'static, str>> {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: Moment> Moment for Option<T> {
    fn moment(self) -> Option<Cow<'static, str>> {
        self.and_then(Moment::moment)
    }
}

macro_rules! fixed {
    ($($type:ty),+) => {
        $(impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Fixed(self.moment())
            }
        })+
    };
}

fixed!(&'static str, String, bool, Option<&'static str>, Option<String>);

impl<T: Moment, F: Fn() -> T + 'static> IntoValue for F {
    fn into_value(self) -> Value {
        Value::Live(SendWrapper::new(Box::new(move || self().moment())))
    }
}

/// What can stand in an element.
pub trait IntoNode {
    /// The node.
    fn into_node(self) -> Node;
}

impl IntoNode for Node {
    fn into_node(self) -> Node {
        self
    }
}

impl IntoNode for () {
    fn into_node(self) -> Node {
        Node::default()
    }
}

impl IntoNode for Element {
    fn into_node(self) -> Node {
        self.into()
    }
}

impl IntoNode for &'static str {
    fn into_node(self) -> Node {
        Node(Kind::Text(Cow::Borrowed(self)))
    }
}

impl IntoNode for String {
    fn into_node(self) -> Node {
        Node(Kind::Text(Cow::Owned(self)))
    }
}

impl<N: IntoNode> IntoNode for Option<N> {
    fn into_node(self) -> Node {
        self.map(IntoNode::into_node).unwrap_or_default()
    }
}

impl<N: IntoNode> IntoNode for Vec<N> {
    fn into_node(self) -> Node {
        Node(Kind::Many(self.into_iter().map(IntoNode::into_node).collect()))
    }
}

impl<N: IntoNode, F: Fn() -> N + 'static> IntoNode for F {
    fn into_node(self) -> Node {
        live(self)
    }
}
