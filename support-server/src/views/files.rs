//! Files: of a message, and those that wait in the composer.

use support_core::{model::FileWarning, protocol::Attachment};
use wasm_bindgen::JsCast;

use crate::{
    desk::Desk,
    state::{Carried, WaitingFile, file_size},
    ui::{Element, IconName, IntoNode, el, icon},
};

/// The files of a message; nothing where it has none.
pub(super) fn message_files(files: &[Attachment]) -> Option<Element> {
    if files.is_empty() {
        return None;
    }
    let base = Desk::here().base();
    let file = |file: &Attachment| {
        let at = |path: &str| format!("{base}/api/v1/{path}");
        let picture = file.thumbnail_url.as_deref().map(|small| {
            el("img")
                .class("file-picture")
                .attr("src", at(small))
                .attr("alt", "")
                .attr("loading", "lazy")
                .attr("width", file.width.map(|width| width.to_string()))
                .attr("height", file.height.map(|height| height.to_string()))
        });
        let link = el("a")
            .class("file")
            .attr("href", at(&file.url))
            .attr("target", "_blank")
            .attr("rel", "noopener")
            .child(picture)
            .child(line(&file.name, file.size))
            .child(warning(&file.warnings));
        el("li").child(link).into_node()
    };
    let files: Vec<_> = files.iter().map(file).collect();
    Some(el("ul").class("files").attr("aria-label", "Attached files").child(files.into_node()))
}

fn line(name: &str, size: i64) -> Element {
    el("span")
        .class("file-line")
        .child(icon(IconName::Paperclip))
        .child(el("span").class("file-name").attr("dir", "auto").child(name.to_owned()))
        .child(el("span").class("file-size").child(file_size(size)))
}

fn warning(warnings: &[FileWarning]) -> Option<Element> {
    let what = match warnings.first()? {
        FileWarning::PrivateKey => "It seems to hold a private key",
        FileWarning::Recording => "It seems to hold recorded requests, with cookies",
        FileWarning::Settings => "It seems to hold passwords",
        FileWarning::Token => "It seems to hold an access token",
    };
    Some(el("span").class("file-warning").child(icon(IconName::Alert)).child(what))
}

/// The files that wait in the composer.
pub(super) fn waiting_files() -> Option<Element> {
    let files = Desk::here().waiting_files();
    if files.is_empty() {
        return None;
    }
    let files: Vec<_> = files.iter().map(|file| waiting_file(file).into_node()).collect();
    Some(el("ul").class("files composer-files").attr("aria-label", "Files to send").child(files.into_node()))
}

fn waiting_file(file: &WaitingFile) -> Element {
    let desk = Desk::here();
    let key = file.key;
    let label = match file.state {
        Carried::Sending(_) => format!("Cancel {}", file.name),
        Carried::Kept(_) | Carried::Failed(_) => format!("Remove {}", file.name),
    };
    let close = el("button")
        .class("button is-quiet is-icon is-small")
        .attr("type", "button")
        .attr("aria-label", label)
        .press(move || desk.drop_file(key))
        .child(icon(IconName::Close));
    let (class, progress, told) = match &file.state {
        Carried::Sending(hundredths) => {
            let progress = el("progress")
                .class("file-progress")
                .attr("max", "100")
                .attr("value", hundredths.to_string())
                .attr("aria-label", format!("{} is on its way", file.name));
            ("file", Some(progress), None)
        }
        Carried::Kept(attachment) => ("file", None, warning(&attachment.warnings)),
        Carried::Failed(reason) => {
            let told = el("span").class("file-warning").attr("role", "alert").child(icon(IconName::Alert));
            ("file is-wrong", None, Some(told.child(reason.clone())))
        }
    };
    let line = line(&file.name, file.size).child(progress).child(close);
    el("li").child(el("span").class(class).child(line).child(told))
}

/// The button that chooses files. The field itself is the button's, so that keyboards and screen readers find one thing.
pub(super) fn file_button() -> Option<Element> {
    let desk = Desk::here();
    let input = el("input")
        .class("visually-hidden")
        .attr("type", "file")
        .attr("name", "file")
        .attr("multiple", true)
        .attr("aria-label", "Attach files")
        .on("change", move |event| {
            let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(input) = input {
                desk.attach(input.files());
                // The same file can be chosen again.
                input.set_value("");
            }
        });
    let button = el("label").class("button is-quiet is-icon composer-attach").attr("title", "Attach files");
    (desk.file_max_bytes() > 0).then(|| button.child(icon(IconName::Paperclip)).child(input))
}

/// Takes the files of a paste or a drop.
pub(super) fn taken(desk: Desk, event: &web_sys::Event) {
    let transfer = match event.type_().as_str() {
        "paste" => event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data),
        _ => event.dyn_ref::<web_sys::DragEvent>().and_then(web_sys::DragEvent::data_transfer),
    };
    let Some(transfer) = transfer else { return };
    let has_files = transfer.types().includes(&"Files".into(), 0);
    // A text stays the field's own affair.
    if has_files && (event.type_() == "dragover" || desk.attach(transfer.files())) {
        event.prevent_default();
    }
}
