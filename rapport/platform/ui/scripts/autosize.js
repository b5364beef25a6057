// A text area as high as its text. Browsers with field-sizing do it by style alone.
import { behave } from "./behave.js"

behave("autosize", (area, signal) => {
  if (CSS.supports("field-sizing", "content")) return
  const fit = () => {
    area.style.blockSize = "auto"
    area.style.blockSize = `${area.scrollHeight + 2}px`
  }
  area.addEventListener("input", fit, { signal })
  fit()
})
