// The editor over a cell of a list. It lies above the page and not in the table, so that a live update of the table
// cannot take away what is being typed.
import { say } from "./toast.js"

const blanks = new Map()
let open = null
let coming = null

/** Fetches the empty editors of all columns once, so that the first key typed into a cell finds its editor there. */
export async function prefetch(entity, fields) {
  const missing = fields.filter((field) => !blanks.has(`/${entity}/${field}`))
  if (!missing.length) return
  missing.forEach((field) => blanks.set(`/${entity}/${field}`, ""))
  const text = await bring(`/${entity}/grid?fields=${missing.join(",")}`)
  const made = text ? JSON.parse(text) : {}
  missing.forEach((field) => (made[field] ? blanks.set(`/${entity}/${field}`, made[field]) : blanks.delete(`/${entity}/${field}`)))
}

/** Whether an editor is open. */
export const editing = () => open !== null

/** Takes a key pressed while an editor is on its way, and says whether there is one. */
export function ahead(event) {
  if (!coming) return false
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) coming.text += event.key
  else if (event.key === "Backspace") coming.text = coming.text.slice(0, -1)
  else if (event.key === "Enter" || event.key === "Tab") coming.step = event.key === "Enter" ? "down" : event.shiftKey ? "previous" : "next"
  event.preventDefault()
  event.stopPropagation()
  return true
}

/**
 * Opens the editor of a cell. how.typed: the text to begin with instead of the value ("" begins empty and lets the
 * browser put in the key that is being pressed); how.flip: turns yes into no at once. after(step) is called when it
 * is closed again: step is "next", "previous", "down", "stay" or "" (the focus is elsewhere already).
 */
export async function edit(cell, how, after) {
  if (open && !(await open.save(""))) return
  const table = cell.closest("table")
  const { entity } = table.dataset
  const field = how.field
  const id = cell.parentElement.dataset.row
  const kept = how.typed !== undefined && blanks.get(`/${entity}/${field}`)
  coming = kept ? null : { text: how.typed || (how.typed === "" && how.key) || "", step: "" }
  const html = kept || (await bring(`/${entity}/${id}/grid/${field}`))
  const typed = coming
  coming = null
  if (!html) return say(table.dataset.offline)
  if (open || !cell.isConnected) return
  open = new Editor(cell, `/${entity}/${id}/grid/${field}`, after)
  open.show(html)
  if (kept) open.form.elements.version.value = cell.parentElement.dataset.version
  open.begin(typed?.text ? { ...how, typed: typed.text } : how)
  if (typed?.step) open.save(typed.step)
}

async function bring(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } })
    return answer.ok && !answer.redirected ? await answer.text() : ""
  } catch {
    return ""
  }
}

class Editor {
  constructor(cell, url, after) {
    this.row = cell.parentElement.id
    this.column = cell.cellIndex
    this.url = url
    this.after = after
    this.table = cell.closest("table")
    this.saving = null
    this.ahead = ""
    this.life = new AbortController()
    this.box = document.createElement("div")
    this.box.className = "r-cell-editor"
    this.box.setAttribute("role", "dialog")
    this.box.setAttribute("aria-label", this.table.tHead?.rows[0]?.cells[this.column]?.textContent.trim() ?? "")
    document.body.append(this.box)
    const { signal } = this.life
    this.box.addEventListener("keydown", (event) => this.key(event), { signal })
    this.box.addEventListener("submit", (event) => {
      event.preventDefault()
      this.save("stay", true)
    }, { signal })
    this.box.addEventListener("click", (event) => {
      if (event.target.closest("[data-cancel]")) this.close("stay")
      else if (event.target.closest("[data-theirs]")) this.takeTheirs()
    }, { signal })
    this.box.addEventListener("focusout", (event) => {
      if (this.box.contains(event.relatedTarget) || !document.hasFocus()) return
      // Choosing an option moves the focus for a moment; what has come back by then has not left.
      setTimeout(() => this.box.isConnected && !this.box.contains(document.activeElement) && this.save(""), 120)
    }, { signal })
    this.box.addEventListener("input", (event) => {
      if (event.target.matches("[role=combobox]")) this.unnamed = event.target.value.trim() !== ""
    }, { signal })
    this.box.addEventListener("change", (event) => {
      if (!event.target.matches(".r-combo > input[type=hidden]")) return
      this.unnamed = false
      // A click on an option is the whole answer; Enter and Tab say themselves where to go.
      setTimeout(() => this.box.isConnected && !this.saving && this.save("stay"))
    }, { signal })
    const place = () => this.place()
    addEventListener("resize", place, { signal })
    document.addEventListener("scroll", place, { signal, capture: true, passive: true })
    document.addEventListener("htmx:after:swap", place, { signal })
  }

