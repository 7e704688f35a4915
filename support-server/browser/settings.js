// Comfort for settings, statistics and audit, which work without it: tells times in the reader's zone, copies what is
// shown once.
import { localTimes } from "./portal/local_time.js";

localTimes(document);

// The clipboard is there on https and localhost only; elsewhere the text can still be selected.
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.setAttribute("aria-label", "Copied");
  });
}
