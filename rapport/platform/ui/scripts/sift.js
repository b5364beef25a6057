// A long list of choices: what is typed into its search field leaves those that contain it. The ticked ones always stay.
import { behave } from "./behave.js"

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

behave("sift", (root, signal) => {
  const box = root.querySelector("[data-sift]")
  box.hidden = false
  const choices = [...root.querySelectorAll("label, [data-choice]")].map((one) => [one, bare(one.textContent)])
  box.addEventListener("input", (event) => {
    event.stopPropagation()
    const wanted = bare(box.value.trim())
    for (const [one, text] of choices) one.hidden = !text.includes(wanted) && !one.querySelector("input")?.checked
    root.querySelectorAll("[data-choices]").forEach((group) => (group.hidden = !group.querySelector("label:not([hidden]), [data-choice]:not([hidden])")))
  }, { signal })
  // The search is of the list alone: what is typed changes no filter, and Enter takes the only choice that is left.
  box.addEventListener("change", (event) => event.stopPropagation(), { signal })
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return
    event.preventDefault()
    const left = choices.map(([one]) => one).filter((one) => !one.hidden && !one.querySelector("input:checked"))
    if (left.length && box.value.trim()) left[0].querySelector("input")?.click()
  }, { signal })
})
