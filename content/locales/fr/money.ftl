### L’argent qui revient, et l’argent qui pose problème.

## Deux dons semblables
double-title = Deux dons semblables
double-line = Nous avons reçu deux fois { $amount } pour la collecte « { $campaign } » à quelques minutes d’écart. C’était voulu?
double-choice = Si oui, merci! Sinon, un seul geste suffit et le deuxième vous revient.
double-back = Rembourser le 2e
double-keep = Oui, gardez les deux
double-kept = Vos deux dons comptent.
double-returns = Nous avons demandé que { $amount } vous reviennent.
double-refused = Le remboursement de { $amount } n’a pas pu se faire tout de suite. Chez { $charity }, une personne va s’en occuper.

## Ce que l’équipe apprend
staff-gift-line = { $amount }, le { $day }, collecte « { $campaign } ».
staff-gift-undated = { $amount }, collecte « { $campaign } ».
staff-gift-number = Don n° { $number }
staff-open-stripe = Ouvrir chez Stripe
staff-dispute-title = Un don est contesté
staff-dispute-until = Une réponse est possible jusqu’au { $until }.
staff-dispute-todo = La banque de la personne demande l’argent. Répondez chez Stripe avec ce que vous savez, ou acceptez la contestation; sans réponse, l’argent est perdu. Ne remboursez pas en plus.
staff-fraud-title = Une carte a peut-être été volée
staff-fraud-todo = La banque croit que la personne à qui appartient la carte n’a pas fait ce don. Rembourser maintenant évite une contestation et ses frais.
staff-intake-title = Un paiement n’a pas pu être inscrit
staff-intake-what = Message de Stripe : { $type }.
staff-intake-why = Ce qui n’a pas marché : { $why }
staff-intake-todo = Rien n’est perdu : le message est gardé et sera relu. Si cet avis vous étonne, montrez-le à la personne qui s’occupe d’Obole.

## Rembourser
staff-refund-button = Rembourser
staff-refund-title = Rembourser un don
staff-refund-find = Quel est le numéro du dossier ou du don?
staff-refund-unknown = Aucun don ne porte ce numéro.
staff-refund-left = On peut encore rembourser { $amount }.
staff-refund-whole = Rembourser { $amount }
staff-refund-part = Une partie
staff-refund-how-much = Combien rembourser? Au plus { $amount }.
staff-refund-amount = Ce montant n’est pas compris, ou dépasse ce qui reste.
staff-refund-unpaid = Ce don n’a pas été payé : rien n’est à rembourser.
staff-refund-disputed = Ce don est contesté : c’est la banque qui décide. Répondez chez Stripe.
staff-refund-gone = Tout est déjà remboursé ou en chemin.
staff-refund-too-much = Il reste moins que cela à rembourser.
staff-refund-no-payment = Le paiement de ce don n’est pas encore connu. Réessayez dans quelques minutes.
staff-refund-why = Pourquoi rembourser { $amount }? La raison reste dans le journal de l’équipe.
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
staff-refund-sure = L’argent revient à la personne, et cela ne s’annule pas. Stripe ne rend pas les frais.
staff-refund-yes = Oui, { $amount }
staff-refund-sent = Stripe rembourse { $amount }. La personne en reçoit la nouvelle.
staff-refund-later = Stripe ne répond pas en ce moment. La demande de { $amount } est gardée et partira d’elle-même, une seule fois.
staff-refund-refused-title = Stripe refuse un remboursement
staff-refund-refused-why = Stripe répond : { $why }
staff-refund-refused-todo = Regardez ce paiement chez Stripe; un solde trop bas est la cause la plus fréquente.
staff-refund-unanswered = Stripe n’a pas répondu de toute la journée; la demande est abandonnée. Vérifiez chez Stripe avant de la refaire.
