//! Files for the message that is being written: chosen, pasted or dropped, sent at once, and taken back.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use support_core::protocol::Attachment;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, FileList, FormData, ProgressEvent, XmlHttpRequest};

use super::Desk;
use crate::{
    api::{Failure, Reply},
    state::{Carried, WaitingFile, refusal},
};

impl Desk {
    /// The files that wait in the composer of the open thread.
    #[must_use]
    pub fn waiting_files(self) -> Vec<WaitingFile> {
        let here = self.open_id();
        self.composer.files.with(|files| files.iter().filter(|file| Some(file.ticket) == here).cloned().collect())
    }

    /// Sends what somebody chose, pasted or dropped. False: there was no file among it.
    pub fn attach(self, files: Option<FileList>) -> bool {
        let Some(files) = files.filter(|files| files.length() > 0) else { return false };
        for index in 0..files.length() {
            if let Some(file) = files.item(index) {
                self.carry(&file);
            }
        }
        true
    }

    #[expect(clippy::cast_possible_truncation, reason = "a file's size is a whole number below 2^53")]
    fn carry(self, file: &File) {
        let Some(ticket) = self.open_id() else { return };
        let key = self.backstage.try_update_value(|backstage| {
            backstage.last_file += 1;
            backstage.last_file
        });
        let (Some(key), size) = (key, file.size() as i64) else { return };
        let others = self.composer.files.with_untracked(|files| {
            files.iter().filter(|file| file.ticket == ticket && !matches!(file.state, Carried::Failed(_))).count()
        });
        let refused = refusal(size, self.file_max_bytes(), others);
        let state = refused.clone().map_or(Carried::Sending(0), Carried::Failed);
        self.composer.files.update(|files| files.push(WaitingFile { key, ticket, name: file.name(), size, state }));
        // What a browser cannot even begin to send is as if the network were away.
        if refused.is_none() && self.send_file(key, file).is_err() {
            self.file_is(key, Carried::Failed(Failure::Offline.sentence()));
        }
    }

    /// By the browser's older request, which alone tells how far an upload is.
    fn send_file(self, key: u32, file: &File) -> Result<(), wasm_bindgen::JsValue> {
        let form = FormData::new()?;
        form.append_with_blob_and_filename("file", file, &file.name())?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", &format!("{}/api/v1/attachments", self.base()))?;
        request.set_request_header("accept", "application/json")?;
        let told = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
            let hundredths = (event.loaded() / event.total().max(1.0) * 100.0) as u8;
            self.file_is(key, Carried::Sending(hundredths.min(100)));
        });
        request.upload()?.set_onprogress(Some(told.into_js_value().unchecked_ref()));
        let answered = request.clone();
        let done = Closure::once_into_js(move || {
            let body = answered.response_text().ok().flatten().unwrap_or_default();
            let reply = Reply { status: answered.status().unwrap_or_default(), body };
            self.file_is(key, carried(&reply));
        });
        request.set_onloadend(Some(done.unchecked_ref()));
        request.send_with_opt_form_data(Some(&form))?;
        self.backstage.update_value(|backstage| {
            backstage.uploads.insert(key, SendWrapper::new(request));
        });
        Ok(())
    }

    fn file_is(self, key: u32, state: Carried) {
        if !matches!(state, Carried::Sending(_)) {
            self.backstage.update_value(|backstage| drop(backstage.uploads.remove(&key)));
        }
        self.composer.files.update(|files| {
            if let Some(file) = files.iter_mut().find(|file| file.key == key) {
                file.state = state;
            }
        });
    }

    /// Takes a file out of the composer, wherever it is by then. One that is on the server goes there by itself.
    pub fn drop_file(self, key: u32) {
        self.composer.files.update(|files| files.retain(|file| file.key != key));
        let request = self.backstage.try_update_value(|backstage| backstage.uploads.remove(&key)).flatten();
        if let Some(request) = request {
            // It may have ended meanwhile.
            let _ = request.abort();
        }
    }

    /// The files that go with a message now; none while one is on its way.
    pub(super) fn files_to_send(self) -> Option<Vec<Attachment>> {
        let files = self.waiting_files();
        if files.iter().any(|file| matches!(file.state, Carried::Sending(_))) {
            return None;
        }
        let kept = files.into_iter().filter_map(|file| match file.state {
            Carried::Kept(attachment) => Some(attachment),
            Carried::Sending(_) | Carried::Failed(_) => None,
        });
        Some(kept.collect())
    }

    /// The files of a message that came back.
    pub(super) fn files_return(self, ticket: support_core::model::TicketId, files: &[Attachment]) {
        for file in files {
            let key = self.backstage.try_update_value(|backstage| {
                backstage.last_file += 1;
                backstage.last_file
            });
            let state = Carried::Kept(file.clone());
            let waiting =
                WaitingFile { key: key.unwrap_or_default(), ticket, name: file.name.clone(), size: file.size, state };
            self.composer.files.update(|files| files.push(waiting));
        }
    }

    /// The largest file that the desk takes; 0 when it takes none.
    #[must_use]
    pub fn file_max_bytes(self) -> i64 {
        self.backstage.with_value(|backstage| backstage.file_max_bytes)
    }
}

fn carried(reply: &Reply) -> Carried {
    match reply.status {
        200..300 => match crate::api::read(&reply.body) {
            Some(attachment) => Carried::Kept(attachment),
            None => Carried::Failed(Failure::Unreadable.sentence()),
        },
        0 => Carried::Failed(Failure::Offline.sentence()),
        _ => Carried::Failed(Failure::from_reply(reply).sentence()),
    }
}
