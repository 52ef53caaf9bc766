/* Search and filter forms: empty fields stay out of the URL, and the button below the filters
   shows how many centres the selection would find. */
(() => {
  const tidy = ({ formData }) => {
    for (const name of new Set(formData.keys())) {
      const values = formData.getAll(name).filter((value) => value.trim());
      formData.delete(name);
      for (const value of values) formData.append(name, value);
    }
  };
  for (const form of document.querySelectorAll("form[data-tidy]")) {
    form.addEventListener("formdata", tidy);
  }

  // After Back the browser fills in what was typed last; the fields must agree with the list.
  const filters = document.querySelector("form[data-count]");
  const button = filters?.querySelector("[data-apply]");
  const plain = button?.textContent;
  addEventListener("pageshow", ({ persisted }) => {
    const [visit] = performance.getEntriesByType("navigation");
    if (!persisted && visit?.type !== "back_forward") return;
    for (const form of document.forms) form.reset();
    if (button) button.textContent = plain;
  });

  if (!filters) return;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  button.after(status);
  let pending = null;

  filters.addEventListener("change", async () => {
    pending?.abort();
    const request = new AbortController();
    pending = request;
    const query = new URLSearchParams(new FormData(filters));
    try {
      const response = await fetch(`${filters.dataset.count}?${query}`, { signal: request.signal });
      const { count } = await response.json();
      if (pending !== request) return;
      button.textContent = `${count.toLocaleString("ko")}곳 보기`;
      status.textContent = `고른 조건에 맞는 센터 ${count.toLocaleString("ko")}곳`;
    } catch {
      if (pending === request && !request.signal.aborted) button.textContent = plain;
    }
  });
})();
