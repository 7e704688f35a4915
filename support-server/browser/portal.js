// Comfort for the portal's pages, which work without it: opens the link in the address, keeps the thread fresh, tells
// times in the reader's zone, marks as read what was seen.
import { localTimes } from "./portal/local_time.js";

const base = document.documentElement.dataset.base;
const thread = document.querySelector("[data-ticket]");

localTimes(document);
openFragment();
if (thread) {
  followThread(thread);
  markRead(thread);
}
sendByKeys();

// The secret stands in the fragment, which reaches no server and no log: it goes into the form, as if it were pasted.
function openFragment() {
  const form = document.getElementById("link-form");
  if (!form || location.hash.length < 2) return;
  form.elements.link.value = location.href;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}

function followThread(thread) {
  const stream = new EventSource(`${base}/portal/api/v1/events/stream`);
  const changed = soon(() => refresh(thread));
  stream.addEventListener("message", (event) => {
    const frame = JSON.parse(event.data);
    // `ready` and `reset` belong to no ticket: something may have come between the page and the stream.
    const isGap = frame.type === "ready" || frame.type === "reset";
    const isShown = frame.ticket === thread.dataset.ticket && frame.type !== "typing" && frame.type !== "message.read";
    if (isGap || isShown) changed();
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

// Fetches this page again and takes thread and facts over from it; what is being typed stays untouched.
function refresh(thread) {
  const request = new XMLHttpRequest();
  request.open("GET", location.pathname);
  request.responseType = "document";
  request.onload = () => {
    const fresh = request.response?.querySelector(`[data-ticket="${thread.dataset.ticket}"]`);
    if (request.status !== 200 || !fresh) return;
    const before = thread.querySelectorAll(".letter").length;
    const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
    for (const id of ["messages", "facts"]) {
      const part = fresh.querySelector(`#${id}`);
      if (part) document.getElementById(id).replaceWith(document.adoptNode(part));
    }
    thread.dataset.seq = fresh.dataset.seq;
    localTimes(thread);
    announce(thread, before);
    if (atEnd) scrollTo({ top: document.body.scrollHeight });
    markRead(thread);
  };
  request.send();
}

// Only the newest answer is announced, never the whole thread.
function announce(thread, before) {
  const letters = [...thread.querySelectorAll(".letter")];
  const newest = letters.at(-1);
  if (letters.length <= before || newest.matches(".is-mine")) return;
  const author = newest.querySelector(".letter-author").textContent;
  document.getElementById("news").textContent = `${author}: ${newest.querySelector(".letter-body").textContent}`;
}

// A mail scanner that fetches the page reads nothing: only a page that somebody sees marks its messages.
function markRead(thread) {
  if (document.visibilityState !== "visible") {
    document.addEventListener("visibilitychange", () => markRead(thread), { once: true });
    return;
  }
  if (thread.dataset.readSeq === thread.dataset.seq) return;
  thread.dataset.readSeq = thread.dataset.seq;
  fetch(`${base}/portal/api/v1/tickets/${thread.dataset.ticket}/read`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ up_to_seq: Number(thread.dataset.seq) }),
  }).catch(() => delete thread.dataset.readSeq);
}

function sendByKeys() {
  const form = document.getElementById("reply");
  form?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form?.addEventListener("submit", () => form.querySelector("button").setAttribute("aria-busy", "true"));
}

// Several facts of one change arrive together: one fetch serves them all.
function soon(act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, 60);
  };
}
