/* Colour scheme: light, dark or device setting. Loaded in the head, so that a stored choice applies
   before the first paint. Without this script the device setting applies. */
(() => {
  const root = document.documentElement;
  const CHOICES = [
    ["", "기기 설정"],
    ["light", "밝게"],
    ["dark", "어둡게"],
  ];
  root.classList.add("js");

  const readStored = () => {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // storage may be blocked
    }
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  show(readStored());

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("[data-theme-switch]");
    if (!place) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "theme-switch";
    let at = Math.max(0, CHOICES.findIndex(([theme]) => theme === (root.dataset.theme || "")));
    const label = document.createElement("span");
    label.textContent = "화면 밝기: ";
    const word = document.createElement("span");
    word.className = "theme-word";
    button.append(label, word);
    const name = () => (word.textContent = CHOICES[at][1]);
    name();
    button.addEventListener("click", () => {
      at = (at + 1) % CHOICES.length;
      const [theme] = CHOICES[at];
      show(theme);
      name();
      try {
        if (theme) localStorage.setItem("theme", theme);
        else localStorage.removeItem("theme");
      } catch {
        // The choice then applies to this page only.
      }
    });
    place.append(button);
  });
})();

/* The fonts of further characters wait until everything else is there and has been painted. Where the
   first font came too late for this page, all of it is in the local font, and a few letters in another
   would stand out. */
addEventListener("load", () => {
  const parts = document.getElementById("font-parts");
  if (!parts) return;
  const measure = (family) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `64px ${family}`;
    return pen.measureText("Wi").width;
  };
  const add = () => {
    if (measure('"Site Sans", monospace') !== measure("monospace"))
      document.body.insertAdjacentHTML("beforeend", parts.textContent);
  };
  if (PerformanceObserver.supportedEntryTypes?.includes("paint"))
    new PerformanceObserver((_, observer) => {
      observer.disconnect();
      add();
    }).observe({ type: "paint", buffered: true });
  else add();
});
