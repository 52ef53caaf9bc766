/* The pages of an import: progress while the server works, and decisions that are not planned yet. */
// Seconds for 2,000 rows, as docs/performance.md has them.
const SECONDS = 6, ROWS = 2000, LONG = 200;

function showProgress(form, words) {
  const status = document.createElement("p"), bar = document.createElement("progress");
  const text = document.createElement("span"), rows = Number(form.dataset.rows ?? 0);
  status.className = "busy";
  status.setAttribute("role", "status");
  text.textContent = ` ${words}`;
  status.append(bar, text);
  if (rows >= LONG) {
    const usual = Math.ceil(SECONDS * rows / ROWS), since = Date.now();
    text.textContent += ` ${rows.toLocaleString("ko")}행, 보통 ${usual}초쯤 걸립니다.`;
    bar.max = usual;
    bar.value = 0;
    // Close to its end, how long it still takes is unknown.
    const timer = setInterval(() => {
      const passed = (Date.now() - since) / 1000;
      if (passed < usual) bar.value = passed; else { bar.removeAttribute("value"); clearInterval(timer); }
    }, 250);
  }
  (form.querySelector(".import-bar") ?? form).append(status);
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    showProgress(form, event.submitter?.dataset.busy ?? form.dataset.busy);
    // Only after the form is sent, since the name of a disabled button is not.
    setTimeout(() => {
      for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
    });
  });
}

const decisions = document.getElementById("decisions");
if (decisions) {
  const note = decisions.querySelector("[data-dirty]"), apply = decisions.querySelector("[formaction]");
  decisions.addEventListener("change", () => {
    if (note) note.hidden = false;
    if (apply) apply.disabled = true;
  });
  // A filter shows other rows; what is ticked here is sent first.
  document.querySelector(".import-filters").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !note || note.hidden) return;
    event.preventDefault();
    const next = document.createElement("input");
    Object.assign(next, { type: "hidden", name: "next", value: new URL(link.href).search });
    decisions.append(next);
    decisions.requestSubmit();
  });
}
// The back button must not show the form as still busy.
addEventListener("pageshow", () => {
  for (const status of document.querySelectorAll(".busy")) status.remove();
  for (const button of document.querySelectorAll("form[data-busy] [type=submit]")) button.disabled = false;
});
