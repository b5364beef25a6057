// Selecting rows: the box in the head takes all shown, Shift a range; when all shown are taken, the bar offers all that match.
import { behave } from "./behave.js"

const HOLD = 500
const STIR = 10

behave("select-rows", (form, signal) => {
  let last = null
  let matching = null
  const boxes = () => [...form.querySelectorAll("tbody tr:not([hidden]) input[data-select]")]
  const bar = form.querySelector("[data-selection]")
  const whole = () => form.elements.everything?.value === "1"
  const all = (on) => {
    if (form.elements.everything && !on) form.elements.everything.value = ""
    boxes().forEach((box) => (box.checked = on))
  }
  const show = () => {
    const shown = boxes()
    if (whole()) shown.forEach((box) => (box.checked = true))
    const marked = shown.filter((box) => box.checked)
    const complete = marked.length > 0 && marked.length === shown.length
    const head = form.querySelector("thead input[data-select-all]")
    if (head) {
      head.checked = complete
      head.indeterminate = marked.length > 0 && !complete
    }
    shown.forEach((box) => {
      const row = box.closest("tr")
      row.toggleAttribute("data-marked", box.checked)
      row.setAttribute("aria-selected", box.checked)
    })
    form.toggleAttribute("data-selecting", marked.length > 0)
    if (!bar) return
    bar.hidden = marked.length === 0
    const count = bar.querySelector("[data-count]")
    if (whole() && matching) count.textContent = matching.said
    else count.textContent = (bar.dataset.said ?? "{n}").replace("{n}", marked.length.toLocaleString(document.documentElement.lang))
    offer(complete && !whole() && Boolean(form.querySelector("tr.more, tr[data-group]")))
  }
  /** Counts exactly what matches, once it is wanted, and offers to take all of it. */
  const offer = async (wanted) => {
    const button = bar.querySelector("[data-select-matching]")
    if (!button) return
    if (!wanted) {
      button.hidden = true
      return
    }
    const url = new URL(bar.dataset.countUrl, location.href)
    for (const name of ["filter", "q"]) url.searchParams.set(name, form.elements[name].value)
    try {
      const answer = await fetch(url, { signal, headers: { Accept: "application/json" } })
      if (!answer.ok || answer.redirected) return
      matching = await answer.json()
      button.textContent = matching.offer
      button.hidden = whole() || !form.querySelector("thead input[data-select-all]")?.checked
    } catch {
      button.hidden = true
    }
  }
  form.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-select]")
    if (box && event.shiftKey && last?.isConnected) {
      const shown = boxes()
      const [from, to] = [shown.indexOf(last), shown.indexOf(box)].sort((a, b) => a - b)
      if (from >= 0) shown.slice(from, to + 1).forEach((b) => (b.checked = box.checked))
      getSelection()?.removeAllRanges()
    }
    if (box) last = box
    if (event.target.closest?.("[data-select-matching]")) {
      form.elements.everything.value = "1"
      show()
      bar.querySelector("button:not([hidden])")?.focus()
    }
    if (event.target.closest?.("[data-select-none]")) {
      all(false)
      picking = false
      form.removeAttribute("data-picking")
      show()
    }
  }, { signal })
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) all(event.target.checked)
    else if (event.target.matches("[data-select]") && !event.target.checked && form.elements.everything) form.elements.everything.value = ""
    else if (!event.target.matches("[data-select]")) return
    show()
  }, { signal })
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && boxes().some((b) => b.checked)) {
      event.preventDefault()
      all(false)
      show()
    }
  }, { signal })
  // On a phone a row that is held is selected; from then on, or after the button "Select", a tap selects.
  const phone = matchMedia("(max-width: 47.99rem)")
  let held = null
  let picking = false
  const drop = () => {
    clearTimeout(held?.timer)
    held = null
  }
  const pick = (row) => {
    const box = row.querySelector("input[data-select]")
    if (!box) return
    box.click()
    picking = boxes().some((b) => b.checked)
    form.toggleAttribute("data-picking", picking)
  }
  form.addEventListener("pointerdown", (event) => {
    const row = event.target.closest?.("tr[data-row]")
    if (!row || !phone.matches || event.target.matches("input")) return
    held = { x: event.clientX, y: event.clientY, done: false }
    held.timer = setTimeout(() => {
      if (!held) return
      held.done = true
      pick(row)
    }, HOLD)
  }, { signal })
  form.addEventListener("pointermove", (event) => {
    if (held && Math.hypot(event.clientX - held.x, event.clientY - held.y) > STIR) drop()
  }, { signal })
  form.addEventListener("pointercancel", drop, { signal })
  form.addEventListener("contextmenu", (event) => held && event.preventDefault(), { signal })
  form.addEventListener("click", (event) => {
    if (event.target.matches?.("input[data-select]")) return
    const row = event.target.closest?.("tr[data-row]")
    const was = held
    drop()
    if (event.target.closest?.("[data-pick]")) {
      picking = !picking
      if (!picking) all(false)
      form.toggleAttribute("data-picking", picking)
      show()
    } else if (row && phone.matches && (was?.done || picking)) {
      event.preventDefault()
      event.stopPropagation()
      if (!was?.done) pick(row)
    }
  }, { signal, capture: true })
  // A live update draws the list anew around the form and knows nothing of marks.
  document.addEventListener("htmx:after:swap", (event) => {
    // A whole new page comes after something was done with the selected, which are left alone then.
    if (event.detail?.ctx?.target === document.body) all(false)
    show()
  }, { signal })
  show()
})