  /** The cell as it is now: an update may have drawn its row anew, or taken it away. */
  get cell() {
    return document.getElementById(this.row)?.cells[this.column]
  }

  show(html) {
    // Our own server's HTML, escaped by its templates like any htmx answer.
    this.box.innerHTML = html
    this.form = this.box.querySelector("form")
    this.form.action = this.url
    this.before = this.value()
    this.place()
  }

  begin(how) {
    const first = this.focusables()[0]
    if (how.flip) {
      const box = this.form.querySelector("input[type=checkbox]")
      if (box) box.checked = !box.checked
      first?.focus()
      this.save("stay")
      return
    }
    const box = this.form.querySelector("[role=combobox]")
    if (how.typed !== undefined) {
      // An empty text is a change like any other.
      this.before = null
      first?.focus()
      for (const input of this.texts()) input.value = ""
      // A day is typed part by part, which only the browser can do.
      if (how.typed && this.texts().includes(first) && !first.matches("[type=date], [type=time], [type=datetime-local]")) {
        first.value = how.typed
        first.dispatchEvent(new Event("input", { bubbles: true }))
      }
    } else {
      const starts = (label) => how.key && label.textContent.trim().toLowerCase().startsWith(how.key.toLowerCase())
      const word = [...this.form.querySelectorAll(".r-tagpick label")].find(starts)
      ;(word?.querySelector("input") ?? first)?.focus()
      // Its behaviour is connected once this task is over.
      if (box) setTimeout(() => box.click())
      else if (first?.matches("input:not([type=checkbox],[type=radio]), textarea")) first.select?.()
      if (first?.matches("select")) {
        try {
          first.showPicker?.()
        } catch {
          // Without a recent key or click the browser keeps the list closed; the arrows work all the same.
        }
      }
    }
  }

  texts() {
    return [...this.form.querySelectorAll("input:not([type=hidden],[type=checkbox],[type=radio]), textarea")].filter((i) => !i.name.endsWith("_currency"))
  }

  focusables() {
    return [...this.form.querySelectorAll("input:not([type=hidden]), select, textarea")]
  }

  value() {
    return JSON.stringify([...new FormData(this.form)].map(([k, v]) => [k, typeof v === "string" ? v : v.name]))
  }

  place() {
    const { cell, box } = this
    if (!cell) return
    const at = cell.getBoundingClientRect()
    const rtl = getComputedStyle(document.documentElement).direction === "rtl"
    box.style.setProperty("min-inline-size", `${Math.max(at.width, 176)}px`)
    const width = box.offsetWidth
    const start = rtl ? innerWidth - at.right : at.left
    box.style.setProperty("inset-inline-start", `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`)
    box.style.setProperty("inset-block-start", `${Math.max(8, Math.min(at.top, innerHeight - box.offsetHeight - 8))}px`)
    box.style.setProperty("--row", `${at.height}px`)
  }

