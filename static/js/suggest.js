/* Suggestions under the search box and the fields 내 지역 and 무엇을 만드세요?, after the WAI-ARIA pattern "editable
   combobox with list autocomplete". Without this script, or without responses, each is a plain form field. */
const addSuggestions = (input) => {
  const PAUSE = 120; // ms without input before a request
  const list = document.createElement("ul");
  // By the field's id, which is also the parameter: near, makes, or q for the search box.
  const prefix = input.id === "q" ? "" : `${input.id}-`;
  list.id = `${prefix}suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "추천 검색어");
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  // Read out by the status, so that it is said once.
  const none = document.createElement("p");
  none.className = "suggestions suggestions-none";
  none.textContent = "추천 검색어가 없습니다.";
  none.setAttribute("aria-hidden", "true");
  none.hidden = true;
  input.parentElement.append(list, none, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let active = -1;
  let timer = 0;
  let pending = null;

  const deselect = () => {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    for (const option of list.children) option.setAttribute("aria-selected", "false");
  };

  const close = () => {
    // A pending response must not open the list again.
    clearTimeout(timer);
    pending?.abort();
    deselect();
    list.hidden = true;
    none.hidden = true;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
  };

  const activate = (index) => {
    const options = [...list.children];
    deselect();
    active = (index + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };

  const optionFor = ({ kind, label, note, url, value }, at) => {
    const option = document.createElement("li");
    option.id = `${prefix}suggestion-${at}`;
    option.dataset.url = url;
    if (value) option.dataset.value = value;
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
    deselect();
    list.scrollTop = 0;
    list.hidden = !suggestions.length;
    none.hidden = !list.hidden;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = suggestions.length
      ? `추천 ${suggestions.length}개. 위아래 화살표로 고릅니다.`
      : "추천 검색어가 없습니다.";
  };

  const request = async () => {
    const words = input.value.trim();
    pending?.abort();
    if (!words) return close();
    const controller = new AbortController();
    pending = controller;
    try {
      const response = await fetch(
        `${input.dataset.suggestions}?${input.id}=${encodeURIComponent(words)}`,
        { signal: controller.signal },
      );
      if (!response.ok) return close();
      const { suggestions } = await response.json();
      if (pending === controller && !controller.signal.aborted) show(suggestions);
    } catch {
      if (pending === controller && !controller.signal.aborted) close();
    }
  };

  const open = (option) => {
    if (!option.dataset.value) return window.location.assign(option.dataset.url);
    // A place or a ware completes its field; the other fields of the form count too.
    input.value = option.dataset.value;
    close();
  };

  // "input" also fires within a syllable, so half-typed Hangul is requested too.
  input.addEventListener("input", () => {
    deselect(); // the option belonged to other words
    clearTimeout(timer);
    timer = setTimeout(request, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    // While a syllable is being composed these keys belong to the input method. Safari ends the
    // composition before the key event, which only its key code 229 reveals.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && !list.hidden) {
      // Close only the list; by default a search field would be cleared too.
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) request();
      else if (event.key === "ArrowDown") activate(active + 1);
      else activate(active < 0 ? -1 : active - 1);
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      deselect(); // these move the caret, so Enter submits the text again
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      open(list.children[active]);
    }
  });
  input.addEventListener("blur", close);
  // The back button shows the page with the list closed.
  window.addEventListener("pagehide", close);
  // Keep the focus on mousedown, or blur would close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });
};
if (window.fetch) document.querySelectorAll("input[data-suggestions]").forEach(addSuggestions);
