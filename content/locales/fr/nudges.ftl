### Rappels : demander de nouveau, gentiment. Jamais de reproche, jamais de compte à rebours.

nudge-second-gift-title = Merci encore pour votre don
nudge-second-gift = Il y a quelque temps, vous avez donné à la collecte « { $campaign } ». Elle se poursuit, et un deuxième don l’aiderait à avancer.
nudge-last-day-title = La collecte se termine bientôt
nudge-last-day = La collecte « { $campaign } » se termine le { $day }. Si vous aviez envie d’y ajouter quelque chose, il est encore temps.
nudge-last-day-undated = La collecte « { $campaign } » se termine bientôt. Si vous aviez envie d’y ajouter quelque chose, il est encore temps.
nudge-lapsing-title = Des nouvelles de la collecte
nudge-lapsing = Vous avez déjà soutenu { $charity }. La collecte « { $campaign } » est ouverte en ce moment.
nudge-nearly-there-title = L’objectif est tout près
nudge-nearly-there = Il ne manque que { $missing } à la collecte « { $campaign } » pour atteindre son objectif.
nudge-match-open-title = Votre don compterait double
nudge-match-open = Jusqu’au { $day }, les dons à la collecte « { $campaign } » sont jumelés.
nudge-match-open-undated = En ce moment, les dons à la collecte « { $campaign } » sont jumelés.
nudge-not-now = Pas maintenant
nudge-stop = Arrêter les rappels
nudge-note = Vous recevez ce message parce que vous avez accepté les rappels.
nudge-later-title = C’est noté
nudge-later = Pas de rappel avant le { $day }.
nudge-stopped-title = C’est arrêté
nudge-stopped = Vous ne recevrez plus de rappels. Les réponses et les mercis continueront d’arriver.

## Après un premier don : une fois, en mots
consent-title = Souhaitez-vous d’autres messages?
consent-line = Tout est désactivé pour l’instant. Choisissez ce que vous aimeriez recevoir { DE($charity) }; vous ne recevrez rien d’autre.

## Bilan et année
bilan-title = Ce que votre don a permis
bilan-line = Le { $day }, vous avez donné { $amount } à la collecte « { $campaign } ».
bilan-together = À ce jour, { $donors } personnes ont donné, et la collecte a recueilli { $raised }.
bilan-thanks = Merci d’en faire partie.
year-title = Votre année { $year }
year-line = { $gifts ->
    [one] Un don, { $total } en tout.
   *[other] { $gifts } dons, { $total } en tout.
}
year-thanks = Merci de la part { DE($charity) }.
consent-none = Non merci
consent-more = Plus de choix
consent-none-title = C’est noté
consent-none-line = Vous ne recevrez que des réponses à ce que vous faites, comme un merci après un don.
