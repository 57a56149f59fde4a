// The page: what is known, who you are, and what came of each tap. The phones and the board draw themselves.
import { el, icon, ICONS, time, useZone } from "./dom.js";
import { drawTelegram } from "./telegram.js";
import { drawDiscord } from "./discord.js";
import { openChooser, openForm, openSheet, watchSheets } from "./sheet.js";
import { drawStaff } from "./staff.js";
import { mark, Unread } from "./unread.js";

const $ = (selector) => document.querySelector(selector);
const asked = new URLSearchParams(location.search);
const locale = asked.get("l") ?? (navigator.language.startsWith("en") ? "en" : "fr");
const page = {
  locale,
  me: { telegram: asked.get("telegram") ?? (locale === "en" ? "alex" : "camille"), discord: asked.get("discord") ?? "alex" },
  chat: { telegram: "channel", discord: "channel" },
  links: {}, // person -> what the Start button sends, after they followed a link to the bot
  words: {},
  people: [],
  tasks: [],
  charity: "",
  state: null,
  unread: new Unread(),
};

/** A text of the page, or of a phone in its holder's language; what is in braces is filled in. */
const speak = (locale) => (key, fill = {}) =>
  Object.entries(fill).reduce((text, [name, value]) => text.replace(`{${name}}`, value), page.words[locale][key] ?? key);
page.say = (key, fill) => speak(page.locale)(key, fill);
page.voice = (place) => speak(page.person(place).locale);
page.named = (key) => page.people.find((person) => person.key === key).name;
page.person = (place) => page.people.find((person) => person.key === page.me[place]);

/** Do something as the person on that phone, or as staff; then show what came of it. */
page.act = async (name, given = {}) => {
  const [place] = name.split(".");
  const body = JSON.stringify({ as: page.me[place], l: page.locale, ...given });
  page.follow(place, await page.answered(`/act/${name}`, "application/json", body));
};

/** Send something to the server and return what it answers. */
page.answered = async (path, type, body) => {
  try {
    return await (await fetch(path, { method: "POST", headers: { "Content-Type": type }, body })).json();
  } catch {
    toast(page.say("lost"), true);
    return {};
  }
};

/** Leave a page in a sheet by one of its links, back to the chat or into an app. */
page.leave = async (place, url) => {
  const body = JSON.stringify({ as: page.me[place], l: page.locale, url, left: true });
  page.follow(place, { ...await page.answered(`/act/${place}.open`, "application/json", body), left: true });
};

/** Show what came of an act. */
page.follow = (place, answer) => {
  follow(place, answer);
  refresh();
};

function follow(place, answer) {
  if (answer.error) toast(page.say("failed") + colon() + answer.error, true);
  const phone = answer.phone ?? place;
  if (answer.chat && !answer.passed_on && !answer.left && isThere(phone, page.me[place], answer)) toast(page.say("already-there"));
  if (phone !== place) turnTo(phone, page.me[place]);
  if (answer.sheet) openSheet(page, phone, answer.sheet, answer.web ? "web-page" : "pay-page");
  if (answer.start) page.links[page.me[phone]] = answer.start;
  if (answer.chat) page.show(phone, answer.chat);
  if (answer.share) openChooser(page, { text: answer.share });
  if (answer.inline !== undefined) openChooser(page, { inline: answer.inline });
  if (answer.form) openForm(page, answer.form);
  if (answer.notice) toast(answer.notice);
  if (answer.copied) page.copy(answer.copied);
}

/** Whether a link leads to what is in view already, so that following it would change nothing. */
function isThere(phone, key, { chat, start }) {
  const inView = $(`#${phone}`).getClientRects().length > 0;
  return inView && page.me[phone] === key && page.chat[phone] === chat && (!start || page.links[key] === start);
}

/** Put a text on the clipboard. */
page.copy = (text) => {
  navigator.clipboard?.writeText(text).catch(() => {});
  toast(page.say("copied") + colon() + text);
};

/** Take up the other phone, as the same person. */
function turnTo(phone, key) {
  show(phone);
  if (page.me[phone] !== key) become(phone, key);
}

const colon = () => (page.locale === "fr" ? "\u00a0: " : ": ");

/** Change to another chat on a phone. */
page.show = (place, chat) => {
  page.chat[place] = chat;
  draw();
};

