//! What people write, as HTML that cannot hurt: links, and Markdown for those who want more.
//!
//! Nothing that somebody wrote reaches the output as markup. Markdown's own HTML is shown as text, images become links, and the
//! result goes through an allow-list once more.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::model::Markup;

/// Lists in quotes in lists: deeper than this nobody reads, and browsers stop at some depth of their own.
const DEPTH_MAX: usize = 24;
/// What a link may lead to (`security.md` C-02).
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
const TAGS: [&str; 24] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
];

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(TAGS.into_iter().chain(["ul"]).collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href", "title"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(SCHEMES.into_iter().collect())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .set_tag_attribute_value("a", "target", "_blank");
    cleaner
});

/// HTML with everything taken out that is not on the list.
pub(crate) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// A plain text: paragraphs, line ends and links.
pub(crate) fn text(body: &str) -> String {
    let mut html = String::with_capacity(body.len() + 16);
    html.push_str("<p>");
    for span in finder().spans(body) {
        match link(&span) {
            Some(target) => {
                html.push_str("<a href=\"");
                escape(&target, &mut html);
                html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\">");
                escape(span.as_str(), &mut html);
                html.push_str("</a>");
            }
            None => escape(span.as_str(), &mut html),
        }
    }
    html.push_str("</p>");
    html
}

/// Markdown (CommonMark, with tables and struck-out text), where the end of a line is one.
pub(crate) fn markdown(body: &str) -> Markup {
    let mut out = Written::default();
    for event in Parser::new_ext(body, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        out.take(event);
    }
    let mut html = String::with_capacity(body.len() * 2);
    pulldown_cmark::html::push_html(&mut html, out.events.into_iter());
    Markup { html: clean(&html), plain: out.plain.trim().to_owned() }
}

/// What is left of a text's events.
#[derive(Default)]
struct Written<'t> {
    events: Vec<Event<'t>>,
    plain: String,
    /// For each open element whether it was written.
    open: Vec<bool>,
    /// Inside a link or code, where no address becomes a link.
    literal: usize,
}

