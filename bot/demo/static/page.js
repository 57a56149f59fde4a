// The page: what is known, who you are, and what came of each tap. The phones and the board draw themselves.
import { el, icon, ICONS } from "./dom.js";
import { drawTelegram } from "./telegram.js";
import { drawDiscord } from "./discord.js";
import { drawStaff } from "./staff.js";

const $ = (selector) => document.querySelector(selector);
const asked = new URLSearchParams(location.search);
const page = {
  locale: asked.get("l") ?? (navigator.language.startsWith("en") ? "en" : "fr"),
  me: { telegram: asked.get("telegram") ?? "camille", discord: asked.get("discord") ?? "alex" },
  chat: { telegram: "channel", discord: "channel" },
  words: {},
  people: [],
  tasks: [],
  charity: "",
  state: null,
  paid: new Set(),
};

/** A text of the page, or of a phone in its holder's language; what is in braces is filled in. */
const speak = (locale) => (key, fill = {}) =>
  Object.entries(fill).reduce((text, [name, value]) => text.replace(`{${name}}`, value), page.words[locale][key] ?? key);
page.say = (key, fill) => speak(page.locale)(key, fill);
page.voice = (place) => speak(page.person(place).locale);
page.person = (place) => page.people.find((person) => person.key === page.me[place]);

/** Do something as the person on that phone, or as staff; then show what came of it. */
page.act = async (name, given = {}) => {
  const [place] = name.split(".");
  const body = JSON.stringify({ as: page.me[place], l: page.locale, ...given });
  try {
    const answer = await fetch(`/act/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    follow(place, await answer.json());
  } catch {
    toast(page.say("lost"), true);
  }
  refresh();
};

function follow(place, answer) {
  if (answer.error) toast(page.say("failed") + colon() + answer.error, true);
  if (answer.sheet) openSheet(place, answer.sheet);
  if (answer.chat) page.show(place, answer.chat);
  if (answer.notice) toast(answer.notice);
  if (answer.shared) toast(page.say("shared") + colon() + answer.shared);
  if (answer.copied) {
    navigator.clipboard?.writeText(answer.copied).catch(() => {});
    toast(page.say("copied") + colon() + answer.copied);
  }
}
const colon = () => (page.locale === "fr" ? "\u00a0: " : ": ");

/** Change to another chat on a phone. */
page.show = (place, chat) => {
  page.chat[place] = chat;
  draw();
};

let fading = 0;
function toast(text, bad = false) {
  const shown = $("#toast");
  shown.textContent = text;
  shown.className = bad ? "shown bad" : "shown";
  clearTimeout(fading);
  fading = setTimeout(() => (shown.className = ""), 6000);
}

// --- the payment sheet ---------------------------------------------------------------------------
function openSheet(place, url) {
  const sheet = $(`#${place} .sheet`);
  const say = page.voice(place);
  const close = () => closeSheet(sheet);
  sheet.known = new Set(page.paid); // what is paid from here on was paid in this sheet
  sheet.replaceChildren(
    el("header", {},
      el("span.host", {}, icon(...ICONS.lock), say("pay-page")),
      el("button.close", { onclick: close, "aria-label": say("close") }, icon(...ICONS.close))),
    el("iframe", { src: url, title: say("pay-page"), referrerpolicy: "no-referrer" }),
    el("button.done", { onclick: close, hidden: true }, icon(...ICONS.check), say("back")),
  );
  sheet.hidden = false;
  sheet.querySelector(".close").focus({ preventScroll: true });
}

function closeSheet(sheet) {
  sheet.classList.add("leaving");
  setTimeout(() => {
    sheet.hidden = true;
    sheet.classList.remove("leaving");
    sheet.replaceChildren();
  }, 220);
}

function notePaid(sessions) {
  page.paid = new Set(sessions);
  for (const sheet of document.querySelectorAll(".sheet:not([hidden])")) {
    if (sessions.some((session) => !sheet.known?.has(session))) sheet.querySelector(".done").hidden = false;
  }
}

// The return page leads back into the chat app. No other site may open in the sheet: going there closes it.
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "frame-src") document.querySelectorAll(".sheet:not([hidden])").forEach(closeSheet);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".sheet:not([hidden])").forEach(closeSheet);
});

