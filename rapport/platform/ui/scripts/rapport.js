// Everything a page of Rapport does on its own. assets.py joins these files into one module.
import "./autosize.js"
import "./choose.js"
import "./combobox.js"
import "./composer.js"
import "./copy.js"
import "./create.js"
import "./dialog.js"
import "./drop.js"
import "./files.js"
import "./fold.js"
import "./grid.js"
import "./inline-edit.js"
import "./keys.js"
import "./letters.js"
import "./live.js"
import "./mentions.js"
import "./menu.js"
import "./offline.js"
import "./palette.js"
import "./peek.js"
import "./select-rows.js"
import "./settings-search.js"
import "./shortcuts.js"
import "./sift.js"
import "./tab-order.js"
import "./tabs.js"
import "./theme.js"
import "./toast.js"
import "./tool-panel.js"
import { behave, remember, start, typing } from "./behave.js"
import { pressed } from "./keys.js"
import { say } from "./toast.js"

// Scripts of single pages come after this one and register theirs before anything is connected.
if (document.readyState === "complete") start()
else document.addEventListener("DOMContentLoaded", start)

export { behave, pressed, remember, say, typing }