impl<'t> Written<'t> {
    fn take(&mut self, event: Event<'t>) {
        match event {
            Event::Start(tag) => {
                let tag = match tag {
                    Tag::Image { dest_url, title, id, .. } => {
                        Tag::Link { link_type: LinkType::Inline, dest_url, title, id }
                    }
                    Tag::HtmlBlock => Tag::Paragraph,
                    tag => tag,
                };
                self.literal += usize::from(matches!(tag, Tag::Link { .. } | Tag::CodeBlock(_)));
                let written = self.open.len() < DEPTH_MAX;
                self.open.push(written);
                if written {
                    self.events.push(Event::Start(tag));
                }
            }
            Event::End(tag) => {
                let tag = match tag {
                    TagEnd::Image => TagEnd::Link,
                    TagEnd::HtmlBlock => TagEnd::Paragraph,
                    tag => tag,
                };
                self.literal -= usize::from(matches!(tag, TagEnd::Link | TagEnd::CodeBlock));
                if !matches!(tag, TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) {
                    self.plain.push(' ');
                }
                if self.open.pop() == Some(true) {
                    self.events.push(Event::End(tag));
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::Code(code) => {
                self.plain.push_str(&code);
                self.events.push(Event::Code(code));
            }
            Event::SoftBreak | Event::HardBreak => {
                self.plain.push(' ');
                // Without the line feed that would come after it: who shows blanks as they are would see it too.
                self.events.push(Event::InlineHtml("<br>".into()));
            }
            Event::Rule => self.events.push(Event::Rule),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.text(text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: CowStr<'t>) {
        self.plain.push_str(&text);
        if self.literal > 0 {
            self.events.push(Event::Text(text));
            return;
        }
        for span in finder().spans(&text) {
            let words = Event::Text(CowStr::from(span.as_str().to_owned()));
            match link(&span) {
                None => self.events.push(words),
                Some(target) => {
                    let (dest_url, none) = (CowStr::from(target), CowStr::Borrowed(""));
                    let tag = Tag::Link { link_type: LinkType::Autolink, dest_url, title: none.clone(), id: none };
                    self.events.extend([Event::Start(tag), words, Event::End(TagEnd::Link)]);
                }
            }
        }
    }
}

fn finder() -> LinkFinder {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    finder
}

/// Where a part of a text leads, if that is somewhere people may be led to.
fn link(span: &linkify::Span<'_>) -> Option<String> {
    match span.kind()? {
        LinkKind::Email => Some(format!("mailto:{}", span.as_str())),
        _ => {
            let scheme = span.as_str().split_once(':')?.0.to_ascii_lowercase();
            SCHEMES.contains(&scheme.as_str()).then(|| span.as_str().to_owned())
        }
    }
}

fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_text_keeps_its_lines_and_gets_links() {
        assert_eq!(
            text("Look <b>here</b>:\nhttps://example.com/?a=1&b='2' or mail me@example.com"),
            "<p>Look &lt;b&gt;here&lt;/b&gt;:<br>\
             <a href=\"https://example.com/?a=1&amp;b=&#39;2&#39;\" target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\">\
             https://example.com/?a=1&amp;b=&#39;2&#39;</a> or mail <a href=\"mailto:me@example.com\" target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\">me@example.com</a></p>"
        );
        assert_eq!(text("javascript://example.com/%0aalert(1)"), "<p>javascript://example.com/%0aalert(1)</p>");
    }

    #[test]
    fn markdown_becomes_clean_html_and_bare_words() {
        let markup = markdown("**Hello** _you_,\nsee [this](https://example.com) and `<b>`\n\n- one\n- ~~two~~");
        assert_eq!(
            markup.html,
            "<p><strong>Hello</strong> <em>you</em>,<br>see <a href=\"https://example.com\" target=\"_blank\" \
             rel=\"noopener noreferrer nofollow ugc\">this</a> and <code>&lt;b&gt;</code></p>\n<ul>\n<li>one</li>\n<li><del>two</del></li>\n</ul>\n"
        );
        assert_eq!(markup.plain, "Hello you, see this and <b> one two");
    }

    // SEC: C-02
    // SEC: C-03
    #[test]
    fn what_could_run_or_call_home_is_text_or_gone() {
        let corpus = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![a](https://tracker.example/pixel.gif)",
            "![a](javascript:alert(1))",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](\u{1}javascript:alert(1))",
            "[a](java&#115;cript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](vbscript:msgbox)",
            "[a](//evil.example)",
            "<javascript:alert(1)>",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<form action=https://evil.example><input name=a></form>",
            "<base href=https://evil.example>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<a href=\"https://example.com\" onclick=alert(1)>x</a>",
            "<div style=\"background:url(https://tracker.example)\">x</div>",
            "[a]: javascript:alert(1)\n[a]",
            "`<script>`\n```\n<script>alert(1)</script>\n```",
            "<!-- --!><img src=x onerror=alert(1)>",
        ];
        for payload in corpus {
            for html in [markdown(payload).html, text(payload)] {
                assert_harmless(&html, payload);
            }
        }
    }

    fn assert_harmless(html: &str, payload: &str) {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            let end = rest[start..].find('>').map_or(rest.len(), |end| start + end);
            let tag = &rest[start + 1..end];
            let name =
                tag.trim_start_matches('/').split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap();
            assert!(TAGS.contains(&name) || name == "ul", "{payload:?} became {html:?}");
            if name == "a" && !tag.starts_with('/') {
                let target = tag.split("href=\"").nth(1).unwrap_or("https:").to_ascii_lowercase();
                assert!(
                    SCHEMES.iter().any(|scheme| target.starts_with(&format!("{scheme}:"))),
                    "{payload:?} became {html:?}"
                );
                assert!(!tag.contains(" on"), "{payload:?} became {html:?}");
            }
            rest = &rest[end..];
        }
    }

    #[test]
    fn nothing_nests_deeper_than_people_read() {
        let html = markdown(&"> ".repeat(5_000)).html + &markdown(&("- ".repeat(2_000) + "x")).html;
        assert!(html.matches("<blockquote>").count() <= DEPTH_MAX);
        assert!(html.matches("<ul>").count() <= DEPTH_MAX);
    }

    proptest! {
        // SEC: C-04
        #[test]
        fn cleaning_twice_changes_nothing(body in "[a-z<>\"'&;:/!\\[\\]()#*_`~\\-= \n\u{0}\u{1}\u{2028}]{0,200}") {
            let once = markdown(&body).html;
            prop_assert_eq!(clean(&once), once.clone());
            assert_harmless(&once, &body);
            assert_harmless(&text(&body), &body);
        }
    }
}
