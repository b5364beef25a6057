// A notice leaves by itself after six seconds, unless it is an error or somebody points at it.
import { behave } from "./behave.js"

const PATIENCE = 6000
let said = 0

behave("toast", (toast, signal) => {
  let timer
  const go = () => {
    toast.classList.add("leaving")
    setTimeout(() => toast.remove(), 160)
  }
  const wait = () => {
    if (!toast.classList.contains("error")) timer = setTimeout(go, PATIENCE)
  }
  toast.addEventListener("click", (event) => event.target.closest("[data-close]") && go(), { signal })
  toast.addEventListener("pointerenter", () => clearTimeout(timer), { signal })
  toast.addEventListener("focusin", () => clearTimeout(timer), { signal })
  toast.addEventListener("pointerleave", wait, { signal })
  toast.addEventListener("htmx:finally:request", go, { signal })
  // Of several about the same thing, such as a card moved thrice, the last one is enough. Without a topic of its own a
  // notice is about what it undoes: two answers that were asked for at the same moment both bring it.
  const { topic } = toast.dataset
  if (topic) for (const other of toast.parentElement.querySelectorAll(`[data-topic="${CSS.escape(topic)}"]`)) if (other !== toast) other.remove()
  wait()
})

/** Shows a notice that the page itself has to say, e.g. that the server cannot be reached. */
export function say(text, kind = "error") {
  const template = document.getElementById(`toast-${kind}`)
  if (!template) return
  const toast = template.content.firstElementChild.cloneNode(true)
  // With an id of its own no refresh of the page turns it into the server's next notice and takes that along when it leaves.
  toast.id = `said-${++said}`
  toast.querySelector("p").textContent = text
  document.getElementById("toasts").append(toast)
}
