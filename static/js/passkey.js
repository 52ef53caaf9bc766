// Shows the form for a passkey where the browser knows them, and says so in Korean when it fails.
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
    // Away first, so that a second failure is read out too.
    failed.hidden = true
    requestAnimationFrame(() => { failed.hidden = false })
  })
})()
