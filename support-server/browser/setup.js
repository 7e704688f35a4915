// Comfort for the end of the setup: copies the tag, and tells when the first message arrives.
const base = document.documentElement.dataset.base;
const copy = document.getElementById("copy");
const waiting = document.getElementById("first-message");

// The clipboard is there on https and localhost only; elsewhere the tag can still be selected.
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("snippet").textContent);
    copy.setAttribute("aria-label", "Copied");
  });
}

waiting.hidden = false;
const stream = new EventSource(`${base}/api/v1/events/stream`);
stream.addEventListener("message", (event) => {
  if (JSON.parse(event.data).type !== "message.created") return;
  waiting.querySelector("span:last-child").textContent = "It works: your first message is on the desk.";
  waiting.querySelector(".waiting-pulse").remove();
  stream.close();
});
