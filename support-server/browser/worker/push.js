// Shows what the desk pushes, and opens what it is about. Knows nothing else and keeps nothing.
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data?.json() ?? {};
  if (!title) return;
  event.waitUntil(self.registration.showNotification(title, { body, tag, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

// A tab that shows the ticket already comes to the front; otherwise a new one opens. Only our own addresses are opened.
async function open(url) {
  const scope = self.registration.scope;
  const to = url?.startsWith(scope) ? url : scope;
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find((one) => one.url.split(/[?#]/)[0] === to);
  return tab ? tab.focus() : self.clients.openWindow(to);
}
