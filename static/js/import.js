/* Shows progress while a list is read or applied, and prevents a second submit. */
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const status = document.createElement("p");
    status.className = "busy";
    status.setAttribute("role", "status");
    status.append(document.createElement("progress"), ` ${form.dataset.busy}`);
    form.append(status);
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
}
// The back button must not show the form as still busy.
addEventListener("pageshow", () => {
  for (const status of document.querySelectorAll(".busy")) status.remove();
  for (const button of document.querySelectorAll("form[data-busy] [type=submit]")) button.disabled = false;
});
