// Files that the visitor chooses, pastes or drops. Each goes to the server at once, with its progress and a way to stop it; then
// `done(id, name)`. In JavaScript for the reason of request.js.
export function carry(address, done) {
  const panel = document.getElementById("panel");
  const form = panel.querySelector(".write");
  const input = form.querySelector("input");
  const max = Number(document.documentElement.dataset.files);
  if (!max) {
    input.parentNode.hidden = true;
    return;
  }
  const pass = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    [...files].forEach(send);
  };
  input.addEventListener("change", (event) => {
    pass(event, input.files);
    input.value = "";
  });
  panel.addEventListener("paste", (event) => pass(event, event.clipboardData.files));
  panel.addEventListener("drop", (event) => pass(event, event.dataTransfer.files));
  panel.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });

  function send(file) {
    const make = (name) => document.createElement(name);
    const [line, name, bar, stop] = ["p", "bdi", "progress", "button"].map(make);
    const words = input.dataset;
    const request = new XMLHttpRequest();
    const wrong = (told) => {
      const problem = make("span");
      problem.setAttribute("role", "alert");
      problem.textContent = told;
      bar.replaceWith(problem);
    };
    line.className = "carried";
    name.textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    stop.className = "word-button";
    stop.type = "button";
    stop.textContent = words.cancel;
    stop.onclick = () => {
      request.abort();
      line.remove();
    };
    line.append(name, bar, stop);
    form.before(line);
    if (file.size > max) return wrong(words.large);
    const body = new FormData();
    body.append("file", file);
    request.open("POST", address);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      bar.max = total;
      bar.value = loaded;
    };
    request.onload = () => {
      const answer = request.response;
      if (request.status !== 201) return wrong(answer?.detail || words.failed);
      line.remove();
      done(answer.id, answer.name);
    };
    request.onerror = () => wrong(words.failed);
    request.send(body);
  }
}
