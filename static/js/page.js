/* Adds the buttons for copying and sharing the page's URL and for printing. */
(() => {
  const actions = document.querySelector("[data-actions]");
  const template = document.getElementById("page-actions");
  if (!actions || !template) return;
  actions.append(template.content.cloneNode(true));

  actions.querySelector("[data-print]").addEventListener("click", () => window.print());

  const share = actions.querySelector("[data-share]");
  if (navigator.share) {
    share?.addEventListener("click", () => {
      const url = document.querySelector("link[rel=canonical]").href;
      // Rejected where the reader closes the dialog, which is no error.
      navigator.share({ title: document.querySelector("h1").textContent, url }).catch(() => {});
    });
  } else {
    share?.closest("li").remove();
  }

  const copy = actions.querySelector("[data-copy-link]");
  if (!navigator.clipboard) return copy.closest("li").remove();
  const label = copy.querySelector("span");
  const before = label.textContent;
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  copy.after(status);
  const report = (text) => {
    label.textContent = status.textContent = text;
    setTimeout(() => {
      label.textContent = before;
      status.textContent = "";
    }, 3000);
  };
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]").href);
      report("복사했습니다");
    } catch {
      report("복사하지 못했습니다");
    }
  });
})();
