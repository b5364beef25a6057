// Files for a record: chosen by the button, or dropped anywhere on its page or panel; each is sent for itself and shows how far it is.
import { behave } from "./behave.js"

behave("files", (root, signal) => {
  const place = root.closest("#panel") ?? document.getElementById("main")
  const list = root.querySelector("[data-uploads]")
  const input = root.querySelector("input[type=file]")
  const line = (name) => {
    const item = document.createElement("li")
    const label = document.createElement("span")
    label.className = "cut"
    label.textContent = name
    const bar = document.createElement("progress")
    bar.max = 100
    bar.value = 0
    bar.setAttribute("aria-label", name)
    item.append(label, bar)
    list.append(item)
    return {
      at: (percent) => (bar.value = percent),
      end: (text, wrong) => {
        const said = document.createElement("small")
        said.textContent = text
        item.classList.toggle("wrong", wrong)
        bar.replaceWith(said)
        // What went wrong stays to be read.
        if (!wrong) setTimeout(() => item.remove(), 2500)
      },
    }
  }
  const send = (file) => new Promise((done) => {
    const shown = line(file.name)
    if (file.size > Number(root.dataset.largest)) {
      shown.end(root.dataset.tooLarge, true)
      return done()
    }
    const form = new FormData()
    form.append("file", file, file.name)
    const request = new XMLHttpRequest()
    request.open("POST", root.dataset.url)
    request.setRequestHeader("Accept", "application/json")
    request.setRequestHeader("X-CSRFToken", root.querySelector("[name=csrfmiddlewaretoken]").value)
    request.upload.addEventListener("progress", (event) => event.lengthComputable && shown.at((100 * event.loaded) / event.total))
    request.addEventListener("load", () => {
      let answer = {}
      try {
        answer = JSON.parse(request.responseText)
      } catch {
        // No JSON: not our view but something before it answered.
      }
      const wrong = answer.refused?.[0]?.error
      if (wrong || request.status >= 400) shown.end(wrong ?? `${request.status}`, true)
      else shown.end(root.dataset.done, false)
      done()
    })
    request.addEventListener("error", () => {
      shown.end(root.dataset.failed, true)
      done()
    })
    request.send(form)
  })
  const take = async (files) => {
    for (const file of [...files]) {
      await send(file)
      document.body.dispatchEvent(new CustomEvent(root.dataset.event))
    }
  }
  input.addEventListener("change", () => {
    take(input.files)
    input.value = ""
  }, { signal })

  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files")
  // Fields with files of their own, as a picture, take what is dropped on them.
  const ours = (event) => carriesFiles(event) && place.contains(event.target) && !event.target.closest("[data-behaviour~=drop]")
  const over = (on) => {
    place.classList.toggle("r-dropping", on)
    place.dataset.drop = root.dataset.drop
  }
  document.addEventListener("dragover", (event) => {
    if (!ours(event)) return over(false)
    event.preventDefault()
    over(true)
  }, { signal })
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false), { signal })
  document.addEventListener("drop", (event) => {
    if (!ours(event)) return
    event.preventDefault()
    over(false)
    take(event.dataTransfer.files)
  }, { signal })
})
