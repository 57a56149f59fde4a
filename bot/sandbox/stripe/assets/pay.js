// Comfort only: the page works without it.
const form = document.getElementById("pay");
const button = form.querySelector(".give");
const card = document.getElementById("card");
const amount = document.getElementById("amount");
const chips = [...form.querySelectorAll(".chip")];

const grouped = (text) => text.replace(/\D/g, "").slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");

function markChip() {
  const number = card.value.replace(/\D/g, "");
  for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.card === number));
}

card.addEventListener("input", () => {
  card.value = grouped(card.value);
  markChip();
});
for (const chip of chips) {
  chip.addEventListener("click", () => {
    card.value = grouped(chip.dataset.card);
    form.elements.expiry.value = "12 / 34";
    form.elements.cvc.value = "123";
    markChip();
  });
}
// Whoever pays by a test card need not fill anything in: the first tap into the field brings the good one.
const bringGood = () => { if (!card.value) chips[0].click(); };
if (document.activeElement === card) bringGood(); // tapped while this script was still on its way
else card.addEventListener("focus", bringGood, { once: true });
markChip();

function labelButton() {
  const found = amount.value.trim().match(/^(\d{1,7})(?:[.,](\d{1,2}))?$/);
  const shown = found && (found[2] ? `${found[1]}.${found[2].padEnd(2, "0")}` : found[1]);
  const local = shown && (document.documentElement.lang === "fr" ? shown.replace(".", ",") : shown);
  button.textContent = shown ? form.dataset.label.replace("#", local) : form.dataset.plain;
}
if (amount) {
  amount.addEventListener("input", labelButton);
  labelButton();
}
form.addEventListener("submit", () => button.setAttribute("aria-busy", "true"));
window.addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