  key(event) {
    if (this.saving) {
      // What is typed while the server answers belongs to the next cell.
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.ahead += event.key
      event.preventDefault()
      return
    }
    if (event.defaultPrevented && event.key !== "Tab") {
      // The combobox has taken an option by Enter.
      if (event.key === "Enter" && !this.unnamed) this.save("down")
      return
    }
    if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      this.close("stay")
    } else if (event.key === "Enter" && (!event.target.matches("textarea") || event.ctrlKey || event.metaKey || !event.target.closest("[data-widget=long_text]"))) {
      if (event.target.matches("button")) return
      event.preventDefault()
      this.save("down", true)
    } else if (event.key === "Tab") {
      const inside = this.focusables().filter((f) => f.offsetParent && f.type !== "hidden")
      const at = inside.indexOf(event.target)
      const leaving = this.several() ? (event.shiftKey ? at <= 0 : at >= inside.length - 1 || event.target.matches("button")) : true
      if (!leaving) return
      event.preventDefault()
      this.save(event.shiftKey ? "previous" : "next", true)
    }
  }

  /** Whether Tab has somewhere to go inside: several addresses, or an amount and its currency. */
  several() {
    return this.form.matches("[data-widget=points], [data-widget=addresses], [data-widget=money]") || this.form.querySelector(".r-tagpick label:nth-of-type(2)")
  }

  /** Saves and closes; resolves to false if the editor stays open. */
  save(step, asked = false) {
    this.saving ??= this.send(step, asked).finally(() => (this.saving = null))
    return this.saving
  }

  async send(step) {
    if (!this.box.isConnected) return true
    if (this.unnamed && !(await this.named())) return this.stay(this.table.dataset.unknown)
    if (this.value() === this.before) {
      this.close(step)
      return true
    }
    this.form.setAttribute("aria-busy", "true")
    let answer
    try {
      answer = await fetch(this.url, { method: "POST", body: new FormData(this.form), headers: { Accept: "application/json" } })
    } catch {
      return this.stay(this.table.dataset.offline)
    }
    const type = answer.headers.get("Content-Type") ?? ""
    if (answer.status === 422 || answer.status === 409) {
      this.show(await answer.text())
      this.before = null
      this.focusables()[0]?.focus()
      return false
    }
    if (type.includes("json")) {
      const told = await answer.json()
      if (answer.ok) return this.saved(told, step)
      return this.stay(told.refused)
    }
    return this.stay(answer.status === 404 ? this.table.dataset.gone : this.table.dataset.offline)
  }

  /** Whoever types fast has pressed Enter before the options came: the first one is meant, if there is one. */
  async named() {
    for (let wait = 0; wait < 20; wait++) {
      const option = this.box.querySelector("[role=option][aria-selected=true]")
      if (option) {
        option.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, cancelable: true }))
        return true
      }
      if (this.box.querySelector("[role=listbox] p")) return false
      await new Promise((done) => setTimeout(done, 50))
    }
    return false
  }

  stay(why) {
    this.form.removeAttribute("aria-busy")
    say(why)
    this.focusables()[0]?.focus()
    return false
  }

  saved(told, step) {
    const { cell } = this
    if (cell) {
      if (cell.classList.contains("main")) cell.querySelector(".cut").textContent = told.text
      else cell.innerHTML = told.html
      cell.querySelectorAll("a, button, input").forEach((e) => (e.tabIndex = -1))
      cell.parentElement.dataset.version = told.version
    }
    const toasts = document.getElementById("toasts")
    // Of many cells in a row only the last one's notice stays; the history has them all.
    toasts.querySelectorAll("[data-of-cell]").forEach((t) => t.remove())
    toasts.insertAdjacentHTML("beforeend", told.notice)
    toasts.lastElementChild.dataset.ofCell = ""
    window.htmx.process(toasts.lastElementChild)
    this.close(step)
    return true
  }

  takeTheirs() {
    const theirs = this.box.querySelector("template[data-their-cell]")
    if (theirs && this.cell && !this.cell.classList.contains("main")) this.cell.replaceChildren(theirs.content)
    this.close("stay")
  }

  close(step) {
    this.life.abort()
    open = null
    const inside = this.box.contains(document.activeElement)
    const { ahead } = this
    this.after(step || (inside ? "stay" : ""), ahead)
    this.box.remove()
  }
}
