/* The keys of the review page. Each key presses what is on the page: without this file every
   button and link still works. Keys wait for the one before, so that none is lost. */
"use strict";
(() => {
  const waiting = []; /* keys, and what is typed for the field that the key before opens */
  let busy = true; /* until the page is ready */
  let framed = 0;
  let member = 0;
  let shown = "";

  const desk = () => document.getElementById("desk");
  const cells = () => [...document.querySelectorAll(".cell")];
  const members = () => [...document.querySelectorAll(".member")];
  const told = (text) => {
    const place = document.getElementById("told");
    if (place) place.textContent = text;
  };

  const isTyping = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  /* `still`: the page stays where it is scrolled to; a new answer is seen from its top. */
  function frame(place, move, still = false) {
    const all = cells();
    if (!all.length) return;
    framed = Math.max(0, Math.min(place, all.length - 1));
    all.forEach((cell, number) => cell.classList.toggle("framed", number === framed));
    if (move) {
      all[framed].focus({ preventScroll: true });
      if (!still) all[framed].scrollIntoView({ block: "nearest" });
    }
  }

  /* Of answers that are decided together the framed one is looked at. */
  function look(place, move) {
    const all = members();
    if (!all.length) return;
    member = Math.max(0, Math.min(place, all.length - 1));
    all.forEach((each, number) => each.classList.toggle("framed", number === member));
    const box = all[member].querySelector("input[name^='look ']");
    if (box) box.checked = true;
    if (move) {
      all[member].focus({ preventScroll: true });
      all[member].scrollIntoView({ block: "nearest" });
    }
  }

  function move(by) {
    return members().length ? look(member + by, true) : frame(framed + by, true);
  }

  function typeWords() {
    const cell = cells()[framed];
    const own = cells().map((each) => each.querySelector(".words")).filter(Boolean);
    const words = (cell && cell.querySelector(".words")) || own[own.length - 1];
    const field = document.getElementById("feedback-text") || words;
    if (field) field.focus();
  }

  function takeOut() {
    const all = members();
    if (all.length) press(all[member].querySelector(".take"));
  }

  function press(element) {
    if (!element) return;
    element.click();
  }

  function setLevel(digit) {
    const cell = cells()[framed];
    if (!cell) return;
    const button = cell.querySelector(`[data-digit="${digit}"]`);
    if (!button) {
      const keys = [...cell.querySelectorAll("[data-digit]")].map((each) => each.dataset.digit);
      const named = cell.dataset.letter ? `${cell.dataset.letter} has` : "This one has";
      const has = keys.length ? `the keys ${keys.join(", ")}` : "no number keys";
      told(`No key ${digit} here: ${named} ${has}. Nothing was changed.`);
      return;
    }
    framed += 1;
    press(button);
  }

  function addPhrase() {
    const cell = cells()[framed];
    const words = String(window.getSelection()).trim();
    const form = document.getElementById("phrase");
    if (!form || !cell) return;
    if (!words) {
      told("Mark some words of the answer first, then press + to put them into the rubric.");
      return;
    }
    form.elements.cell.value = cell.dataset.cell;
    form.elements.phrase.value = words;
    form.submit();
  }

  function toggleRubric() {
    const all = [...document.querySelectorAll("details.more")];
    const open = !all.every((each) => each.open);
    all.forEach((each) => (each.open = open));
  }

  function act(key) {
    if (/^[0-9]$/.test(key)) return setLevel(key);
    if (key === "j" || key === "ArrowDown") return move(1);
    if (key === "k" || key === "ArrowUp") return move(-1);
    if (key === "x") return takeOut();
    if (key === "r") return toggleRubric();
    if (key === "+") return addPhrase();
    if (key === "e") return typeWords();
    if (key === "t") {
      const field = document.getElementById("total-text");
      if (field) {
        field.closest("details").open = true;
        field.focus();
      }
      return undefined;
    }
    if (/^[A-Z]$/.test(key)) {
      const place = cells().findIndex((cell) => cell.dataset.letter === key);
      return place >= 0 ? frame(place, true) : undefined;
    }
    return press(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  }

  const known = (key) =>
    /^[0-9A-Zjkretx+]$/.test(key) ||
    key === "ArrowDown" ||
    key === "ArrowUp" ||
    document.querySelector(`[data-key="${CSS.escape(key)}"]`) !== null;

  /* Words typed before their field is there are not keys: they wait for it, whole. */
  function wait(key) {
    const last = waiting[waiting.length - 1];
    if (!last || !last.isOpen) {
      waiting.push(key);
      if (key === "e" || key === "t") waiting.push({ text: "", isOpen: true });
    } else if (key === "Escape") last.isOpen = false;
    else if (key === "Backspace") last.text = last.text.slice(0, -1);
    else if (key.length === 1) last.text += key;
  }

  function typeIn(words) {
    const field = document.activeElement;
    if (!isTyping(field)) return;
    /* As by a keyboard: a value that a script sets does not count as changed when it is left. */
    document.execCommand("insertText", false, words.text);
    if (!words.isOpen) field.blur();
  }

  function next() {
    while (waiting.length && !busy) {
      const first = waiting.shift();
      if (typeof first === "string") act(first);
      else typeIn(first);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isTyping(event.target)) {
      event.target.blur();
      frame(framed, true);
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const last = waiting[waiting.length - 1];
    const typed = last !== undefined && last.isOpen;
    if (!typed && !cells().length && (event.key === "ArrowDown" || event.key === "ArrowUp")) return;
    if (!typed && !known(event.key)) return;
    event.preventDefault();
    if (busy) wait(event.key);
    else act(event.key);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const cell = event.target.closest(".cell");
    const place = cell ? cells().indexOf(cell) : -1;
    if (place >= 0 && event.isTrusted) frame(place, false);
    const looked = event.target.closest(".member");
    if (looked && event.isTrusted) look(members().indexOf(looked), false);
  });

  /* A platform's own file is sent whole; the page then shows what would change in it. */
  async function send(file) {
    const drop = document.getElementById("drop");
    if (!drop || !file) return;
    told(`Reading ${file.name} …`);
    try {
      const answer = await fetch(`${drop.dataset.to}?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        headers: { "x-csrf": drop.dataset.csrf, "content-type": "application/octet-stream" },
        body: file,
      });
      const said = await answer.text();
      if (answer.ok) location.assign(said);
      else told(said);
    } catch {
      told("Not taken: the page gets no answer. Is 'assessor review' still running?");
    }
  }

  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!document.getElementById("drop") || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") send(event.dataTransfer.files[0]);
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "platform-file") send(event.target.files[0]);
  });

  /* Typed feedback is saved when its field is left. */
  document.addEventListener("change", (event) => {
    if (event.target.matches("#feedback-text, #reason-text")) {
      press(document.getElementById("save-remarks"));
    }
  });

  function settle() {
    const now = desk();
    if (!now || now.dataset.answer === undefined) return;
    const fresh = now.dataset.answer !== shown;
    if (fresh) {
      const first = shown !== "";
      shown = now.dataset.answer;
      framed = Number(now.dataset.framed || 0);
      member = 0;
      if (first) window.scrollTo(0, 0);
    }
    look(member, false);
    frame(framed, !isTyping(document.activeElement), fresh);
    told(now.dataset.said || "");
    const answered = now.querySelector("[data-arrives]");
    if (answered) answered.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:after:process", (event) => {
    if (event.target !== document.body) return;
    busy = false;
    next();
  });
  document.addEventListener("htmx:before:request", () => {
    busy = true;
  });
  document.addEventListener("htmx:after:swap", settle);
  document.addEventListener("htmx:finally:request", () => {
    busy = false;
    next();
  });
  document.addEventListener("htmx:error", () => {
    waiting.length = 0;
    told("Not saved: the page gets no answer. Is 'assessor review' still running in the terminal?");
  });
  document.addEventListener("DOMContentLoaded", settle);
})();
