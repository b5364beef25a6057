// The columns panel: chosen fields lie in the upper list in the order of the columns. Ticking moves a field there, the
// arrows and dragging move it within, and what is submitted is the order as it stands.
import { behave } from "./behave.js"

behave("arrange", (form, signal) => {
  const list = form.querySelector("[data-arranged]")
  const said = form.querySelector("[data-said]")
  let carried = null
  const rows = () => [...list.querySelectorAll("li")]
  const say = (row) => {
    const texts = { name: row.querySelector("label span").textContent, place: rows().indexOf(row) + 1, count: rows().length }
    said.textContent = form.dataset.moved.replace(/\{(\w+)\}/g, (_, key) => texts[key])
  }
  rows().forEach((row) => (row.draggable = true))
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]")
    if (!button) return
    event.preventDefault()
    const row = button.closest("li")
    const up = "up" in button.dataset
    const other = up ? row.previousElementSibling : row.nextElementSibling
    if (other) up ? other.before(row) : other.after(row)
    button.focus()
    say(row)
  }, { signal })
  form.addEventListener("change", (event) => {
    const box = event.target.closest("input[name=column]")
    if (!box || box.closest("[data-arranged]") || !box.checked) return
    // A field that was added stands last; the rest of its row is that of any other, with its own name.
    const pattern = rows()[0]?.cloneNode(true)
    if (!pattern) return
    const label = box.closest("label")
    pattern.dataset.column = box.value
    pattern.draggable = true
    const own = pattern.querySelector("input")
    const group = label.closest("fieldset").querySelector("legend").textContent
    const name = label.closest("[data-choices]").previousElementSibling?.querySelector("[data-arranged]") ? label.textContent : `${group}: ${label.textContent}`
    const before = pattern.querySelector("label span").textContent
    own.value = box.value
    own.checked = true
    pattern.querySelector("label span").textContent = name
    pattern.querySelectorAll("[aria-label]").forEach((e) => e.setAttribute("aria-label", e.getAttribute("aria-label").replace(before, name)))
    pattern.querySelectorAll("[value]").forEach((e) => e.matches("button") && (e.value = e.value.replace(/:.*/, `:${box.value}`)))
    list.append(pattern)
    label.remove()
    own.focus()
    say(pattern)
  }, { signal })
  list.addEventListener("dragstart", (event) => {
    carried = event.target.closest("li")
    carried.dataset.carried = ""
    event.dataTransfer.effectAllowed = "move"
  }, { signal })
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li")
    if (!carried || !over) return
    event.preventDefault()
    if (over === carried) return
    const all = rows()
    if (all.indexOf(over) > all.indexOf(carried)) over.after(carried)
    else over.before(carried)
  }, { signal })
  list.addEventListener("drop", (event) => event.preventDefault(), { signal })
  list.addEventListener("dragend", () => {
    if (!carried) return
    delete carried.dataset.carried
    say(carried)
    carried = null
  }, { signal })
})
