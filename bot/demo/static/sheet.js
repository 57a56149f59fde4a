// What slides over a phone: pages in a frame, and the list of people to send something to.
import { el, icon, ICONS, letter } from "./dom.js";

const open = () => document.querySelectorAll(".sheet:not([hidden])");
const close = (sheet, say) => el("button.close", { onclick: () => closeSheet(sheet), "aria-label": say("close") }, icon(...ICONS.close));

/** Open an address in a frame; `title` is the key of what kind of page it is. */
export function openSheet(page, place, url, title) {
  const sheet = document.querySelector(`#${place} .sheet`);
  const say = page.voice(place);
  show(sheet,
    el("header", {}, el("span.host", {}, icon(...ICONS.lock), say(title)), close(sheet, say)),
    el("iframe", { src: url, title: say(title), referrerpolicy: "no-referrer" }));
}

/** List the other people on the phone with Telegram; `sending` is what the chosen one gets. */
export function openChooser(page, sending) {
  const sheet = document.querySelector("#telegram .sheet");
  const say = page.voice("telegram");
  const choose = (to) => {
    closeSheet(sheet);
    page.act("telegram.pass_on", { to, ...sending });
  };
  const others = page.people.filter((person) => person.key !== page.me.telegram);
  show(sheet,
    el("header", {}, el("span.host", {}, say("send-to")), close(sheet, say)),
    el("ul.chooser", {}, others.map((person) =>
      el("li", {}, el("button", { onclick: () => choose(person.key) },
        letter(person.key, person.name), person.name)))));
}

/** Show a form of the bot's on the phone with Discord. */
export function openForm(page, form) {
  const sheet = document.querySelector("#discord .sheet");
  const say = page.voice("discord");
  const fields = form.fields.map((field) => {
    const given = { name: field.custom_id, required: field.required, maxlength: field.max_length, placeholder: field.placeholder };
    const input = el(field.max_length > 100 ? "textarea" : "input", given);
    input.value = field.value;
    return el("label", {}, field.label, input);
  });
  const filled = el("form.modal", {}, fields, el("button.done", { onclick: () => filled.requestSubmit() }, say("send")));
  filled.addEventListener("submit", (event) => {
    event.preventDefault();
    closeSheet(sheet);
    page.act("discord.submit", { form: form.id, values: Object.fromEntries(new FormData(filled)) });
  });
  show(sheet, el("header", {}, el("span.host", {}, form.title), close(sheet, say)), filled);
}

function show(sheet, ...parts) {
  sheet.replaceChildren(...parts);
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

/** Follow the links that lead out of a page in a frame; close the sheet on Escape, or where no page can open. */
export function watchSheets(page) {
  window.addEventListener("message", ({ source, data }) => {
    const sheet = [...open()].find((each) => each.querySelector("iframe")?.contentWindow === source);
    if (!sheet || typeof data?.leave !== "string") return;
    closeSheet(sheet);
    page.leave(sheet.closest(".column").id, data.leave);
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.effectiveDirective === "frame-src") open().forEach(closeSheet);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open().forEach(closeSheet);
  });
}
