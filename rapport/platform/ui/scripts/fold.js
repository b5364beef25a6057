// Folds the sidebar to its icons and remembers it.
import { behave, remember } from "./behave.js"

behave("fold", (button, signal) => {
  button.addEventListener("click", () => {
    const folded = document.body.classList.toggle("folded")
    remember("rapport_sidebar", folded ? "folded" : "")
  }, { signal })
})
