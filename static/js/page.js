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
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  copy.after(status);
  const say = (text) => {
    words.textContent = status.textContent = text;
    setTimeout(() => {
      words.textContent = before;
      status.textContent = "";
    }, 3000);
  };
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]").href);
      say("복사했습니다");
    } catch {
      say("복사하지 못했습니다");
    }
  });
})();
