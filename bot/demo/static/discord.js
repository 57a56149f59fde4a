// A phone with Discord: the server's channel with the private answers in it, and messages with the bot.
import { attachments } from "./attach.js";
import { byDay, clock, closeMenu, el, icon, ICONS, keep, letter, logo, reveal } from "./dom.js";

export function drawDiscord(page, screen, state) {
  const chat = page.chat.discord;
  const say = page.voice("discord");
  if (screen.dataset.for !== `${state.me} ${state.member}`) build(page, say, screen, state);
  screen.dataset.chat = chat;
  screen.querySelector(".title").textContent = chat === "channel" ? state.room : page.charity;
  screen.querySelector(".hash").textContent = chat === "channel" ? "#" : "@";
  screen.querySelector(".sub").textContent = chat === "channel" ? state.server : say("dm-tab");
  for (const tab of screen.querySelectorAll(".chats button")) {
    tab.setAttribute("aria-selected", String(tab.dataset.chat === chat));
  }
  const field = screen.querySelector(".foot input[type=text]");
  const hint = chat === "channel" ? say("message-room", { room: state.room }) : say("message-dm", { name: page.charity });
  field.placeholder = hint;
  field.setAttribute("aria-label", hint);
  drawMessages(page, say, screen, state, chat);
}

function build(page, say, screen, state) {
  screen.dataset.for = `${state.me} ${state.member}`; // members have other commands
  const tab = (chat, text) =>
    el("button", { role: "tab", "data-chat": chat, onclick: () => page.show("discord", chat) }, text);
  screen.replaceChildren(
    el("header.bar", {},
      icon(...ICONS.back),
      el("span.hash", { "aria-hidden": "true" }),
      el("div.names", {}, el("span.title"), el("span.sub"))),
    el("div.chats", { role: "tablist" }, tab("channel", `#${state.room}`), tab("dm", say("dm-tab"))),
    el("div.scroll", { tabindex: "0", "data-shown": "", onclick: () => closeMenu(screen) }, el("div.messages", { role: "log", "aria-live": "polite" })),
    composer(page, say, state),
  );
}

function composer(page, say, state) {
  const staff = page.person("discord").staff;
  const menu = el("div.commands", { hidden: true },
    state.menu.map((command) =>
      el("button", { onclick: () => send(`/${command.name}`) }, el("b", {}, `/${command.name}`), el("span", {}, command.about))));
  const field = el("input", { type: "text", maxlength: 500, autocomplete: "off" });
  const send = (text) => {
    menu.hidden = true;
    field.value = "";
    sending.disabled = true;
    if (text.trim()) page.act("discord.say", { chat: page.chat.discord, text });
  };
  const [attach, pictures] = attachments(page, "discord", () => page.chat.discord);
  const sending = el("button.send", { disabled: true, onclick: () => send(field.value), "aria-label": say("send") }, icon(...ICONS.send));
  const form = el("form", {},
    el("button.slash", { onclick: () => (menu.hidden = !menu.hidden), "aria-label": say("menu") }, "/"),
    field,
    attach,
    sending);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(field.value);
  });
  field.addEventListener("input", () => {
    sending.disabled = field.value.trim() === "";
    menu.hidden = field.value !== "/";
  });
  const hint = staff ? el("p.for-staff", {}, say("staff-commands-discord")) : null;
  return el("footer.foot", {}, menu, pictures, hint, form);
}

function drawMessages(page, say, screen, state, chat) {
  const scroller = screen.querySelector(".scroll");
  const list = screen.querySelector(".messages");
  const shown = `${chat} ${state.me}`;
  const changedChat = scroller.dataset.shown !== shown;
  if (changedChat) list.replaceChildren();
  scroller.dataset.shown = shown;
  const items = byDay(state.chats[chat], page.person("discord").locale, (message) => post(page, say, message));
  screen.querySelector(".foot").hidden = !state.member;
  if (items.length === 0) {
    const line = nothing(page, say, state, chat);
    items.push({ key: "empty", mark: line, draw: () => el("p.nobody", {}, line) });
  }
  const touched = keep(list, items);
  if (!touched || !touched.isConnected) return;
  if (changedChat) reveal(scroller, list.lastElementChild, false);
  else if (touched.classList.contains("private") || touched === list.lastElementChild) reveal(scroller, touched, true);
}

