// Pages are rendered in UTC, since the server does not know the reader's zone. Here it is known. The words stay those of
// the page: day before month, 24 hours.
const language = "en-GB";
const clock = { hour: "2-digit", minute: "2-digit" };
const formats = {
  day: { day: "numeric", month: "long", year: "numeric" },
  minute: { day: "numeric", month: "long", year: "numeric", ...clock },
  short: { day: "numeric", month: "short", ...clock },
};

export function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const isToday = time.dataset.local === "short" && at.toDateString() === new Date().toDateString();
    time.textContent = at.toLocaleString(language, isToday ? clock : formats[time.dataset.local]);
    time.title = at.toLocaleString(language, { dateStyle: "full", timeStyle: "long" });
  }
}
