// Tabs of saved views: dragged to another place, which is kept for the user. By keyboard the view's menu moves them.
import { behave } from "./behave.js"

behave("tab-order", (nav, signal) => {
  let carried = null
  let from = -1
  const tabs = () => [...nav.querySelectorAll("a[data-key]")]
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" })
  nav.addEventListener("dragstart", (event) => {
    carried = event.target.closest?.("a[data-key]")
    if (!carried) return
    from = tabs().indexOf(carried)
    carried.dataset.carried = ""
    event.dataTransfer.effectAllowed = "move"
  }, { signal })
  nav.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("a[data-key]")
    if (!carried || !over) return
    event.preventDefault()
    if (over === carried) return
    const all = tabs()
    if (all.indexOf(over) > all.indexOf(carried)) over.after(carried)
    else over.before(carried)
  }, { signal })
  nav.addEventListener("drop", (event) => carried && event.preventDefault(), { signal })
  nav.addEventListener("dragend", async () => {
    if (!carried) return
    const moved = carried
    const to = tabs().indexOf(moved)
    delete moved.dataset.carried
    carried = null
    if (to === from) return
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["x-csrftoken"]
    await fetch(`${nav.dataset.place}${moved.dataset.key}/place`, {
      method: "POST",
      headers: { "x-csrftoken": token, "x-quiet": "1" },
      body: new URLSearchParams({ to }),
    })
  }, { signal })
})
