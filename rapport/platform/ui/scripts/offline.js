// A request that never arrived must not pass in silence.
import { say } from "./toast.js"

document.addEventListener("htmx:error", (event) => {
  const error = event.detail?.error
  if (error?.name === "AbortError") return
  if (error instanceof TypeError || event.detail?.ctx?.status?.includes?.("timeout")) {
    say(document.getElementById("toast-error")?.dataset.offline ?? "", "error")
  }
})
