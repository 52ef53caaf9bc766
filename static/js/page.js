/* Copy the page's address, and print: buttons that only a script can work, so it adds them. */
(() => {
  const actions = document.querySelector("[data-actions]");
  const template = document.getElementById("page-actions");
  if (!actions || !template) return;
  actions.append(template.content.cloneNode(true));

  actions.querySelector("[data-print]").addEventListener("click", () => window.print());

  const copy = actions.querySelector("[data-copy-link]");
  if (!navigator.clipboard) return copy.closest("li").remove();
  const words = copy.querySelector("span");
  const before = words.textContent;
  words.setAttribute("role", "status");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]").href);
      words.textContent = "복사했습니다";
    } catch {
      words.textContent = "복사하지 못했습니다";
    }
    setTimeout(() => (words.textContent = before), 3000);
  });
})();
