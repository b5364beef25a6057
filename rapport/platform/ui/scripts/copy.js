// A text to be taken along: the button beside it copies it, and a click into it marks all of it.
import { behave } from "./behave.js"

behave("copy", (input, signal) => {
  const button = input.parentElement?.querySelector("[data-copy]")
  input.addEventListener("focus", () => input.select(), { signal })
  button?.addEventListener("click", async () => {
    input.select()
    try {
      await navigator.clipboard.writeText(input.value)
    } catch {
      // Without https there is no clipboard: the text is marked, Ctrl+C does the rest.
      if (!document.execCommand("copy")) return
    }
    button.setAttribute("data-done", "")
    setTimeout(() => button.removeAttribute("data-done"), 2000)
  }, { signal })
})
