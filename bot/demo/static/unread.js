// What has arrived on the phones and was not seen yet: in another chat, or for another person.
import { el } from "./dom.js";

/** Read marks of this visit, by platform, person and chat. What had arrived before counts as seen. */
export class Unread {
  #arrived = null;
  #seen = {};

  /** Take in how many messages each chat has. */
  take(arrived) {
    if (!this.#arrived) this.#seen = structuredClone(arrived);
    this.#arrived = arrived;
  }

  /** Mark a chat as read up to its end. */
  read(place, person, chat) {
    ((this.#seen[place] ??= {})[person] ??= {})[chat] = this.#arrived?.[place][person][chat] ?? 0;
  }

  /** How many messages are unread in a chat, in all chats of a person, or on the whole phone. */
  count(place, person, chat) {
    const people = this.#arrived?.[place] ?? {};
    let unread = 0;
    for (const [each, chats] of Object.entries(people)) {
      if (person && person !== each) continue;
      for (const [name, there] of Object.entries(chats)) {
        if (!chat || chat === name) unread += Math.max(0, there - (this.#seen[place]?.[each]?.[name] ?? 0));
      }
    }
    return unread;
  }
}

/** Show a number on a button, or take it away; the button itself stays, and with it the focus. */
export function mark(button, count, say) {
  const there = button.querySelector(".unread");
  if (there?.dataset.count === String(count)) return;
  there?.remove();
  if (count === 0) return;
  button.append(el("span.unread", { "data-count": count },
    el("span", { "aria-hidden": "true" }, String(count)), el("span.aside", {}, say("unread", { count }))));
}
