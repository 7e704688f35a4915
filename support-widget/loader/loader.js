// The loader: paints the launcher, answers `window.SupportWidget`, and holds the panel's frame. It runs in a stranger's page:
// it fetches and stores nothing before the visitor acts, writes no HTML strings (Trusted Types), and never throws into the host.
((config, script) => {
  "use strict";

  const stub = window.SupportWidget;
  // The tag stands twice in the page: the first one wins.
  if (stub && stub.boot) return;

  // [open, close, unread; `#` is the number]
  const WORDS = {
    en: ["Open chat", "Close chat", "# unread"],
    de: ["Chat öffnen", "Chat schließen", "# ungelesen"],
    fr: ["Ouvrir le chat", "Fermer le chat", "# non lus"],
    es: ["Abrir el chat", "Cerrar el chat", "# sin leer"],
    ar: ["فتح المحادثة", "إغلاق المحادثة", "# غير مقروءة"],
    he: ["פתיחת צ׳אט", "סגירת צ׳אט", "# שלא נקראו"],
  };
  // `!important` appears nowhere: the host page may move and stack the widget as it likes.
  const CSS = `
:host{all:initial;position:fixed;inset-block-end:calc(20px + env(safe-area-inset-bottom));inset-inline-end:20px;z-index:var(--support-z,2147483000);color-scheme:light dark}
:host([data-side=start]){inset-inline:20px auto}
:host([data-theme=light]){color-scheme:light}
:host([data-theme=dark]){color-scheme:dark}
button{all:unset;box-sizing:border-box;position:relative;display:grid;place-items:center;inline-size:56px;block-size:56px;border-radius:50%;background:var(--accent);color:var(--on);cursor:pointer;box-shadow:0 1px 3px #0003,0 8px 24px #0003;transition:scale .15s;-webkit-tap-highlight-color:transparent}
button:active{scale:.94}
button:focus-visible{outline:3px solid var(--accent);outline-offset:3px;box-shadow:0 0 0 3px Canvas}
svg{grid-area:1/1;inline-size:26px;block-size:26px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;transition:opacity .15s,rotate .15s}
[aria-expanded=true] svg:first-of-type,[aria-expanded=false] svg:last-of-type{opacity:0;rotate:45deg}
span{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;box-sizing:border-box;min-inline-size:20px;padding-inline:5px;border-radius:10px;background:#c81e2b;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px Canvas}
[hidden]{display:none}
iframe{position:absolute;inset-block-end:72px;inset-inline-end:0;inline-size:400px;block-size:min(680px,100vh - 112px);max-inline-size:calc(100vw - 40px);border:0;border-radius:14px;background:light-dark(#fff,#17181c);box-shadow:0 0 0 1px light-dark(#0000000f,#ffffff1a),0 2px 6px #0000000f,0 16px 48px #0000002e;visibility:hidden;opacity:0;translate:0 8px;transition:opacity .15s,translate .15s,visibility 0s .15s}
:host([data-side=start]) iframe{inset-inline:0 auto}
iframe.open{visibility:visible;opacity:1;translate:0;transition-delay:0s}
@media (max-width:640px){iframe{position:fixed;inset:0;inline-size:100%;block-size:100%;max-inline-size:none;border-radius:0;box-shadow:none}iframe.open+button{visibility:hidden}}
@media (prefers-reduced-motion:reduce){button,svg,iframe,iframe.open{transition:none}}
@media (forced-colors:active){button,span{border:1px solid}iframe{outline:1px solid}}`;

  const origin = new URL(config.base).origin;
  const flag = `support:${config.key}`;
  const phone = matchMedia("(max-width: 640px)");
  const living = new AbortController();
  const listen = (target, type, heard) => target.addEventListener(type, heard, { signal: living.signal });
  const data = (script && script.dataset) || {};
  const options = {
    locale: data.locale,
    theme: data.theme,
    position: data.position,
    zIndex: data.zIndex,
    launcher: data.launcher,
    hideLauncher: "hideLauncher" in data,
  };
  const state = { ready: false, open: false, visible: true, unread: 0, identified: false, online: true, conversationId: null };
  const listeners = {};
  const later = [];
  let identity, waiting = [], serial = 0, host, button, badge, frame, port, returnTo, unlock, titlePrefix = "", allowed = data.consent !== "required";

  const warn = (text) => console.warn(`[support] ${text}`);
  const locale = () => options.locale || document.documentElement.lang || navigator.language || "en";
  const words = () => WORDS[locale().slice(0, 2).toLowerCase()] || WORDS.en;
  const element = (name, attributes, space) => {
    const made = space ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  };
  const icon = (path) => {
    const svg = element("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, 1);
    svg.append(element("path", { d: path }, 1));
    return svg;
  };
  // Host storage may be closed to us (privacy mode, sandbox); the badge then waits for the next click.
  const flagged = (write) => {
    try {
      if (write) localStorage.setItem(flag, 1);
      else if (write === false) localStorage.removeItem(flag);
      return localStorage.getItem(flag);
    } catch {}
  };

  const emit = (name, detail) => {
    const event = { id: String(++serial), type: name, createdAt: new Date().toISOString(), ...detail };
    for (const heard of [...(listeners[name] || [])]) {
      try {
        heard(event);
      } catch (error) {
        console.error(error);
      }
    }
    dispatchEvent(new CustomEvent(`support:${name}`, { detail: event }));
  };

  const tell = (message) => (port ? port.postMessage(message) : frame && later.push(message));
  const settings = () => ({ type: "settings", locale: locale(), theme: options.theme || "auto", modal: phone.matches });

  // One private channel a frame: nobody else in the page can speak on it, so the loader needs no window-wide listener.
  const connect = () => {
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => data && Object.hasOwn(heard, data.type) && heard[data.type](data);
    frame.contentWindow.postMessage({ ...settings(), support: 1, type: "connect", open: state.open, resume: !!flagged(), identify: !!identity }, origin, [channel.port2]);
    later.splice(0).forEach(tell);
  };
  // What the panel says.
  const heard = {
    unread({ count }) {
      count = count | 0;
      if (count === state.unread) return;
      state.unread = count;
      paint();
      emit("unread", { count });
    },
    close: () => api.close(),
    started: () => flagged(true),
    ended: () => flagged(false),
    // The panel wants a token; a function is asked for a fresh one each time.
    async identity() {
      let token = null;
      try {
        token = await (typeof identity == "function" ? identity() : identity);
      } catch (error) {
        console.error(error);
      }
      tell({ type: "identity", token: typeof token == "string" ? token : null });
    },
    identified({ contactId, ok }) {
      state.identified = ok === true;
      waiting.splice(0).forEach((promise) => promise[ok ? "resolve" : "reject"](ok ? { contactId } : new Error("identity refused")));
      emit(ok ? "identified" : "error", ok ? { contactId } : { code: "identity_refused" });
    },
    state({ online, conversationId }) {
      if (state.online !== online) emit(online ? "online" : "offline");
      state.online = online;
      state.conversationId = conversationId || null;
    },
    event: ({ name, detail }) => emit(String(name), detail),
  };

  // On the first sign that the visitor may open the panel its frame starts loading, without cookie and unseen.
  const warm = () => {
    if (frame || !host || !allowed) return;
    frame = element("iframe", {
      id: "panel",
      title: config.name || "Chat",
      src: `${config.base}/w/${config.key}/frame`,
      allow: "clipboard-write",
      // Links leave the sandbox: a page opened from the chat is an ordinary page.
      sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads",
    });
    listen(frame, "load", connect);
    button.before(frame);
  };

  const paint = () => {
    const { unread, open } = state;
    const count = unread > 99 ? "99+" : String(unread);
    const [openWord, closeWord, unreadWord] = words();
    if (host) {
      const launcherShown = allowed && config.bubble && state.visible && !options.hideLauncher;
      if (options.zIndex) host.style.setProperty("--support-z", options.zIndex);
      host.dataset.side = options.position === "inline-start" ? "start" : "end";
      host.dataset.theme = options.theme || "auto";
      button.hidden = !launcherShown;
      button.setAttribute("aria-expanded", open);
      button.setAttribute("aria-label", (open ? closeWord : openWord) + (unread ? `, ${unreadWord.replace("#", count)}` : ""));
      badge.hidden = !unread || open;
      badge.textContent = count;
      if (frame) frame.classList.toggle("open", open);
      fit();
    }
    const bare = titlePrefix && document.title.startsWith(titlePrefix) ? document.title.slice(titlePrefix.length) : document.title;
    titlePrefix = unread ? `(${count}) ` : "";
    if (document.title !== titlePrefix + bare) document.title = titlePrefix + bare;
  };

  // On a phone the panel fills what the keyboard leaves of the screen, and the page behind it stands still.
  const fit = () => {
    const full = state.open && phone.matches;
    const view = window.visualViewport;
    if (frame) {
      frame.style.blockSize = full && view ? `${view.height}px` : "";
      frame.style.insetBlockStart = full && view ? `${view.offsetTop}px` : "";
    }
    if (full && !unlock) {
      const { style } = document.documentElement;
      const { overflow } = style;
      const { scrollX, scrollY } = window;
      style.overflow = "hidden";
      unlock = () => {
        style.overflow = overflow;
        scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
      };
    } else if (!full && unlock) {
      unlock();
      unlock = null;
    }
  };

  const build = () => {
    if (host || living.signal.aborted) return;
    host = element("support-widget");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const accent = /^#[\da-f]{6}$/i.test(config.accent) ? config.accent : "#4f46e5";
    const [red, green, blue] = [1, 3, 5].map((at) => ((parseInt(accent.slice(at, at + 2), 16) / 255 + 0.055) / 1.055) ** 2.4);
    host.style.setProperty("--accent", accent);
    // Black or white: one of them always has 4.5:1.
    host.style.setProperty("--on", 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff");
    button = element("button", { type: "button", "aria-haspopup": "dialog", "aria-controls": "panel" });
    badge = element("span", { "aria-hidden": "true" });
    button.append(icon("M12 4c-4.7 0-8.5 3.1-8.5 7 0 2.2 1.2 4.2 3.1 5.5L6 20l4-2.2c.6.1 1.3.2 2 .2 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4Z"), icon("M6 6l12 12M18 6 6 18"), badge);
    root.append(button);
    listen(button, "pointerenter", warm);
    listen(button, "focus", warm);
    listen(button, "click", () => api.toggle());
    listen(root, "keydown", (event) => event.key === "Escape" && api.close());
    listen(document, "click", (event) => {
      if (options.launcher && event.target.closest && event.target.closest(options.launcher)) api.toggle();
    });
    listen(phone, "change", () => (tell(settings()), fit()));
    if (window.visualViewport) ["resize", "scroll"].forEach((type) => listen(visualViewport, type, fit));
    // Another tab wrote the first message, or ended the session.
    listen(window, "storage", (event) => event.key === flag && event.newValue && warm());
    document.body.append(host);
    paint();
    // Somebody who wrote before sees the answers that came since.
    if (flagged()) (window.requestIdleCallback || setTimeout)(warm);
    state.ready = true;
    emit("ready");
    ready();
    if ("open" in data) api.open();
  };

  let ready;
  const api = {
    ready: new Promise((resolve) => (ready = resolve)),
    boot(changes) {
      Object.assign(options, changes);
      paint();
      tell(settings());
    },
    identify(source) {
      identity = source;
      const promise = new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      // A host that does not look at the result gets no unhandled rejection.
      promise.catch(() => {});
      tell({ type: "identify" });
      return promise;
    },
    logout() {
      identity = undefined;
      waiting.splice(0).forEach(({ reject }) => reject(new Error("logged out")));
      const known = !!flagged();
      if (known) warm();
      tell({ type: "logout", known });
      flagged(false);
      state.identified = false;
      api.close();
    },
    shutdown() {
      api.close();
      heard.unread({ count: 0 });
      if (frame) frame.remove();
      frame = port = null;
      later.length = 0;
    },
    destroy() {
      api.shutdown();
      living.abort();
      if (host) host.remove();
      host = null;
      delete window.SupportWidget;
    },
    open() {
      warm();
      if (state.open || !frame) return;
      state.open = true;
      returnTo = document.activeElement;
      paint();
      tell({ type: "open" });
      frame.focus();
      emit("open");
    },
    close() {
      if (!state.open) return;
      state.open = false;
      const inside = document.activeElement === host;
      paint();
      tell({ type: "close" });
      // Focus goes back only if it was in the panel: who clicked elsewhere stays there.
      if (inside) (button.hidden ? returnTo || document.body : button).focus();
      emit("close");
    },
    toggle: () => (state.open ? api.close() : api.open()),
    show: () => reveal(true),
    hide: () => reveal(false),
    newMessage(text) {
      api.open();
      tell({ type: "new", text: text === undefined ? null : String(text) });
    },
    showConversation(id) {
      api.open();
      tell({ type: "conversation", id: String(id) });
    },
    consent(given) {
      if (!given) api.logout();
      allowed = !!given;
      paint();
    },
    on(name, heard) {
      (listeners[name] = listeners[name] || new Set()).add(heard);
      return () => listeners[name].delete(heard);
    },
    once(name, heard) {
      const off = api.on(name, (event) => (off(), heard(event)));
      return off;
    },
    state: () => ({ ...state }),
  };
  api.update = api.boot;
  const reveal = (visible) => {
    if (state.visible === visible) return;
    state.visible = visible;
    paint();
    emit(visible ? "show" : "hide");
  };

  const widget = (command, ...rest) => {
    if (!Object.hasOwn(api, command)) return warn(`unknown command: ${command}`);
    const found = api[command];
    return typeof found == "function" ? found(...rest) : found;
  };
  window.SupportWidget = Object.assign(widget, api);
  if (document.body) build();
  else listen(document, "DOMContentLoaded", build);
  ((stub && stub.q) || []).forEach((call) => widget(...call));
})("__SUPPORT_CONFIG__", document.currentScript);
