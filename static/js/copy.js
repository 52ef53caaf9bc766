/* A button under each text to be copied, which only a script can work, so it adds it. */
(() => {
  if (!navigator.clipboard) return;
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary";
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    words.textContent = "복사";
    button.append(words);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        words.textContent = "복사했습니다";
      } catch {
        text.select();
        words.textContent = "복사하지 못했습니다. 골라 놓은 글을 직접 복사해 주세요";
      }
      setTimeout(() => (words.textContent = "복사"), 3000);
    });
    (text.closest("label") || text).after(button);
  }
})();
