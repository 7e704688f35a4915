// One request of the panel. In JavaScript, because futures and fetch's objects would weigh 4 KB as WebAssembly.

// A request without an answer after this time has failed: half-open connections say nothing.
const TIMEOUT_MS = 20000;

// `done(status, json)`; the status is 0 where there was no answer, the JSON null where the answer had none.
export function request(method, address, body, done) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  fetch(address, { method, body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then(async (answer) => [answer.status, await answer.json().catch(() => null)])
    .catch(() => [0, null])
    .then(([status, json]) => done(status, json));
}
