// A phone with Telegram: the conversation with the bot, and the charity's channel.
import { attachments } from "./attach.js";
import { byDay, clock, closeMenu, el, icon, ICONS, keep, letter, logo, reveal } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "span",
};

/** What a tap on an address, a command or a name in a message does. */
const TAPS = {
  url: (page, text) => openLink(page, text),
  text_link: (page, text, entity) => openLink(page, entity.url),
  mention: (page, text) => openLink(page, `https://t.me/${text.slice(1)}`),
  email: (page, text) => page.copy(text),
  bot_command: (page, text) => {
    page.show("telegram", "bot");
    page.act("telegram.say", { text });
  },
};

/** Open an address in a message; an invite that the bot wrote here is one's own. */
function openLink(page, url) {
  const chat = page.chat.telegram;
  page.act("telegram.open", { url, chat, own: chat === "bot" });
}

export function drawTelegram(page, screen, state) {
  const chat = page.chat.telegram;
  const say = page.voice("telegram");
  if (screen.dataset.for !== state.me) build(page, say, screen, state);
  screen.dataset.chat = chat;
  const { title, sub, face } = heading(page, say, chat);
  keep(screen.querySelector(".bar .portrait"), [{ key: "face", mark: chat, draw: () => face }]);
  screen.querySelector(".title").textContent = title;
  screen.querySelector(".sub").textContent = sub;
  drawTabs(page, say, screen, state, chat);
  drawMessages(page, say, screen, state, chat);
  drawFoot(page, say, screen, state, chat);
}

function heading(page, say, chat) {
  if (chat === "bot") return { title: page.charity, sub: say("bot-status"), face: logo(38) };
  if (chat === "channel") return { title: `${page.charity} · nouvelles`, sub: say("channel-status"), face: logo(38) };
  return { title: page.named(chat), sub: say("online"), face: letter(chat, page.named(chat)) };
}

function drawTabs(page, say, screen, state, chat) {
  const tabs = screen.querySelector(".chats");
  const show = (each) => () => page.show("telegram", each);
  const name = (each) => ({ channel: say("channel-tab"), bot: say("bot-tab") })[each] ?? page.named(each);
  keep(tabs, Object.keys(state.chats).map((each) => ({
    key: each, mark: "", draw: () => el("button", { role: "tab", "data-chat": each, onclick: show(each) }, name(each)),
  })));
  for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.chat === chat));
}

