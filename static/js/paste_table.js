/* Takes a table from the clipboard as HTML where the browser gives it: its text loses merged cells and line breaks. */
const text = document.getElementById("id_text"), source = document.getElementById("id_html");
if (text && source) {
  const LONGEST = 1_500_000;
  text.addEventListener("paste", (event) => {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const pasted = new DOMParser().parseFromString(html, "text/html");
    const tables = [...pasted.querySelectorAll("table")].filter((table) => !table.parentElement.closest("table"));
    const markup = tables.map((table) => table.outerHTML).join("\n");
    // Only where the table is all that the field holds.
    const isWhole = text.selectionStart === 0 && text.selectionEnd === text.value.length;
    source.value = isWhole && markup.length < LONGEST ? markup : "";
  });
  text.addEventListener("input", (event) => {
    // What is typed afterwards is in the text alone.
    if (event.inputType !== "insertFromPaste") source.value = "";
  });
}
