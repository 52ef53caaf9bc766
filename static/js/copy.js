/* Adds a copy button below each text to copy; without scripts there is no button. */
(() => {
  if (!navigator.clipboard) return;
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary";
    button.textContent = "복사";
    // A status of its own, so that the button keeps its name.
    const status = document.createElement("span");
    status.className = "copied hint";
    status.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        status.textContent = "복사했습니다.";
      } catch {
        text.select();
        status.textContent = "복사하지 못했습니다. 골라 놓은 글을 직접 복사해 주세요.";
      }
      setTimeout(() => (status.textContent = ""), 5000);
    });
    (text.closest("label") || text).after(button, status);
  }
})();
