// Small helpers. Words of people only ever become text nodes: nothing here reads HTML.

/** el("p.note", {title: "..."}, "text", child, ...): an element; on* are listeners, null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  if (name === "button") made.type = "button";
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of strokes in a box of 24 by 24. */
export function icon(...paths) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    drawn.append(path);
  }
  return drawn;
}

export const ICONS = {
  back: ["M15 5l-7 7 7 7"],
  send: ["M4 12l16-7-6 15-3-6-7-2z"],
  eye: ["M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z", "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  check: ["M5 13l4.5 4.5L19 7"],
  close: ["M6 6l12 12M18 6L6 18"],
  attach: ["M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L15 7"],
  out: ["M8 16L17 7M10 7h7v7"],
};

/** The charity's logo, as the bot's picture; `size` in pixels. */
export const logo = (size) => el("img.face", { src: "/static/tablee.svg", alt: "", width: size, height: size });

/** A person's first letter in their color, in place of a picture. */
export const letter = (key, name) => el(`span.face.letter.${key}`, { "aria-hidden": "true" }, name.slice(0, 1));

/** Keep the children of `list` in step with `items` ({key, mark, draw}); untouched ones stay as they are. */
export function keep(list, items) {
  const there = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const first = there.size === 0;
  let before = null;
  let touched = null;
  for (const { key, mark, draw } of items) {
    let node = there.get(key);
    if (!node || node.dataset.mark !== mark) {
      const drawn = draw();
      drawn.dataset.key = key;
      drawn.dataset.mark = mark;
      if (!first) announce(drawn, node ? "changed" : "fresh");
      if (node) node.replaceWith(drawn);
      node = drawn;
      touched = node;
    }
    there.delete(key);
    const place = before ? before.nextSibling : list.firstChild;
    if (node !== place) list.insertBefore(node, place);
    before = node;
  }
  for (const gone of there.values()) gone.remove();
  return touched;
}

/** Draw attention once; the class goes with its animation, or it would play again whenever the page is laid out. */
function announce(node, how) {
  node.classList.add(how);
  node.addEventListener("animationend", (event) => event.target === node && node.classList.remove(how));
}

/** Bring a message into view: where it is taller than the screen down to its first buttons, else the end of the list. */
export function reveal(scroller, node, smooth) {
  const tall = node.offsetHeight > scroller.clientHeight - 24;
  const last = node === node.parentElement.lastElementChild;
  const top = tall ? topOfTall(scroller, node) : last ? scroller.scrollHeight : node.offsetTop - scroller.clientHeight / 3;
  scroller.scrollTo({ top, behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "auto" });
}

function topOfTall(scroller, node) {
  const buttons = node.querySelector(".row");
  const below = buttons ? buttons.getBoundingClientRect().bottom - node.getBoundingClientRect().top : 0;
  return node.offsetTop + Math.max(-12, below + 12 - scroller.clientHeight);
}

/** Close the menus above the message field, as a tap on the messages does. */
export function closeMenu(screen) {
  for (const menu of screen.querySelectorAll(".commands")) menu.hidden = true;
}

/** The messages as items of `keep`, with the day above the first one of each day. */
export function byDay(messages, locale, draw) {
  const items = [];
  let day = "";
  for (const message of messages) {
    const at = new Date(message.at * 1000);
    if (time(at).date !== day) {
      day = time(at).date;
      const shown = dayOf(at, locale, "long");
      items.push({ key: `day ${day}`, mark: shown, draw: () => el("p.day", {}, el("span", {}, shown)) });
    }
    items.push({ key: String(message.id), mark: JSON.stringify(message), draw: () => draw(message) });
  }
  return items;
}

/** The time as a phone shows it beside a message. */
export function clock(seconds) {
  const { hour, minute } = time(new Date(seconds * 1000));
  return `${hour}:${minute}`;
}

let timeZone; // of the charity and of everyone in the demo, wherever the visitor is
let parts;

/** Show all times in this time zone. */
export function useZone(name) {
  timeZone = name;
  const numbers = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  parts = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", ...numbers });
}

/** Hour, two digits of minutes, and the date as "2026-12-01". */
export function time(at) {
  const { year, month, day, hour, minute } = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
  return { hour: Number(hour), minute, date: `${year}-${month}-${day}` };
}

/** « 1er décembre », "December 1"; `month`: long or short. */
export const dayOf = (at, locale, month) =>
  at.toLocaleDateString(locale === "fr" ? "fr-CA" : "en-CA", { timeZone, day: "numeric", month });
