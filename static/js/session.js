// Warns some minutes before the desk's session ends, and goes on with it when asked to.
(() => {
  const box = document.querySelector('[data-session-ends]')
  if (!box) return
  const BEFORE = 5 * 60 * 1000
  const said = box.querySelector('[data-session-left]')
  const button = box.querySelector('button')
  const token = () => document.querySelector('#logout-form [name=csrfmiddlewaretoken]').value
  let ends = Date.parse(box.dataset.sessionEnds)

  const tell = () => {
    const left = ends - Date.now()
    const words = left > 0
      ? `${Math.ceil(left / 60000)}분 뒤에 로그인이 끝납니다. 적은 내용이 있으면 저장하거나 계속 쓰세요.`
      : '로그인이 끝났습니다. 적은 내용은 따로 옮겨 두고 다시 로그인해 주세요.'
    // Only what has changed is read out.
    if (said.textContent !== words) said.textContent = words
    box.hidden = left > BEFORE
    button.hidden = left <= 0
  }

  button.addEventListener('click', async () => {
    try {
      const answer = await fetch(box.dataset.sessionGoOn, {
        method: 'POST',
        headers: { 'X-CSRFToken': token() }
      })
      if (!answer.ok) throw new Error(answer.status)
      ends = Date.parse((await answer.json()).ends)
    } catch {
      said.textContent = '늘리지 못했습니다. 적은 내용을 따로 옮겨 두고 다시 로그인해 주세요.'
      return
    }
    tell()
  })
  tell()
  setInterval(tell, 5000)
})()
