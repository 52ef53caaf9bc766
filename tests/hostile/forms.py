"""Reads the forms of a page."""


def collect_form_data(form) -> dict[str, str]:
    """Return the data that a browser would send for an untouched form, without its buttons."""
    data = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        if field.get("type") in ("submit", "button", "file", "image"):
            continue
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            data[field["name"]] = chosen["value"] if chosen else ""
        else:
            data[field["name"]] = field.get("value") or field.get_text()
    return data
