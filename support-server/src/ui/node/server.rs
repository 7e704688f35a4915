//! Nodes as HTML. The browser finds its way through it by the comment behind everything that may change.

use leptos::tachys::view::Position;

use super::{Element, Kind, Live, Node, Rows};

/// Elements that have no end tag.
const VOID: [&str; 3] = ["input", "br", "hr"];
/// Behind what may change, and between two texts, which would become one.
const MARK: &str = "<!>";

pub(super) fn write(node: Node, html: &mut String, position: &mut Position) {
    match node.0 {
        Kind::Nothing => {}
        Kind::Text(text) => {
            if *position == Position::NextChildAfterText {
                html.push_str(MARK);
            }
            // The parser makes no node of an empty text.
            if text.is_empty() {
                html.push(' ');
            }
            escape(&text, html);
            *position = Position::NextChildAfterText;
        }
        Kind::Element(element) => {
            write_element(*element, html);
            *position = Position::NextChild;
        }
        Kind::Many(nodes) => nodes.into_iter().for_each(|node| write(node, html, position)),
        Kind::Live(Live(draw)) => {
            write(draw(), html, position);
            html.push_str(MARK);
            *position = Position::NextChild;
        }
        Kind::Rows(Rows { keys, row }) => {
            for key in keys() {
                write(row(key), html, position);
            }
            html.push_str(MARK);
            *position = Position::NextChild;
        }
    }
}

fn write_element(element: Element, html: &mut String) {
    let Element { tag, class, attributes, classes, children, html: inner, .. } = element;
    html.push('<');
    html.push_str(tag);
    let mut class = class.into_owned();
    for (name, _) in classes.iter().filter(|(_, is)| is.now().is_some()) {
        class.push(' ');
        class.push_str(name);
    }
    if !class.is_empty() {
        write_attribute("class", &class, html);
    }
    for (name, value) in attributes {
        if let Some(value) = value.now() {
            write_attribute(name, &value, html);
        }
    }
    html.push('>');
    if !VOID.contains(&tag) {
        let mut position = Position::FirstChild;
        children.into_iter().for_each(|child| write(child, html, &mut position));
        html.push_str(&inner);
        html.push_str("</");
        html.push_str(tag);
        html.push('>');
    }
}

fn write_attribute(name: &str, value: &str, html: &mut String) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape(value, html);
    html.push('"');
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
