// The staff corner: how the campaign stands, the four figures, the ledger, and what can go wrong on purpose.
import { dayOf, el, icon, ICONS, keep, time } from "./dom.js";

export function drawStaff(page, board, state) {
  if (board.dataset.for !== page.locale) build(page, board);
  const put = (name, text) => {
    const place = board.querySelector(`[data-put="${name}"]`);
    if (place.textContent === text) return;
    const changed = place.textContent !== "";
    place.textContent = text;
    place.classList.remove("changed");
    if (changed) requestAnimationFrame(() => place.classList.add("changed"));
  };
  put("campaign", state.campaign);
  put("raised", state.raised);
  put("goal", state.goal);
  put("percent", `${state.percent}${page.locale === "fr" ? "\u00a0" : ""}%`);
  put("donors", String(state.donors));
  put("frequency", state.frequency);
  put("amount", state.amount);
  put("gifts", state.gifts);
  put("lateral", String(state.lateral));
  put("held", state.holding ? state.held : page.say("withhold-line"));
  put("books", state.books);
  board.querySelector(".bar i").style.width = `${Math.min(100, state.percent)}%`;
  board.querySelector("#withhold").checked = state.holding;
  board.querySelector(".foot").classList.toggle("wrong", !state.agrees);
  keep(board.querySelector(".entries"), state.entries.map((entry) => ({
    key: entry.id, mark: `${time(new Date(page.state.now)).date} ${JSON.stringify(entry)}`, draw: () => line(page, entry),
  })));
}

function build(page, board) {
  board.dataset.for = page.locale;
  const spot = (tag, name) => el(tag, { "data-put": name });
  const figure = (name, label, below) =>
    el("div.figure", {}, el("dt", {}, page.say(label)), el("dd", {}, spot("b", name)), below);
  const hold = el("input", { type: "checkbox", id: "withhold", role: "switch" });
  hold.addEventListener("change", () => page.act("staff.withhold", { on: hold.checked }));
  board.replaceChildren(
    el("div.campaign", {},
      el("h3", { "data-put": "campaign" }),
      el("p.total", {}, spot("b", "raised"), " ", spot("span", "goal"), el("em", { "data-put": "percent" })),
      el("div.bar", { "aria-hidden": "true" }, el("i"))),
    el("dl.figures", {},
      figure("donors", "donors"),
      figure("frequency", "frequency"),
      figure("amount", "amount", el("dd.small", { "data-put": "gifts" })),
      figure("lateral", "lateral", el("dd.small", {}, page.say("lateral-line")))),
    el("div.ledger", {}, el("h4", {}, page.say("ledger")), el("ol.entries")),
    el("div.trouble", {},
      el("label", { for: "withhold" }, hold, el("span.switch", { "aria-hidden": "true" }),
        el("span", {}, el("b", {}, page.say("withhold")), el("small", { "data-put": "held" })))),
    el("div.foot", {}, icon(...ICONS.check), spot("span", "books"),
      el("button.quiet", { onclick: () => page.act("staff.later"), title: page.say("later-line") }, page.say("later")),
      el("button.quiet", { onclick: () => page.act("staff.days"), title: page.say("days-line") }, page.say("days")),
      el("button.quiet", { onclick: () => page.act("staff.poll"), title: page.say("poll-line") }, page.say("poll")),
      el("button.quiet", { onclick: () => page.act("staff.again"), title: page.say("again-line") }, page.say("again"))),
  );
}

/** A gift, with what happened to it since beneath. */
function line(page, entry) {
  const ask = () => page.ask(page.say("refund-ask", { amount: entry.amount }), page.say("refund-yes", { amount: entry.amount }),
    () => page.act("staff.refund", { payment: entry.payment }));
  const postings = (each, ...before) =>
    el("p.postings", {}, [...before, ...each.postings.map((posting) => `${page.say(`account-${posting.account}`)} ${posting.amount}`)]
      .flatMap((part, place) => [place ? " · " : "", el("span", {}, part)]));
  return el(`li.${entry.kind}${entry.refunded ? ".refunded" : ""}`, {},
    el("i.dot", { "aria-hidden": "true" }),
    el("div", {},
      el("p", {}, el("b", {}, `${page.say(`entry-${entry.kind}`)} `), el("span.sum", {}, entry.amount), el("time", {}, when(page, entry.at))),
      postings(entry),
      entry.later.map((each) => postings(each, `${page.say(`entry-${each.kind}`)}, ${when(page, each.at)}`))),
    el("div.offers", {},
      entry.refunded ? el("span.mark", {}, page.say("refunded")) : null,
      entry.open ? el("button.quiet", { onclick: ask, "aria-label": page.say("refund-gift", { amount: entry.amount }) }, page.say("refund")) : null));
}

/** « 14 h 05 », 2:05 p.m., or the day where it was another one. */
function when(page, seconds) {
  const at = new Date(seconds * 1000);
  const { hour, minute, date } = time(at);
  const days = Math.round((Date.parse(time(new Date(page.state.now)).date) - Date.parse(date)) / 864e5); // the demo's now, which jumps
  if (days > 1) return dayOf(at, page.locale, "short");
  const shown = page.locale === "fr" ? `${hour}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`
    : `${hour % 12 || 12}:${minute}\u00a0${hour < 12 ? "a.m." : "p.m."}`;
  return days === 1 ? `${page.say("yesterday")} ${shown}` : shown;
}
