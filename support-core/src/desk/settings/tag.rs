//! Tags: the desk's labels.

use serde::{Deserialize, Serialize};

use super::{Setting, Stored};
use crate::{
    desk::{reply::normal, work::Work},
    error::{Fields, Result},
    model::{limits, text},
    protocol::{ChangeTag, CreateTag, Tag},
};

/// A tag. Its name stands in tickets and never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TagSetting {
    /// One line without commas.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

const COLOR: &str = "#6b7280";

/// A tag's name as it is kept: one line, no comma, since lists of tags are separated by commas.
pub(crate) fn tag_name(fields: &mut Fields, pointer: &str, name: &str) -> Option<String> {
    let name = fields.check(pointer, text::line(&normal(name), limits::TAG_MAX))?;
    if name.contains(',') {
        fields.refuse(pointer, "comma", "must not contain a comma");
        return None;
    }
    Some(name)
}

/// A ticket's labels as they were asked for: checked, each once whatever its case.
pub(in crate::desk) fn tag_names(fields: &mut Fields, tags: &[String]) -> Vec<String> {
    if tags.len() > limits::TAGS_MAX {
        fields.refuse("/tags", "too_many", format!("must be at most {}", limits::TAGS_MAX));
    }
    let mut names: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().take(limits::TAGS_MAX).enumerate() {
        let Some(name) = tag_name(fields, &format!("/tags/{index}"), tag) else { continue };
        if !names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            names.push(name);
        }
    }
    names
}

impl Work<'_> {
    /// The labels as the desk spells them, sorted. What nobody made yet is made.
    pub(in crate::desk) async fn known_tags(&mut self, names: Vec<String>) -> Result<Vec<String>> {
        let mut spelled = Vec::with_capacity(names.len());
        if names.is_empty() {
            return Ok(spelled);
        }
        let tenant = self.call.actor.tenant;
        let known = self.desk.settings_of::<TagSetting>(tenant).await?;
        for name in names {
            match known.iter().find(|tag| tag.value.name.to_lowercase() == name.to_lowercase()) {
                Some(tag) => spelled.push(tag.value.name.clone()),
                None => spelled.push(self.make_tag(name).await?),
            }
        }
        spelled.sort();
        Ok(spelled)
    }

    async fn make_tag(&mut self, name: String) -> Result<String> {
        let tag = TagSetting { name, color: COLOR.to_owned(), description: String::new() };
        // The cache may lag behind another process that made the same one.
        let key = tag.name.to_lowercase();
        let tenant = self.call.actor.tenant;
        // Of two who use one new label at once the second waits here, and finds what the first made.
        self.tx().lock_setup(tenant).await?;
        let stored = self.tx().list_settings(tenant, TagSetting::KIND).await?;
        if let Some(there) = stored.iter().find(|record| record.name_key == key) {
            return Ok(Stored::<TagSetting>::read(there)?.value.name);
        }
        self.insert_setting(&tag).await?;
        Ok(tag.name)
    }
}

fn color(fields: &mut Fields, color: &str) -> Option<String> {
    let color = color.trim().to_ascii_lowercase();
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6);
    if digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Some(color);
    }
    fields.refuse("/color", "invalid_color", "must be a colour like `#3b5bdb`");
    None
}

fn description(fields: &mut Fields, description: &str) -> Option<String> {
    match description.trim() {
        "" => Some(String::new()),
        text => fields.check("/description", text::line(&normal(text), limits::SUBJECT_MAX)),
    }
}

impl Setting for TagSetting {
    const KIND: &'static str = "tag";
    type Create = CreateTag;
    type Change = ChangeTag;
    type View = Tag;

    fn create(input: CreateTag, fields: &mut Fields) -> Self {
        Self {
            name: tag_name(fields, "/name", &input.name).unwrap_or_default(),
            color: color(fields, input.color.as_deref().unwrap_or(COLOR)).unwrap_or_default(),
            description: description(fields, &input.description).unwrap_or_default(),
        }
    }

    fn change(&mut self, input: ChangeTag, fields: &mut Fields) {
        if let Some(color) = input.color.and_then(|text| color(fields, &text)) {
            self.color = color;
        }
        if let Some(description) = input.description.and_then(|text| description(fields, &text)) {
            self.description = description;
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> Tag {
        Tag {
            id: stored.id,
            name: stored.value.name.clone(),
            color: stored.value.color.clone(),
            description: stored.value.description.clone(),
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}
