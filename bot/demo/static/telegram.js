// A phone with Telegram: the conversation with the bot, and the charity's channel.
import { byDay, clock, closeMenu, el, icon, ICONS, keep, reveal } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "span",
  text_link: "span.link", url: "span.link", bot_command: "span.link", mention: "span.link", email: "span.link",
};

export function drawTelegram(page, screen, state) {
  const chat = page.chat.telegram;
  const say = page.voice("telegram");
  if (screen.dataset.for !== state.me) build(page, say, screen, state);
  screen.dataset.chat = chat;
  screen.querySelector(".title").textContent = chat === "bot" ? "Obole" : `${page.charity} · nouvelles`;
  screen.querySelector(".sub").textContent = say(chat === "bot" ? "bot-status" : "channel-status");
  for (const tab of screen.querySelectorAll(".chats button")) {
    tab.setAttribute("aria-selected", String(tab.dataset.chat === chat));
  }
  drawMessages(page, say, screen, state, chat);
  drawFoot(page, say, screen, state, chat);
}

function build(page, say, screen, state) {
  screen.dataset.for = state.me;
  const tab = (chat, key) =>
    el("button", { role: "tab", "data-chat": chat, onclick: () => page.show("telegram", chat) }, say(key));
  screen.replaceChildren(
    el("header.bar", {},
      icon(...ICONS.back),
      el("img", { src: "/static/coin.svg", alt: "", width: 38, height: 38 }),
      el("div.names", {}, el("span.title"), el("span.sub"))),
    el("div.chats", { role: "tablist" }, tab("channel", "channel-tab"), tab("bot", "bot-tab")),
    el("div.scroll", { tabindex: "0", "data-shown": "", onclick: () => closeMenu(screen) }, el("div.messages", { role: "log", "aria-live": "polite" })),
    el("footer.foot"),
  );
}

function drawMessages(page, say, screen, state, chat) {
  const scroller = screen.querySelector(".scroll");
  const list = screen.querySelector(".messages");
  const shown = `${chat} ${state.me}`;
  const changedChat = scroller.dataset.shown !== shown;
  if (changedChat) list.replaceChildren();
  scroller.dataset.shown = shown;
  const written = state.chats[chat].filter((message) => !message.service);
  const items = byDay(written, page.person("telegram").locale, (message) => bubble(page, say, chat, message));
  if (items.length === 0) items.push({ key: "empty", mark: "", draw: () => empty(say) });
  const touched = keep(list, items);
  if (touched && touched.isConnected) {
    const target = changedChat ? list.lastElementChild : touched;
    if (chat === "bot" || changedChat) reveal(scroller, target, !changedChat);
  }
}

const empty = (say) =>
  el("div.about", {},
    el("img", { src: "/static/coin.svg", alt: "", width: 64, height: 64 }),
    el("b", {}, say("what-it-can")),
    el("p", {}, say("what-it-can-line")));

function bubble(page, say, chat, message) {
  const rows = message.buttons.map((row, y) =>
    el("div.row", {}, row.map((button, x) =>
      el(`button.key${button.style ? `.${button.style}` : ""}`, {
        onclick: () => page.act("telegram.tap", { chat, message: message.id, row: y, place: x }),
      }, el("span", {}, button.text), button.kind === "url" ? icon(...ICONS.out) : null))));
  return el(`article.message.${message.mine ? "mine" : "theirs"}${message.photo ? ".pictured" : ""}`, {},
    el(`div.bubble${message.edited ? ".edited" : ""}`, {},
      message.photo ? picture(message) : null,
      message.text ? el("p.words", {}, formatted(message.text, message.entities)) : null,
      el("span.at", {}, message.edited ? `${say("edited")} ` : "", clock(message.at),
        message.mine ? icon("M3 13l4 4L15 8", "M10 15l2 2 9-9") : null)),
    rows.length ? el("div.keys", {}, rows) : null);
}

// The words beneath say the same: the picture needs no alternative of its own.
const picture = (message) => el("img.photo", { src: message.photo, alt: "", width: 1200, height: 630 });

/** Text with Telegram's entities, which count in UTF-16 units as JavaScript does. */
function formatted(text, entities) {
  const known = entities.filter((entity) => TAGS[entity.type]);
  const inside = (start, end, within) => {
    const parts = [];
    let at = start;
    while (within.length) {
      const [entity] = within;
      const stop = entity.offset + entity.length;
      const nested = within.filter((other) => other !== entity && other.offset < stop);
      within = within.filter((other) => other.offset >= stop);
      if (entity.offset > at) parts.push(text.slice(at, entity.offset));
      parts.push(el(TAGS[entity.type], {}, inside(entity.offset, stop, nested)));
      at = stop;
    }
    if (end > at) parts.push(text.slice(at, end));
    return parts;
  };
  return inside(0, text.length, known);
}

// --- beneath -------------------------------------------------------------------------------------
function drawFoot(page, say, screen, state, chat) {
  const foot = screen.querySelector(".foot");
  const staff = page.person("telegram").staff;
  const kind = chat === "channel" ? "channel" : state.started ? `write ${state.menu.map((command) => command.name)}` : "start";
  if (foot.dataset.kind === kind) return;
  foot.dataset.kind = kind;
  if (kind === "channel") return void foot.replaceChildren(el("span.mute", {}, say("mute")));
  if (kind === "start") {
    const start = () => page.act("telegram.start");
    return void foot.replaceChildren(el("button.start", { onclick: start }, say("start")));
  }
  const menu = el("div.commands", { hidden: !staff }, // open for staff, who would not look for their commands
    staff ? el("p.for-staff", {}, say("staff-commands")) : null,
    state.menu.map((command) =>
      el("button", { onclick: () => send(`/${command.name}`) }, el("span", {}, command.about), el("b", {}, `/${command.name}`))));
  const field = el("input", { placeholder: say("message"), "aria-label": say("message"), maxlength: 500, autocomplete: "off" });
  const send = (text) => {
    menu.hidden = true;
    field.value = "";
    if (text.trim()) page.act("telegram.say", { text });
  };
  const form = el("form", {},
    el("button.menu", { onclick: () => (menu.hidden = !menu.hidden), "aria-label": say("menu") }, el("i"), say("menu")),
    field,
    el("button.send", { onclick: () => send(field.value), "aria-label": say("send") }, icon(...ICONS.send)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(field.value);
  });
  field.addEventListener("input", () => (menu.hidden = field.value !== "/"));
  foot.replaceChildren(menu, form);
}
