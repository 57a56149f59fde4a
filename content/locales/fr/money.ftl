### Remboursements, dons en double et contestations.

## Dons en double
double-title = Deux dons identiques
double-line = Nous avons reçu { $amount } deux fois pour la collecte « { $campaign } », à quelques minutes d’écart. Est-ce voulu?
double-choice = Si oui, merci! Sinon, un seul geste et le deuxième vous est remboursé.
double-back = Rembourser le 2e
double-keep = Oui, gardez les deux
double-kept = Vos deux dons comptent.
double-returns = Nous avons demandé que { $amount } vous soient remboursés.
double-refused = Le remboursement de { $amount } n’a pas pu se faire tout de suite. Quelqu’un va s’en occuper chez { $charity }.

## Avis à l’équipe
staff-gift-line = { $amount }, le { $day }, collecte « { $campaign } ».
staff-gift-undated = { $amount }, collecte « { $campaign } ».
staff-gift-number = Don n° { $number }
staff-open-stripe = Ouvrir chez Stripe
staff-dispute-title = Un don est contesté
staff-dispute-until = Vous pouvez y répondre jusqu’au { $until }.
staff-dispute-todo = La banque du donateur redemande l’argent. Répondez chez Stripe avec ce que vous savez, ou acceptez la contestation; sans réponse, l’argent est perdu. Ne remboursez pas en plus.
staff-fraud-title = Une carte a peut-être été volée
staff-fraud-todo = La banque croit que le titulaire de la carte n’a pas fait ce don. Le rembourser maintenant évite une contestation et ses frais.
staff-donor-refund-title = Remboursement d’un don fait en double
staff-donor-refund-todo = Deux dons identiques sont venus de la même carte à quelques minutes d’écart, et la personne a demandé le remboursement du deuxième. Obole l’a demandé à Stripe. Vous n’avez rien à faire.
staff-intake-title = Un paiement n’a pas pu être enregistré
staff-intake-what = Message de Stripe : { $type }.
staff-intake-why = Ce qui n’a pas fonctionné : { $why }
staff-intake-todo = Rien n’est perdu : le message est gardé, et un nouvel essai se fera. Si cet avis vous étonne, montrez-le à la personne qui s’occupe d’Obole.

## Remboursements
staff-refund-button = Rembourser
staff-refund-title = Rembourser un don
staff-refund-find = Quel est le numéro du dossier ou du don?
staff-refund-unknown = Aucun don ne porte ce numéro.
staff-refund-left = On peut encore rembourser { $amount }.
staff-refund-whole = Rembourser { $amount }
staff-refund-part = Une partie
staff-refund-how-much = Combien rembourser? Au plus { $amount }.
staff-refund-amount = Je n’ai pas compris ce montant, ou il dépasse ce qui reste.
staff-refund-unpaid = Ce don n’a pas été payé : il n’y a rien à rembourser.
staff-refund-disputed = Ce don est contesté : c’est la banque qui décide. Répondez chez Stripe.
staff-refund-gone = Tout est déjà remboursé, ou le remboursement est en route.
staff-refund-too-much = Il reste moins que cela à rembourser.
staff-refund-meanwhile = Quelqu’un de l’équipe vient d’en rembourser une partie. Vérifiez ce qui reste avant de continuer.
staff-refund-no-payment = Le paiement de ce don n’est pas encore connu. Réessayez dans quelques minutes.
staff-refund-why = Pourquoi rembourser { $amount }? La raison est inscrite au journal de l’équipe.
staff-refund-asked = La personne le demande
staff-refund-double = Payé deux fois
staff-refund-wrong = Mauvais montant
staff-refund-fraud = Carte peut-être volée
staff-refund-other = Une autre raison
staff-refund-write = Écrivez la raison en une phrase, sans nommer personne.
staff-refund-label-number = Numéro
staff-refund-label-amount = Montant
staff-refund-label-reason = Raison
staff-refund-reason = Raison : { $reason }
staff-refund-sure-title = Rembourser { $amount }?
staff-refund-sure = L’argent retourne à la personne. Cela ne s’annule pas, et Stripe garde ses frais.
staff-refund-yes = Oui, { $amount }
staff-refund-sent = Stripe rembourse { $amount }. La personne en est avertie.
staff-refund-later = Stripe ne répond pas en ce moment. La demande de { $amount } est gardée et partira automatiquement, une seule fois.
staff-refund-refused-title = Stripe refuse un remboursement
staff-refund-refused-why = Stripe répond : { $why }
staff-refund-refused-todo = Regardez ce paiement chez Stripe; la cause la plus fréquente est un solde trop bas.
staff-refund-unanswered = Stripe n’a pas répondu de toute la journée : la demande est abandonnée. Vérifiez chez Stripe avant de la refaire.

## Dons jumelés, côté équipe
staff-match-title = Dons jumelés, « { $campaign } »
staff-match-none = Personne ne double les dons à cette collecte.
staff-match-line = { $sponsor } : jusqu’à { $pool }, il reste { $left }. Du { $begins } au { $ends }.
staff-match-names = En français : { $fr }. En anglais : { $en }.
staff-match-promise = Chaque don payé pendant ce temps est doublé jusqu’à ce que la somme soit épuisée. C’est la promesse du partenaire : elle n’entre ni dans le total ni dans les livres.
staff-match-new = Don jumelé
staff-match-back = Retour
staff-match-end = Terminer { $sponsor }
staff-match-end-sure = Il reste { $left } de la promesse { DE($sponsor) }. Ce qui est déjà jumelé reste; plus rien ne le sera ensuite.
staff-match-end-yes = Oui, terminer
staff-match-go = Commencer
staff-match-drop = Supprimer
staff-match-stale = Ce bouton ne fonctionne plus : la situation a changé entre-temps.
staff-match-ask-fr = Qui double les dons? Le nom en français, tel que les gens le verront.
staff-match-ask-en = Et le nom en anglais?
staff-match-ask-pool = Jusqu’à quelle somme?
staff-match-ask-from = À partir de quand? Par exemple « 1er décembre » ou « 1er décembre 9 h ».
staff-match-ask-until = Jusqu’à quand? Par exemple « 24 décembre » ou « 24 décembre 18 h ».
staff-match-field-fr = Nom en français
staff-match-field-en = Nom en anglais
staff-match-field-pool = Somme
staff-match-field-from = Début
staff-match-field-until = Fin
staff-match-bad-name = Un nom doit compter de 1 à 80 caractères.
staff-match-bad-amount = Je n’ai pas compris ce montant. Écrivez par exemple 500 ou 500,50.
staff-match-bad-time = Je n’ai pas compris cette date, ou cette heure n’existe pas ce jour-là.
staff-match-past = Ce moment est déjà passé.
staff-match-order = La fin précède le début.
staff-match-overlap = Les dons à cette collecte sont déjà jumelés pendant ce temps. Changez les dates, ou terminez d’abord l’autre jumelage.
staff-refund-failed-title = Un remboursement a échoué à la banque
staff-refund-failed-todo = L’argent est de nouveau sur votre solde Stripe, et la personne est prévenue si on sait qui a payé. Regardez la raison chez Stripe avant de réessayer : le plus souvent, la carte n’existe plus.
