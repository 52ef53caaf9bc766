// Names Django's boxes that search for a record, which have no name while nothing is chosen.
addEventListener('load', () => {
  for (const field of document.querySelectorAll('select.admin-autocomplete')) {
    const label = document.querySelector(`label[for="${field.id}"]`)
    const box = field.nextElementSibling?.querySelector('[role="combobox"]')
    if (!label || !box) continue
    label.id ||= `${field.id}_label`
    box.setAttribute('aria-labelledby', `${label.id} ${box.getAttribute('aria-labelledby') ?? ''}`.trim())
  }
})
