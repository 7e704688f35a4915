// Comfort for the pages behind a letter's link, which work without it: the code stands in the fragment, which reaches no server and no
// log. It goes into the form, as if the link were pasted, and leaves the address.
const form = document.getElementById("code-form");
if (form && location.hash.length > 1) {
  form.elements.code.value = location.href;
  history.replaceState(null, "", location.pathname);
  form.elements.password.focus();
}
