// Shows the passkey form where the browser supports passkeys, and a Korean message on failure.
(() => {
  const form = document.querySelector('[data-passkey]')
  const failed = document.querySelector('[data-passkey-failed]')
  if (!form) return
  if (window.PublicKeyCredential) {
    form.hidden = false
  } else {
    document.querySelector('[data-passkey-unknown]')?.removeAttribute('hidden')
  }
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    // Hidden first, so that screen readers read a second failure too.
    failed.hidden = true
    requestAnimationFrame(() => { failed.hidden = false })
  })
})()