/** Ask before something that cannot be undone; `yes` is what its button says. */
page.ask = (text, yes, then) => {
  const dialog = $("#ask");
  const close = () => dialog.close();
  const agree = () => {
    close();
    then();
  };
  dialog.replaceChildren(el("p", { id: "ask-what" }, text),
    el("div", {}, el("button.quiet", { onclick: close }, page.say("cancel")), el("button.yes", { onclick: agree }, yes)));
  dialog.showModal();
};

let fading = 0;
page.toast = toast;
function toast(text, bad = false) {
  const shown = $("#toast");
  shown.textContent = text;
  shown.className = bad ? "shown bad" : "shown";
  clearTimeout(fading);
  fading = setTimeout(() => (shown.className = ""), 6000);
}

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
    tab.firstElementChild.textContent = { telegram: "Telegram", discord: "Discord", staff: page.say("staff") }[tab.dataset.to];
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

/** Show a phone or the board, where one at a time is shown. */
function show(place) {
  if (document.body.dataset.tab === place) return;
  document.body.dataset.tab = place;
  const scroller = $(`#${place} .scroll`);
  if (scroller) scroller.dataset.shown = ""; // what was hidden could not be scrolled: show its end anew
  drawFrame();
  draw();
}

function become(place, key) {
  page.me[place] = key;
  if (place === "telegram" && page.chat[place] !== "channel") page.chat[place] = "bot"; // people are others for each
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
  const all = done.length === page.tasks.length;
  $("#tasks .where").hidden = all;
  $("#tasks .where").textContent = page.say("tasks-where");
  $("#tasks .all-done").hidden = !all;
  $("#tasks .all-done").textContent = page.say("all-done");
  if (all && $("#tasks").dataset.left > 0) $("#tasks").open = true; // the last one was just done
  $("#tasks").dataset.left = page.tasks.length - done.length;
  $("#tasks summary").textContent = page.say("tasks", { done: done.length, all: page.tasks.length });
  $("#tasks ol").replaceChildren(...page.tasks.map((task) =>
    el(`li${done.includes(task) ? ".done" : ""}`, { "data-task": task },
      el("span.tick", { role: "img", "aria-label": page.say(done.includes(task) ? "task-done" : "task-open") }, icon(...ICONS.check)),
      el("div", {}, el("b", {}, page.say(`task-${task}`)), done.includes(task) ? null : el("p", {}, page.say(`how-${task}`))))));
}

/** Mark what arrived in other chats and for other people; what is in view is read. */
function drawUnread() {
  for (const place of ["telegram", "discord"]) {
    const key = page.me[place];
    const isShown = $(`#${place}`).getClientRects().length > 0 && page.state[place].me === key;
    if (isShown) page.unread.read(place, key, page.chat[place]);
    for (const person of page.people) {
      mark($(`#${place} .who.${person.key}`), page.unread.count(place, person.key), page.say);
    }
    for (const tab of document.querySelectorAll(`#${place} .chats button`)) {
      mark(tab, page.unread.count(place, key, tab.dataset.chat), page.voice(place));
    }
    mark($(`.tabs [data-to=${place}]`), page.unread.count(place), page.say);
  }
}

function draw() {
  if (!page.state) return;
  drawTasks();
  for (const [place, drawPhone] of [["telegram", drawTelegram], ["discord", drawDiscord]]) {
    const state = page.state[place]; // of the person before, until the new one's has arrived
    if (state.me === page.me[place]) drawPhone(page, $(`#${place} .screen`), state);
  }
  drawUnread();
  drawStaff(page, $("#staff .board"), page.state.staff);
  const { hour, minute } = time(new Date(page.state.now));
  for (const face of document.querySelectorAll(".status time")) face.textContent = `${hour}:${minute}`;
  $("#clock").textContent = page.say("clock", { time: page.locale === "fr" ? `${hour}\u00a0h\u00a0${minute}` : `${hour}:${minute}` });
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
    page.unread.take(page.state.arrived);
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
  tab.addEventListener("click", () => show(tab.dataset.to));
}
watchSheets(page);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") $("#tasks").open = false;
});
document.addEventListener("pointerdown", (event) => {
  $("#toast").className = "";
  if (!$("#tasks").contains(event.target)) $("#tasks").open = false;
});

const told = await (await fetch(`/words?l=${page.locale}`)).json();
Object.assign(page, told);
useZone(page.zone);
drawFrame();
await refresh();
document.body.classList.add("ready");
const news = new EventSource("/news");
news.onmessage = refresh;
