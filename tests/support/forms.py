"""Forms of a page, as a browser would send them."""


def fields_of(form):
    """What a browser would send for a form as it stands, buttons left out."""
    data = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        kind = field.get("type")
        if kind in ("submit", "button") or "__prefix__" in field["name"]:
            continue
        if kind in ("checkbox", "radio"):
            values = [field.get("value", "on")] if field.has_attr("checked") else []
        elif field.name == "select":
            values = [option["value"] for option in field.select("option[selected]")]
        elif field.name == "textarea":
            values = [field.get_text().removeprefix("\n")]
        else:
            values = [field.get("value", "")]
        if values:
            data.setdefault(field["name"], []).extend(values)
    return data
