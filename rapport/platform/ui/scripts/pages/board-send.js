// Talking with the server about one card, each time on an errand of its own, so that a refresh of the board cannot cut it off.

/** Sends and answers the status, or 0 if nothing came back. Forms that come back open in the dialog. */
export async function send(method, url, values = {}) {
  const errand = document.createElement("span")
  errand.hidden = true
  document.body.append(errand)
  let status = 0
  errand.addEventListener("htmx:finally:request", (event) => (status = event.detail.ctx.response?.status ?? 0))
  try {
    await window.htmx.ajax(method, url, { source: errand, target: "#dialog", swap: "innerHTML", values })
  } catch {
    status = 0
  }
  // What the answer triggers goes through the errand up to the page, so it stays until that is done.
  setTimeout(() => errand.remove(), 1000)
  return status
}

/** Whether the dialog that just opened was answered; `done` is an event on the page that says so. */
export function answered(done) {
  const dialog = document.getElementById("dialog")
  return new Promise((resolve) => {
    const yes = () => finish(true)
    const no = () => finish(false)
    const finish = (value) => {
      document.body.removeEventListener(done, yes)
      dialog.removeEventListener("close", no)
      resolve(value)
    }
    document.body.addEventListener(done, yes)
    dialog.addEventListener("close", no)
  })
}
