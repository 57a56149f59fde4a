### Avant le paiement. « Collecte » partout, jamais « campagne » dans ce que les gens lisent.

## Accueil
welcome-title = Bonjour! Vous êtes chez { $charity }.
welcome-back = Rebonjour! Vous êtes chez { $charity }.
welcome-how = Pour donner, choisissez un montant : la page de paiement sécurisée s’ouvre, et vous revenez ensuite à cette conversation.
welcome-consent = Nous n’écrivons que pour vous répondre. Le reste, seulement si vous le demandez.
welcome-again = Voici où en sont les choses.
see-campaign = Voir la collecte
see-open = Voir la collecte en cours

## Carte d’une collecte
give-amount = Donner { $amount }
other-amount = Autre montant
share = Partager
own-link = Un lien juste pour moi
own-link-forwarded = On vous l’a transmis? Par ici
does-example = { $amount } = par exemple { $what }
does-earmarked = { $amount } = { $what }
pay-note = Paiement sécurisé par Stripe, sans création de compte.
standing-first = Objectif : { $goal }. La collecte vient de commencer.
standing-start = { $donors ->
    [one] Objectif : { $goal }. Une personne a déjà donné.
   *[other] Objectif : { $goal }. { $donors } personnes ont déjà donné.
}
standing-start-quiet = Objectif : { $goal }.
standing-half = { $raised } sur { $goal } : { $percent } % de l’objectif.
standing-near = Il ne manque que { $missing } pour atteindre { $goal }.
standing-outside = Dont { $outside } hors d’Obole.
standing-outside-total = { $raised } à ce jour, dont { $outside } hors d’Obole.
standing-reached = Objectif de { $goal } atteint : { $raised } à ce jour.
deadline = Collecte ouverte jusqu’au { $day }.
deadline-extended = Collecte prolongée jusqu’au { $day }.
campaign-ended-total = Collecte terminée : { $raised } au total. Merci!
share-text = Je voulais te parler de la collecte « { $campaign } ». Regarde si ça te rejoint :

## Choisir la collecte
choose-campaign = À quelle collecte souhaitez-vous donner?
choose-campaign-line = Plusieurs collectes sont ouvertes.
choose-campaign-amount = Plusieurs collectes sont ouvertes pour votre don de { $amount }.
campaign-unknown = Nous ne trouvons pas cette collecte
campaign-unknown-open = Voici celles qui sont ouvertes.
nothing-open-title = Entre deux collectes
nothing-open = Aucune collecte n’est ouverte en ce moment. La prochaine s’affichera ici.
campaign-closed-title = Cette collecte est terminée
campaign-closed = La collecte « { $campaign } » n’accepte plus de dons.
campaign-closed-on = La collecte « { $campaign } » s’est terminée le { $day }.

## Montants saisis
confirm-amount = Votre don sera de { $amount }.
amount-not-understood-title = Quel montant?
amount-not-understood = Écrivez-le en chiffres, par exemple 5 ou 7,50.
amount-ambiguous-title = Lequel des deux?
amount-ambiguous = Ce montant peut se lire de deux façons. Touchez celle que vous vouliez.
amount-not-positive-title = Il faut plus que zéro
ask-amount-title = Quel montant voulez-vous donner?
ask-amount = Écrivez-le ici, par exemple 15. Il ira à la collecte « { $campaign } »; un don commence à { $minimum }.
ask-amount-most = Avant 18 ans, un don peut aller jusqu’à { $amount }.
ask-amount-label = Montant, par exemple 15
amount-only-reading-title = Vouliez-vous dire { $amount }?
amount-only-reading-minimum = Ici, un don commence à { $limit }.
amount-not-chargeable-title = Ce montant exact ne peut pas être payé
amount-not-chargeable = Dans cette devise, on paie par tranches de { $limit }. Voici les montants les plus proches.
amount-not-positive = Un don commence à { $limit }. Voici quelques montants.
amount-below-minimum-title = Un peu trop petit pour une carte
amount-below-minimum = Le plus petit paiement possible est de { $limit }. Voici quelques montants.
amount-above-cap-title = C’est très généreux
amount-above-cap = Le plus grand don possible ici est de { $limit }.
amount-above-cap-contact = Pour donner davantage, écrivez à { $contact } : une personne vous répondra.
amount-absurd-title = Une faute de frappe, peut-être?
amount-absurd = Un don peut aller jusqu’à { $limit }. Choisissez un montant ou écrivez-le de nouveau.
amount-other-currency-title = Une autre devise
amount-other-currency = Cette collecte accepte les dons en { $currency }. Touchez un montant : votre carte fera la conversion.
card-match = Dons jumelés par { $sponsor } : il reste { $left }.
card-just-given = Un don vient d’arriver.
