// The board: keys, drag, menus and what the server answers. Loaded on boards only, because it brings SortableJS.
import { behave } from "./rapport.js"
import { keys } from "./board-keys.js"

behave("board", (board, signal) => {
  keys(board, signal, () => {})
})
