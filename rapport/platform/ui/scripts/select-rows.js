// Marking rows: the box in the head marks all, Shift marks a range, the action bar shows how many.
import { behave } from "./behave.js"

behave("select-rows", (form, signal) => {
  let last = null
  const boxes = () => [...form.querySelectorAll("tbody input[data-select]")]
  const show = () => {
    const all = boxes()
    const marked = all.filter((b) => b.checked)
    const head = form.querySelector("thead input[data-select-all]")
    if (head) {
      head.checked = marked.length > 0 && marked.length === all.length
      head.indeterminate = marked.length > 0 && marked.length < all.length
    }
    const bar = form.querySelector("[data-selection]")
    if (bar) {
      bar.hidden = marked.length === 0
      const count = bar.querySelector("[data-count]")
      if (count) count.textContent = marked.length.toLocaleString(document.documentElement.lang)
    }
    all.forEach((b) => b.closest("tr")?.toggleAttribute("data-marked", b.checked))
  }
  form.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-select]")
    if (box && event.shiftKey && last) {
      const all = boxes()
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b)
      if (from >= 0) all.slice(from, to + 1).forEach((b) => (b.checked = box.checked))
    }
    if (box) last = box
    if (event.target.closest?.("[data-select-none]")) {
      boxes().forEach((b) => (b.checked = false))
      show()
    }
  }, { signal })
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) boxes().forEach((b) => (b.checked = event.target.checked))
    show()
  }, { signal })
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && boxes().some((b) => b.checked)) {
      boxes().forEach((b) => (b.checked = false))
      show()
    }
  }, { signal })
  // A live update draws the list anew around the form and knows nothing of marks.
  document.addEventListener("htmx:after:swap", show, { signal })
  show()
})
