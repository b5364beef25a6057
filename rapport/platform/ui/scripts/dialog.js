// The one <dialog>: opens when something is put into it, closes on dialog-close (an HX-Trigger of the server) and empties.
import { behave } from "./behave.js"

behave("dialog", (dialog, signal) => {
  let opener = null
  const filled = () => dialog.childElementCount > 0
  const watcher = new MutationObserver(() => {
    if (filled() && !dialog.open) {
      opener = document.activeElement
      dialog.showModal()
      const heading = dialog.querySelector("h2[id]")
      if (heading) dialog.setAttribute("aria-labelledby", heading.id)
      else dialog.removeAttribute("aria-labelledby")
      dialog.querySelector("[autofocus], input:not([type=hidden]), textarea, select")?.focus()
    }
  })
  watcher.observe(dialog, { childList: true })
  signal.addEventListener("abort", () => watcher.disconnect())
  dialog.addEventListener("close", () => {
    dialog.replaceChildren()
    if (opener?.isConnected) opener.focus()
  }, { signal })
  dialog.addEventListener("click", (event) => {
    // The dialog itself is only hit on its backdrop, because its content fills it.
    // What is shown only once is not lost by a click beside it.
    if ((event.target === dialog && !dialog.querySelector("[data-stays]")) || event.target.closest("[data-close]")) dialog.close()
  }, { signal })
  // A new page takes the place of the whole body: a modal that was only emptied would go on blocking it.
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail?.ctx?.target === document.body && dialog.open) dialog.close()
  }, { signal })
  document.body.addEventListener("dialog-close", () => dialog.open && dialog.close(), { signal })
})
