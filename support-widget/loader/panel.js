// The panel's entry: takes the one connection that the loader offers, then hands it to the WebAssembly.
import init, { start } from "./panel_glue.js";

const page = document.documentElement;

// Heard before the frame's `load` event, on which the loader connects. Only the embedding page may, once; who may embed is
// settled by `frame-ancestors`.
const connected = new Promise((resolve) => {
  addEventListener("message", function hear({ source, data, ports }) {
    if (source !== parent || parent === window || !data || data.support !== 1 || data.type !== "connect" || ports.length !== 1) return;
    removeEventListener("message", hear);
    resolve([ports[0], data]);
  });
});

try {
  await init({ module_or_path: page.dataset.wasm });
  start(...(await connected));
  // The other ways to reach the desk go below the chat, inside the dialog.
  document.getElementById("panel").append(...document.getElementsByClassName("elsewhere"));
} catch (error) {
  const [port] = await connected;
  port.postMessage({ type: "event", name: "error", detail: { code: "panel_failed" } });
  document.getElementById("panel").textContent = page.dataset.name || "";
  throw error;
}
