/* A button under each text to be copied, which only a script can work, so it adds it. */
(() => {
  if (!navigator.clipboard) return;
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary";
    button.textContent = "복사";
    // Beside the button, whose own name should stay as it is.
    const said = document.createElement("span");
    said.className = "copied hint";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        said.textContent = "복사했습니다.";
      } catch {
        text.select();
        said.textContent = "복사하지 못했습니다. 골라 놓은 글을 직접 복사해 주세요.";
      }
      setTimeout(() => (said.textContent = ""), 5000);
    });
    (text.closest("label") || text).after(button, said);
  }
})();
