// Warns some minutes before the admin session ends, and extends it on request.
(() => {
  const box = document.querySelector('[data-session-ends]')
  if (!box) return
  const BEFORE = 5 * 60 * 1000
  const message = box.querySelector('[data-session-left]')
  const button = box.querySelector('button')
  const token = () => document.querySelector('#logout-form [name=csrfmiddlewaretoken]').value
  let ends = Date.parse(box.dataset.sessionEnds)

  const update = () => {
    const left = ends - Date.now()
    const words = left > 0
      ? `${Math.ceil(left / 60000)}분 뒤에 로그인이 끝납니다. 적은 내용이 있으면 저장하거나 계속 쓰세요.`
      : '로그인이 끝났습니다. 적은 내용은 따로 옮겨 두고 다시 로그인해 주세요.'
    // Set only on change, since screen readers read every update.
    if (message.textContent !== words) message.textContent = words
    box.hidden = left > BEFORE
    button.hidden = left <= 0
  }

  button.addEventListener('click', async () => {
    try {
      const response = await fetch(box.dataset.sessionGoOn, {
        method: 'POST',
        headers: { 'X-CSRFToken': token() }
      })
      if (!response.ok) throw new Error(response.status)
      ends = Date.parse((await response.json()).ends)
    } catch {
      message.textContent = '늘리지 못했습니다. 적은 내용을 따로 옮겨 두고 다시 로그인해 주세요.'
      return
    }
    update()
  })
  update()
  setInterval(update, 5000)
})()
