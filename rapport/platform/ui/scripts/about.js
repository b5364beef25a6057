// Which records something is about: what the combobox finds becomes a chip, and a chip that is unticked goes.
import { behave } from "./behave.js"

behave("about", (root, signal) => {
  const chosen = root.querySelector("[data-chosen]")
  const taken = root.querySelector("[data-taken]")
  const box = root.querySelector("[role=combobox]")
  const blank = root.querySelector("template")
  taken.addEventListener("change", () => {
    const value = taken.value
    const name = box.value
    taken.value = box.value = ""
    if (!value || [...chosen.querySelectorAll("input")].some((one) => one.value === value)) return
    const chip = blank.content.cloneNode(true)
    chip.querySelector("input").value = value
    chip.querySelector("span").textContent = name
    chosen.append(chip)
  }, { signal })
  chosen.addEventListener("change", (event) => {
    event.target.closest("label").remove()
    box.focus()
  }, { signal })
  box.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !box.value) chosen.lastElementChild?.remove()
  }, { signal })
})
