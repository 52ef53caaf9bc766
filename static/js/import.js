/* While a long list is read or applied, say so and keep a second press from sending it twice. */
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const words = document.createElement("p");
    words.className = "busy";
    words.setAttribute("role", "status");
    words.append(document.createElement("progress"), ` ${form.dataset.busy}`);
    form.append(words);
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
}
// Coming back by the browser's own button must not find the form still busy.
addEventListener("pageshow", () => {
  for (const words of document.querySelectorAll(".busy")) words.remove();
  for (const button of document.querySelectorAll("form[data-busy] [type=submit]")) button.disabled = false;
});
