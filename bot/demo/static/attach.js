// Sending a picture: a sample of ours, or one of the visitor's own.
import { el, icon, ICONS } from "./dom.js";

const SAMPLES = ["mittens", "suits"];
const KINDS = "image/png,image/jpeg,image/webp";
const LARGEST = 6 * 2 ** 20; // bytes, as the server allows

/** The button and the menu that it opens; `chat()` names the chat that is open. */
export function attachments(page, place, chat) {
  const say = page.voice(place);
  const close = () => (menu.hidden = true);
  const given = () => ({ as: page.me[place], chat: chat() });
  const file = el("input", { type: "file", accept: KINDS, hidden: true });
  file.addEventListener("change", () => {
    const [picture] = file.files;
    file.value = "";
    close();
    if (picture) upload(page, place, given(), picture);
  });
  const sample = (name) => {
    close();
    page.act(`${place}.picture`, { sample: name, chat: chat() });
  };
  const menu = el("div.commands.pictures", { hidden: true },
    SAMPLES.map((name) => el("button", { onclick: () => sample(name) },
      el("img", { src: `/samples/${name}`, alt: "", width: 72, height: 54, loading: "lazy" }), say(`picture-${name}`))),
    el("button", { onclick: () => file.click() }, say("picture-own")), file);
  const open = () => (menu.hidden = !menu.hidden);
  return [el("button.attach", { onclick: open, "aria-label": say("attach"), title: say("attach") }, icon(...ICONS.attach)), menu];
}

async function upload(page, place, given, picture) {
  if (picture.size > LARGEST) return void page.toast(page.say("picture-too-large"), true);
  const answer = await page.answered(`/upload/${place}?${new URLSearchParams(given)}`, picture.type, picture);
  page.follow(place, answer);
}
