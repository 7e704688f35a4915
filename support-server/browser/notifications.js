// Lets this browser be told while the dashboard is closed. The rest of the page works without it.
import { localTimes } from "./portal/local_time.js";

localTimes(document);

const place = document.querySelector("[data-push-key]");
const join = place.querySelector("[data-push-join]");
const told = place.querySelector("[data-push-told]");
const zone = document.getElementById("time_zone");

// Nobody has said where they are yet: the browser knows.
if (zone.value === "UTC") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

function browserName() {
  const agent = navigator.userAgent;
  const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(agent)?.[0] ?? "Browser";
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent)?.[0];
  return [{ Edg: "Edge", OPR: "Opera" }[browser] ?? browser, system].filter(Boolean).join(" on ");
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register(place.dataset.worker);
  const key = bytes(place.dataset.pushKey);
  let subscription = await registration.pushManager.getSubscription();
  // One that was made with another key is of no use any more.
  const known = subscription && new Uint8Array(subscription.options.applicationServerKey ?? []);
  if (subscription && (known.length !== key.length || known.some((byte, at) => byte !== key[at]))) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await fetch(place.dataset.api, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), name: browserName() }),
  });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? `The desk answered ${answer.status}.`);
}

if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
  told.textContent = window.isSecureContext ? "This browser knows no push." : "Push needs https.";
} else if (Notification.permission === "denied") {
  told.textContent = "This browser was told to show nothing of this site: its settings say otherwise first.";
} else {
  told.textContent = "";
  join.hidden = false;
  join.addEventListener("click", async () => {
    join.setAttribute("aria-busy", "true");
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("The browser was not allowed to show anything.");
      await subscribe();
      location.reload();
    } catch (error) {
      told.textContent = error.message;
    } finally {
      join.removeAttribute("aria-busy");
    }
  });
}
