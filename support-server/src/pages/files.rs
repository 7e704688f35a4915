//! Attached files on the pages that work without a script: what a message has, and the field to choose some.

use leptos::prelude::*;
use support_core::protocol::Attachment;

use super::{
    Frame,
    field::{field_error, field_note},
};
use crate::{
    state::file_size,
    ui::{Icon, IconName},
};

/// The files of a message: pictures small, everything by its name.
pub(super) fn file_list(frame: &Frame, files: &[Attachment]) -> impl IntoView + use<> {
    let at = |path: &str| frame.to(&format!("/portal/api/v1/{path}"));
    let files: Vec<_> = files
        .iter()
        .map(|file| {
            let name = file.name.clone();
            let picture = file.thumbnail_url.as_deref().map(|small| {
                let (width, height) =
                    (file.width.map(|size| size.to_string()), file.height.map(|size| size.to_string()));
                view! { <img class="file-picture" src=at(small) alt="" width=width height=height loading="lazy" /> }
            });
            view! {
                <li>
                    <a class="file" href=at(&file.url) target="_blank" rel="noopener">
                        {picture}
                        <span class="file-line">
                            <Icon name=IconName::Paperclip />
                            <span class="file-name" dir="auto">{name}</span>
                            <span class="file-size">{file_size(file.size)}</span>
                        </span>
                    </a>
                </li>
            }
        })
        .collect();
    (!files.is_empty()).then(|| view! { <ul class="files" aria-label="Attached files">{files}</ul> })
}

/// The field that takes files; nothing where the desk takes none. What is too large is refused by the server, and before that by the
/// page's script, which reads the limit here.
pub(super) fn file_field(max_bytes: i64, error: Option<String>) -> Option<impl IntoView + use<>> {
    let hint = format!("Up to 10 files of {} each.", file_size(max_bytes));
    let (invalid, is_wrong) = (error.is_some().then_some("true"), error.is_some());
    let note = match error {
        Some(error) => field_error("files-note".to_owned(), error).into_any(),
        None => field_note("files-note".to_owned(), &hint, None).into_any(),
    };
    (max_bytes > 0).then(|| {
        view! {
            <div class="field" class:is-wrong=is_wrong>
                <label class="field-label" for="files">"Attach files"</label>
                <input class="file-choice" type="file" id="files" name="file" multiple data-max=max_bytes.to_string()
                    aria-invalid=invalid aria-describedby="files-note" />
                {note}
            </div>
        }
    })
}