function nothing(page, say, state, chat) {
  if (!state.member) return say("not-member", { name: page.person("discord").name });
  return say(chat === "dm" ? "dm-empty" : "nobody");
}

const keyOf = (page, name) => page.people.find((person) => person.name === name)?.key ?? "";

function post(page, say, message) {
  const name = message.mine ? page.person("discord").name : message.author;
  const used = message.command && !message.mine
    ? el("p.used", {}, say("used", { name: page.person("discord").name }), " ", el("b", {}, `/${message.command}`))
    : null;
  return el(`article.message${message.ephemeral ? ".private" : ""}`, {},
    used,
    message.bot ? logo(40) : letter(keyOf(page, name), name),
    el("div.said", {},
      el("p.by", {}, el("b", {}, name), message.bot ? el("span.app", {}, say("app")) : null,
        el("time", {}, clock(message.at))),
      message.loading ? el("p.words.loading", {}, say("thinking", { name: page.charity })) : null,
      message.content ? el("p.words", {}, markdown(page, message.content), message.edited ? el("small", {}, ` (${say("edited")})`) : null) : null,
      message.photos.map((src) => el("img.photo.sent", { src, alt: say("photo"), width: 1200, height: 630 })),
      message.files.map((name) => el("p.words", {}, el("b", {}, `📎 ${name}`))),
      message.embeds.map((shown) => embed(page, shown)),
      buttons(page, message),
      message.ephemeral ? el("p.only", {}, icon(...ICONS.eye), say("only-you")) : null));
}

const embed = (page, shown) =>
  el("div.embed", {},
    shown.title ? el("b.heading", {}, markdown(page, shown.title)) : null,
    shown.text ? el("p", {}, markdown(page, shown.text)) : null,
    shown.picture ? el("img.photo", { src: shown.picture, alt: shown.alt, width: 1200, height: 630 }) : null,
    shown.note ? el("p.note", {}, shown.note) : null);

function buttons(page, message) {
  return message.buttons.map((row, y) =>
    el("div.row", {}, row.map((button, x) =>
      el(`button.key.${button.style}`, {
        disabled: button.disabled,
        onclick: () => page.act("discord.tap", { message: message.id, row: y, place: x }),
      }, el("span", {}, button.text), button.style === "link" ? icon(...ICONS.out) : null))));
}

/** The little of Discord's markdown that the bot writes: bold, italics, code, addresses, links and escapes. */
function markdown(page, text) {
  const parts = [];
  const pattern = /\\([\\*_~`|>#<\-[\]().:@])|\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((\S+?)\)|(?<![\w*])\*([^*\n]+)\*|<?(https?:\/\/[^\s<>]*[^\s<>.,;:!?)*_])>?/gs;
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(at, found.index));
    const [, escaped, bold, code, label, url, italic, address] = found;
    if (escaped) parts.push(escaped);
    else if (bold) parts.push(el("b", {}, markdown(page, bold)));
    else if (code) parts.push(el("code", {}, code));
    else if (label) parts.push(link(page, url, markdown(page, label)));
    else if (address) parts.push(link(page, address, address));
    else parts.push(el("i", {}, markdown(page, italic)));
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

/** An address that opens on a tap; a label that leads nowhere on the web stays text. */
const link = (page, url, shown) =>
  /^https?:/.test(url) ? el("button.link", { onclick: () => page.act("discord.open", { url, own: true }) }, shown) : el("span", {}, shown);
