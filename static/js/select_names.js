// Names Django's boxes that search for a record, which have no name while nothing is chosen.
// Django makes the boxes when the document is ready, and before this since its script comes first.
window.django?.jQuery?.(() => {
  for (const field of document.querySelectorAll('select.admin-autocomplete')) {
    const label = document.querySelector(`label[for="${field.id}"]`)
    const box = field.nextElementSibling?.querySelector('[role="combobox"]')
    const value = box?.querySelector('[role="textbox"]')
    if (!label || !value) continue
    label.id ||= `${field.id}_label`
    box.setAttribute('aria-labelledby', `${label.id} ${value.id}`)
    value.setAttribute('aria-labelledby', label.id)
  }
})
