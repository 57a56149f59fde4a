# Page du conseil : une page à imprimer, pour le conseil d’administration.

command-board = Équipe : une page à imprimer pour le conseil
staff-home-board = Page du conseil
board-title = Page du conseil
board-of = Page du conseil : { $days }
board-gifts = { $number ->
    [one] { $written } don.
   *[other] { $written } dons.
}
board-objective = L’objectif : plus de personnes, plus souvent, pour plus, par des proches
board-donors = Personnes qui ont donné
board-new = Dont { $new ->
    [one] { $new } pour la première fois
   *[other] { $new } pour la première fois
} et { $returning } de retour
board-frequency = Fréquence
board-per-donor = Dons par personne
board-amount = Montant
board-average = Don moyen
board-median = Don médian : { $money }
board-one-gift = Un seul don
board-friends = Par des proches
board-came = { $came ->
    [0] Personne n’est venu par une invitation
    [one] Personne venue par une invitation
   *[other] Personnes venues par une invitation
}
board-compared = Comparaison
board-this-period = Cette période
board-before = Période précédente
board-before-days = Période précédente : { $days }.
board-last-year = Un an plus tôt
board-last-year-days = Un an plus tôt : { $days }.
board-new-donors = Dont pour la première fois
board-all-gifts = Dons
board-total = Total
board-total-in = Total en { $currency }
board-campaigns = Collectes en cours, depuis leur début
board-percent = { $percent } %
board-bank = De Stripe à la banque
board-unknown = Ce que ces chiffres ne disent pas
board-nothing-before = Rien à comparer encore : les dons ont commencé pendant cette période ou celle d’avant.
board-nobodys = { $gifts ->
    [one] { $gifts } don compte dans les montants, mais pas parmi les personnes : on ne sait pas de qui il vient.
   *[other] { $gifts } dons comptent dans les montants, mais pas parmi les personnes : on ne sait pas de qui ils viennent.
}
board-friends-seen = Les proches venus sans lien d’invitation ne sont pas comptés.
board-frozen = Cette page garde ses chiffres, même si un don change par la suite.
board-other-language-fr = En français
board-other-language-en = En anglais
board-earlier = Pages précédentes
board-pages = Chaque page garde les chiffres du moment où elle a été faite.
board-no-pages = Aucune page encore. Envoyez /conseil, ou par exemple /conseil mois.
board-issued = { $days } (le { $at })
board-unknown-period = Aucune période ne s’appelle « { $text } ». Essayez /conseil, /conseil mois, /conseil 2026 ou /conseil 2026-11.
sheet-as-of = Chiffres connus le { $at }