function build(page, say, screen, state) {
  screen.dataset.for = state.me;
  screen.replaceChildren(
    el("header.bar", {},
      icon(...ICONS.back),
      el("div.portrait"),
      el("div.names", {}, el("span.title"), el("span.sub"))),
    el("div.chats", { role: "tablist" }),
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
  const written = (state.chats[chat] ?? []).filter((message) => !message.service);
  const items = byDay(written, page.person("telegram").locale, (message) => bubble(page, say, chat, message));
  if (items.length === 0) items.push({ key: "empty", mark: "", draw: () => empty(page, say) });
  const touched = keep(list, items);
  if (!touched || !touched.isConnected) return;
  if (changedChat) reveal(scroller, list.lastElementChild, false);
  else if (chat !== "channel" && (touched === list.lastElementChild || touched.dataset.key === screen.dataset.tapped)) {
    reveal(scroller, touched, true); // other changes further up, such as by the team, leave the view where it is
  }
}

const empty = (page, say) =>
  el("div.about", {},
    logo(64),
    el("b", {}, say("what-it-can")),
    el("p", {}, say("what-it-can-line")));

function bubble(page, say, chat, message) {
  const rows = message.buttons.map((row, y) =>
    el("div.row", {}, row.map((button, x) =>
      el(`button.key${button.style ? `.${button.style}` : ""}`, {
        onclick: (event) => {
          event.currentTarget.closest(".screen").dataset.tapped = message.id;
          page.act("telegram.tap", { chat, message: message.id, row: y, place: x });
        },
      }, el("span", {}, button.text), button.kind === "url" ? icon(...ICONS.out) : null))));
  return el(`article.message.${message.mine ? "mine" : "theirs"}${message.photo ? ".pictured" : ""}`, {},
    el(`div.bubble${message.edited ? ".edited" : ""}`, {},
      message.photo ? picture(say, message) : null,
      message.file ? el("p.words", {}, el("b", {}, `📎 ${message.file}`)) : null,
      message.text ? el("p.words", {}, formatted(page, message.text, message.entities)) : null,
      el("span.at", {}, message.edited ? `${say("edited")} ` : "", clock(message.at),
        message.mine ? icon("M3 13l4 4L15 8", "M10 15l2 2 9-9") : null)),
    rows.length ? el("div.keys", {}, rows) : null);
}

/** The words beneath say the same where there are any. */
const picture = (say, message) =>
  el("img.photo", { src: message.photo, alt: message.text ? "" : say("photo"), width: 1200, height: 630 });

/** Text with Telegram's entities, which count in UTF-16 units as JavaScript does. */
function formatted(page, text, entities) {
  const known = entities.filter((entity) => TAGS[entity.type] ?? TAPS[entity.type]);
  const inside = (start, end, within) => {
    const parts = [];
    let at = start;
    while (within.length) {
      const [entity] = within;
      const stop = entity.offset + entity.length;
      const nested = within.filter((other) => other !== entity && other.offset < stop);
      within = within.filter((other) => other.offset >= stop);
      if (entity.offset > at) parts.push(text.slice(at, entity.offset));
      const tap = TAPS[entity.type];
      const onclick = tap && (() => tap(page, text.slice(entity.offset, stop), entity));
      parts.push(el(tap ? "button.link" : TAGS[entity.type], { onclick }, inside(entity.offset, stop, nested)));
      at = stop;
    }
    if (end > at) parts.push(text.slice(at, end));
    return parts;
  };
  return inside(0, text.length, known);
}

/** What the foot of a chat offers: nothing but silence, Start, or a field to write in. */
function kindOf(state, chat, payload) {
  if (chat === "channel") return "channel";
  if (chat !== "bot") return `person ${chat}`;
  if (!state.started || payload) return `start ${payload}`;
  return `write ${state.menu.map((command) => command.name)}`;
}

// --- beneath -------------------------------------------------------------------------------------
function drawFoot(page, say, screen, state, chat) {
  const foot = screen.querySelector(".foot");
  const staff = page.person("telegram").staff;
  const payload = page.links[state.me];
  const kind = kindOf(state, chat, payload);
  if (foot.dataset.kind === kind) return;
  foot.dataset.kind = kind;
  if (kind === "channel") return void foot.replaceChildren(el("span.mute", {}, say("mute")));
  if (kind.startsWith("start")) {
    const start = () => {
      delete page.links[state.me];
      page.act("telegram.start", { payload });
    };
    return void foot.replaceChildren(el("button.start", { onclick: start }, say("start")));
  }
  const toBot = chat === "bot";
  const menu = el("div.commands", { hidden: true },
    state.menu.map((command) =>
      el("button", { onclick: () => send(`/${command.name}`) }, el("span", {}, command.about), el("b", {}, `/${command.name}`))));
  const field = el("input", { type: "text", placeholder: say("message"), "aria-label": say("message"), maxlength: 500, autocomplete: "off" });
  const send = (text) => {
    menu.hidden = true;
    field.value = "";
    sending.disabled = true;
    if (text.trim()) page.act("telegram.say", { text, chat });
  };
  const [attach, pictures] = attachments(page, "telegram", () => chat);
  const sending = el("button.send", { disabled: true, onclick: () => send(field.value), "aria-label": say("send") }, icon(...ICONS.send));
  const form = el("form", {},
    toBot ? el("button.menu", { onclick: () => (menu.hidden = !menu.hidden), "aria-label": say("menu") }, el("i"), say("menu")) : null,
    field,
    attach,
    sending);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(field.value);
  });
  field.addEventListener("input", () => {
    sending.disabled = field.value.trim() === "";
    menu.hidden = !toBot || field.value !== "/";
  });
  const hint = staff && toBot ? el("p.for-staff", {}, say("staff-commands")) : "";
  foot.replaceChildren(menu, pictures, hint, form);
}
