/* Suggestions under the search box, after the WAI-ARIA pattern "editable combobox with list
   autocomplete". Without this script the box is a plain form field, and so it stays when the
   suggestions cannot be had. */
(() => {
  const input = document.querySelector("input[data-suggestions]");
  if (!input || !window.fetch) return;

  const PAUSE = 120; // ms of quiet before asking
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "제안");
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.parentElement.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let active = -1;
  let timer = 0;
  let asked = null;

  const letGo = () => {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    for (const option of list.children) option.setAttribute("aria-selected", "false");
  };

  const close = () => {
    // An answer still on its way must not open the list again.
    clearTimeout(timer);
    asked?.abort();
    letGo();
    list.hidden = true;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
  };

  const activate = (index) => {
    const options = [...list.children];
    letGo();
    active = (index + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };

  const optionFor = ({ kind, label, note, url }, at) => {
    const option = document.createElement("li");
    option.id = `suggestion-${at}`;
    option.dataset.url = url;
    option.setAttribute("role", "option");
    const words = document.createElement("span");
    words.className = "suggestion-label";
    words.textContent = label;
    const what = document.createElement("span");
    what.className = "suggestion-note";
    what.textContent = note ? `${kind} · ${note}` : kind;
    option.append(words, " ", what);
    return option;
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(optionFor));
    letGo();
    list.scrollTop = 0;
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = suggestions.length
      ? `제안 ${suggestions.length}개. 위아래 화살표로 고릅니다.`
      : "제안이 없습니다.";
  };

  const ask = async () => {
    const words = input.value.trim();
    asked?.abort();
    if (!words) return close();
    const asking = new AbortController();
    asked = asking;
    try {
      const response = await fetch(
        `${input.dataset.suggestions}?q=${encodeURIComponent(words)}`,
        { signal: asking.signal },
      );
      if (!response.ok) return close();
      const { suggestions } = await response.json();
      if (asked === asking && !asking.signal.aborted) show(suggestions);
    } catch {
      if (asked === asking && !asking.signal.aborted) close();
    }
  };

  const open = (option) => window.location.assign(option.dataset.url);

  // "input" also fires in the middle of a syllable, so half-typed Hangul is asked for as it stands.
  input.addEventListener("input", () => {
    letGo(); // the option was chosen for other words
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    // While a syllable is being composed these keys belong to the input method. Safari ends the
    // composition before it tells of the key, which only its code 229 then gives away.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && !list.hidden) {
      // Only the list goes; left alone, a search field would lose its text too.
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else if (event.key === "ArrowDown") activate(active + 1);
      else activate(active < 0 ? -1 : active - 1);
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      letGo(); // these move in the text, so that Enter is about the text again
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      open(list.children[active]);
    }
  });
  input.addEventListener("blur", close);
  // A reader who comes back finds the page as it was before the list opened.
  window.addEventListener("pagehide", close);
  // Pressing must not take the focus, or the list would be gone before the click arrives.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });
})();
