//! Versions that must agree: wasm-bindgen refuses to read what another version of it wrote.

use super::Finding;
use super::code::Source;

const LOCK: &str = "Cargo.lock";

pub(crate) fn check(sources: &[Source]) -> Option<Finding> {
    let lock = sources.iter().find(|source| source.path == LOCK)?;
    let library = locked(&lock.text, "wasm-bindgen");
    let tool = locked(&lock.text, "wasm-bindgen-cli-support");
    if library == tool {
        return None;
    }
    let message = format!("wasm-bindgen is {} and xtask's wasm-bindgen-cli-support {}", library?, tool?);
    Some(Finding::new("wasm-bindgen", lock, 0, message))
}

fn locked<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::super::code::Source;
    use super::{LOCK, check};

    fn lock(library: &str, tool: &str) -> [Source; 1] {
        let text = format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{library}\"\n\n[[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
        );
        [Source::new(LOCK.to_owned(), text)]
    }

    #[test]
    fn library_and_tool_have_one_version() {
        assert_eq!(check(&lock("0.2.130", "0.2.130")), None);
        let finding = check(&lock("0.2.131", "0.2.130")).expect("found");
        assert_eq!(finding.message, "wasm-bindgen is 0.2.131 and xtask's wasm-bindgen-cli-support 0.2.130");
    }
}
