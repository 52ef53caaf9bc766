/* Forms that find: what was left empty stays out of the address, and the button below the filters
   says how many centres the choices would leave. Without this script both only look plainer. */
(() => {
  const tidy = ({ formData }) => {
    for (const name of new Set(formData.keys())) {
      const given = formData.getAll(name).filter((value) => value.trim());
      formData.delete(name);
      for (const value of given) formData.append(name, value);
    }
  };
  for (const form of document.querySelectorAll("form[data-tidy]")) {
    form.addEventListener("formdata", tidy);
  }

  const filters = document.querySelector("form[data-count]");
  if (!filters) return;
  const button = filters.querySelector("[data-apply]");
  const plain = button.textContent;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  button.after(status);
  let asked = null;

  filters.addEventListener("change", async () => {
    asked?.abort();
    const asking = new AbortController();
    asked = asking;
    const query = new URLSearchParams(new FormData(filters));
    try {
      const response = await fetch(`${filters.dataset.count}?${query}`, { signal: asking.signal });
      const { count } = await response.json();
      if (asked !== asking) return;
      button.textContent = `${count.toLocaleString("ko")}곳 보기`;
      status.textContent = `고른 조건에 맞는 센터 ${count.toLocaleString("ko")}곳`;
    } catch {
      if (asked === asking && !asking.signal.aborted) button.textContent = plain;
    }
  });
})();