// --- drawing -------------------------------------------------------------------------------------
function drawFrame() {
  document.documentElement.lang = page.locale;
  document.title = page.say("title");
  $("#how").textContent = page.say("how");
  $("#language").textContent = page.say("language");
  $("#language").setAttribute("aria-label", page.say("language-hint"));
  $("#telegram-title").textContent = page.say("on-telegram");
  $("#discord-title").textContent = page.say("on-discord");
  $("#staff-title").textContent = page.say("staff");
  for (const tab of document.querySelectorAll(".tabs button")) {
    tab.textContent = { telegram: "Telegram", discord: "Discord", staff: page.say("staff") }[tab.dataset.to];
    tab.setAttribute("aria-current", String(tab.dataset.to === document.body.dataset.tab));
  }
  for (const place of ["telegram", "discord"]) drawPeople(place);
  $("#staff .people").setAttribute("aria-label", page.say("you-are"));
  $("#staff .who").replaceChildren(...named(page.people.find((person) => person.staff)));
}

function drawPeople(place) {
  const group = $(`#${place} .people`);
  group.setAttribute("aria-label", page.say("you-are"));
  group.replaceChildren(
    el("span", {}, page.say("you-are")),
    ...page.people.map((person) =>
      el(`button.who.${person.key}`, {
        "aria-pressed": String(person.key === page.me[place]),
        onclick: () => become(place, person.key),
      }, named(person))),
  );
}

/** A person's name, with role and language beneath. */
const named = (person) => [
  el("b", { lang: person.locale }, person.name), " ",
  el("small", { title: page.say(`speaks-${person.locale}`) }, `${page.say(`role-${person.key}`)} · ${person.locale.toUpperCase()}`),
];

function become(place, key) {
  page.me[place] = key;
  if (page.person(place).staff && place === "telegram") page.chat[place] = "bot"; // where staff's commands are
  const screen = $(`#${place} .screen`); // empty until this person's state arrives: what is typed now would be lost
  delete screen.dataset.for;
  screen.replaceChildren();
  drawFrame();
  refresh();
}

/** What to try, with a tick at what was done. */
function drawTasks() {
  const { done } = page.state;
  $("#tasks summary").textContent = page.say("tasks", { done: done.length, all: page.tasks.length });
  $("#tasks ol").replaceChildren(...page.tasks.map((task) =>
    el(`li${done.includes(task) ? ".done" : ""}`, {},
      el("span.tick", { role: "img", "aria-label": page.say(done.includes(task) ? "task-done" : "task-open") }, icon(...ICONS.check)),
      el("span", {}, page.say(`task-${task}`)))));
}

function draw() {
  if (!page.state) return;
  drawTasks();
  drawTelegram(page, $("#telegram .screen"), page.state.telegram);
  drawDiscord(page, $("#discord .screen"), page.state.discord);
  drawStaff(page, $("#staff .board"), page.state.staff);
  const time = new Date(page.state.now);
  const shown = `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
  for (const face of document.querySelectorAll(".status time")) face.textContent = shown;
}

// --- keeping up ----------------------------------------------------------------------------------
let asking = false;
let again = false;
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const { telegram, discord } = page.me;
    const answer = await fetch(`/state?${new URLSearchParams({ telegram, discord, l: page.locale })}`);
    page.state = await answer.json();
    if (page.state.telegram.me === page.me.telegram && page.state.discord.me === page.me.discord) draw();
    else again = true;
  } catch {
    toast(page.say("lost"), true);
  }
  asking = false;
  if (again) {
    again = false;
    refresh();
  }
}

$("#language").addEventListener("click", () => {
  page.locale = page.locale === "fr" ? "en" : "fr";
  drawFrame();
  draw();
  refresh();
});
for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => {
    document.body.dataset.tab = tab.dataset.to;
    const scroller = $(`#${tab.dataset.to} .scroll`);
    if (scroller) scroller.dataset.shown = ""; // what was hidden could not be scrolled: show its end anew
    drawFrame();
    draw();
  });
}

const told = await (await fetch("/words")).json();
Object.assign(page, told);
drawFrame();
await refresh();
document.body.classList.add("ready");
const news = new EventSource("/news");
news.onmessage = (event) => {
  notePaid(JSON.parse(event.data));
  refresh();
};
