// Takes over the page that the server rendered.
import init from "./dashboard_glue.js";

// Leptos reads these while it hydrates. Our first state comes in a data block instead, so they are empty.
globalThis.__RESOLVED_RESOURCES = [];
globalThis.__SERIALIZED_ERRORS = [];
globalThis.__INCOMPLETE_CHUNKS = [];

init({ module_or_path: document.documentElement.dataset.wasm });
