// A list by keyboard: arrows move a cursor over the cells, Enter or typing edits the one under it, Space opens the record
// beside, x marks the row. On the name (the first cell) Enter opens the record and letters are shortcuts, not text.
import { pressed, single } from "./keys.js"
import { behave, typing } from "./behave.js"
import { ahead, edit, editing, prefetch } from "./cell-editor.js"

const NOTE = 2200

// A live update of the table knows nothing of the cursor and of marks, and would take the focus with them.
window.htmx?.config.morphIgnore.push("tabindex", "aria-selected", "aria-readonly", "data-marked")

behave("grid", (table, signal) => {
  const rows = () => [...table.tBodies].flatMap((body) => [...body.rows]).filter((r) => !r.hidden && (r.dataset.row || r.dataset.group !== undefined))
  const cells = (row) => [...row.cells].filter((c) => !c.classList.contains("check"))
  const heads = () => [...(table.tHead?.rows[0]?.cells ?? [])]
  const headOf = (cell) => heads()[cell.cellIndex]
  let current = null
  let anchor = null
  // Where the cursor is, for when an update has put other cells in its place.
  const at = { row: "", column: 0 }

  const settle = () => {
    // The grid is one stop of the Tab key; what lies in its cells is reached from the cell.
    table.querySelectorAll("tbody :is(a, button, input)").forEach((e) => e.tabIndex = -1)
    if (current?.isConnected) return
    const lost = current && document.activeElement === document.body
    const row = document.getElementById(at.row) ?? rows()[0]
    const found = row && ((at.column && row.cells[at.column]) || cells(row)[0])
    if (!found) return
    point(found)
    if (lost) found.focus({ preventScroll: true })
  }
  const point = (cell) => {
    current?.removeAttribute("tabindex")
    current = cell
    cell.tabIndex = 0
    at.row = cell.parentElement.id
    at.column = cell.cellIndex
    if (cell.parentElement.dataset.row) {
      if (editable(cell)) cell.removeAttribute("aria-readonly")
      else cell.setAttribute("aria-readonly", "true")
    }
  }
  const go = (cell) => {
    if (!cell) return
    point(cell)
    cell.focus({ preventScroll: true })
    cell.scrollIntoView({ block: "nearest", inline: "nearest" })
    prefetch(table.dataset.entity, heads().filter((h) => h.dataset.editing === "type").map((h) => h.dataset.name))
  }
  const editable = (cell) => Boolean(headOf(cell)?.dataset.editing) && cell.parentElement.dataset.locked === undefined && Boolean(cell.parentElement.dataset.row)
  const move = (down, across) => {
    const all = rows()
    const at = all.indexOf(current?.parentElement)
    const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + down))]
    if (!row) return
    if (down > 0 && at === all.length - 1) table.querySelector("tr.more:last-child")?.scrollIntoView({ block: "nearest" })
    const here = Math.max(0, cells(current.parentElement).indexOf(current))
    const line = cells(row)
    go(line[Math.max(0, Math.min(line.length - 1, here + across))])
  }
  /** One cell on in reading order, over the ends of rows. */
  const step = (forward) => {
    const line = cells(current.parentElement)
    const at = line.indexOf(current) + (forward ? 1 : -1)
    if (line[at]) return go(line[at])
    const all = rows()
    const row = all[all.indexOf(current.parentElement) + (forward ? 1 : -1)]
    if (row) go(cells(row).at(forward ? 0 : -1))
    else go(current)
  }
  const say = (cell, text) => {
    document.querySelector(".r-cell-note")?.remove()
    const note = document.createElement("div")
    note.className = "r-cell-note"
    note.setAttribute("role", "status")
    document.body.append(note)
    const at = cell.getBoundingClientRect()
    const rtl = getComputedStyle(table).direction === "rtl"
    note.style.setProperty("inset-inline-start", `${Math.max(8, rtl ? innerWidth - at.right : at.left)}px`)
    note.style.setProperty("inset-block-start", `${at.bottom + 4}px`)
    note.textContent = text
    setTimeout(() => note.remove(), NOTE)
  }
  const begin = (cell, how = {}) => {
    if (!editable(cell)) {
      if (cell.parentElement.dataset.row) say(cell, cell.parentElement.dataset.locked !== undefined || !heads().some((h) => h.dataset.editing) ? table.dataset.locked : table.dataset.fixed)
      return
    }
    const head = headOf(cell)
    const flip = head.dataset.editing === "flip"
    if (flip && (how.typed !== undefined || how.key)) return
    edit(cell, { ...how, flip, field: head.dataset.name }, (where, rest) => {
      if (where === "") return
      if (!current?.isConnected) settle()
      if (where === "down") move(1, 0)
      else if (where === "next") step(true)
      else if (where === "previous") step(false)
      else go(current)
      if (rest && editable(current) && headOf(current).dataset.editing === "type") begin(current, { typed: rest, key: rest })
    })
  }
  const mark = (row, on) => {
    const box = row?.querySelector("input[data-select]")
    if (box && (on === undefined || box.checked !== on)) box.click()
  }
  const reach = (down) => {
    anchor ??= current.parentElement
    const all = rows()
    const from = all.indexOf(anchor)
    const before = all.indexOf(current.parentElement)
    move(down, 0)
    const now = all.indexOf(current.parentElement)
    for (const at of [before, now]) {
      const [a, b] = [Math.min(from, now), Math.max(from, now)]
      mark(all[at], at >= a && at <= b)
    }
  }
  const letters = single({
    "rows.next": () => move(1, 0),
    "rows.previous": () => move(-1, 0),
    "rows.mark": () => mark(current.parentElement),
    "rows.edit": () => begin(current),
  })

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("td, th")
    if (!cell || ![...table.tBodies].some((body) => body.contains(cell))) return
    if (typing(event.target) || editing() || ahead(event)) return
    if (cell !== current) point(cell)
    const command = event.ctrlKey || event.metaKey
    const row = cell.parentElement
    const rtl = getComputedStyle(table).direction === "rtl" ? -1 : 1
    const page = Math.max(1, Math.floor(table.parentElement.clientHeight / (row.offsetHeight || 34)) - 2)
    const line = cells(row)
    if (event.key !== "Shift" && !event.key.startsWith("Arrow")) anchor = null
    const keys = {
      ArrowDown: () => (event.shiftKey ? reach(1) : ((anchor = null), command ? go(cells(rows().at(-1))[line.indexOf(cell)]) : move(1, 0))),
      ArrowUp: () => (event.shiftKey ? reach(-1) : ((anchor = null), command ? go(cells(rows()[0])[line.indexOf(cell)]) : move(-1, 0))),
      ArrowRight: () => (row.dataset.group === undefined ? move(0, rtl) : fold(row, rtl > 0)),
      ArrowLeft: () => (row.dataset.group === undefined ? move(0, -rtl) : fold(row, rtl < 0)),
      Home: () => go(command ? cells(rows()[0])[0] : line[0]),
      End: () => go(command ? cells(rows().at(-1)).at(-1) : line.at(-1)),
      PageDown: () => move(page, 0),
      PageUp: () => move(-page, 0),
      F2: () => begin(cell),
      Enter: () => {
        if (row.dataset.group !== undefined) return fold(row)
        const link = cell.querySelector("a[href]")
        if (link && (cell === line[0] || command)) open(link, command && cell === line[0])
        else begin(cell)
      },
      Backspace: () => begin(cell, { typed: "", key: "" }),
      Delete: () => begin(cell, { typed: "", key: "" }),
    }
    if (event.altKey) return
    if (command && event.key.toLowerCase() === "a") {
      event.preventDefault()
      table.querySelector("input[data-select-all]")?.click()
      return
    }
    if (event.key === "Tab" && !event.shiftKey && !command) {
      // With rows selected one wants to do something with them: the bar comes before the footer.
      const bar = table.closest("form")?.querySelector("[data-selection]:not([hidden])")
      if (bar) {
        event.preventDefault()
        bar.querySelector("button:not([hidden])")?.focus()
      }
      return
    }
    if (event.key === " ") {
      event.preventDefault()
      if (event.shiftKey) mark(row)
      else if (row.dataset.group !== undefined) fold(row)
      else row.querySelector("[data-peek]")?.click()
      return
    }
    if (keys[event.key] && (!command || !["F2", "Backspace", "Delete"].includes(event.key))) {
      event.preventDefault()
      event.stopPropagation()
      keys[event.key]()
      return
    }
    if (command || event.key.length !== 1) return
    const told = cell !== line[0] && row.dataset.row && event.key !== "?"
    if (told && editable(cell)) {
      // The key goes into the editor, which takes the focus before the browser puts the letter anywhere.
      event.stopPropagation()
      const head = headOf(cell)
      begin(cell, head.dataset.editing === "type" ? { typed: "", key: event.key } : { key: event.key })
      if (!editing()) event.preventDefault()
    } else if (letters[event.key.toLowerCase()] && !event.shiftKey) {
      event.preventDefault()
      event.stopPropagation()
      letters[event.key.toLowerCase()]()
    } else if (told) {
      event.preventDefault()
      event.stopPropagation()
      begin(cell)
    }
  }, { signal })

  const open = (link, apart) => {
    if (apart) window.open(link.href)
    else link.click()
  }
  const fold = (row, on) => {
    const button = row.querySelector("[aria-expanded]")
    if (button && (on === undefined || (button.getAttribute("aria-expanded") === "true") !== on)) button.click()
  }

  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td, th")
    if (cell && cell !== current && [...table.tBodies].some((b) => b.contains(cell)) && !cell.classList.contains("check")) point(cell)
  }, { signal })
  table.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, select") || matchMedia("(max-width: 47.99rem)").matches) return
    const cell = event.target.closest("tbody td, tbody th")
    if (cell && !cell.classList.contains("check") && (cell.parentElement.dataset.row || cell.parentElement.dataset.group !== undefined)) go(cell)
  }, { signal })
  table.addEventListener("dblclick", (event) => {
    if (event.target.closest("a, button, input")) return
    const cell = event.target.closest("tbody tr[data-row] td:not(.check)")
    if (cell) begin(cell)
  }, { signal })
  // From anywhere on the page j and k go to the rows, as long as nobody types.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    if (table.contains(event.target) || document.querySelector("dialog[open]") || editing()) return
    if (!pressed(event, "rows.next") && !pressed(event, "rows.previous")) return
    event.preventDefault()
    if (current?.isConnected) go(current)
  }, { signal })
  document.addEventListener("htmx:after:swap", settle, { signal })
  settle()
})
