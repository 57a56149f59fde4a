### Un don, une fois le paiement fait.

## Merci
thanks-title = Merci!
gift-seen-before = Vous l’avez peut-être déjà lu : il s’agit du même don.
thanks-arrived = Votre don de { $amount } à la collecte « { $campaign } » est bien arrivé.
thanks-arrived-on = Votre don de { $amount } du { $day } à la collecte « { $campaign } » est bien arrivé.
thanks-monthly-begun = Votre don mensuel de { $amount } à la collecte « { $campaign } » a commencé.
thanks-monthly-begun-on = Votre don mensuel de { $amount } à la collecte « { $campaign } » a commencé le { $day }.
thanks-monthly-arrived = Votre don mensuel de { $amount } à la collecte « { $campaign } » est arrivé.
thanks-monthly-arrived-on = Votre don mensuel de { $amount } à la collecte « { $campaign } », prélevé le { $day }, est arrivé.
thanks-monthly-next = Le prochain aura lieu le { $day }.
thanks-monthly-how = Vous pouvez le changer, le mettre en pause ou l’arrêter quand vous voulez : touchez le bouton ou écrivez /{ $command }.
thanks-monthly-last = C’était le dernier : plus rien ne sera prélevé.
thanks-monthly-change = Changer ou arrêter ce don
thanks-after-end = La collecte s’était terminée le { $day }. Votre don a été reçu après cette date.
thanks-after-end-undated = La collecte était terminée quand votre don a été reçu.
thanks-matched = Don jumelé : { $sponsor } ajoute { $added }.
thanks-matched-part = Don jumelé : { $sponsor } ajoute les { $added } qui restaient de sa promesse.
thanks-match-empty = La somme promise par { $sponsor } était épuisée quand votre don est arrivé; il compte tout autant.
thanks-total = La collecte est maintenant à { $raised }.
thanks-statement = Sur le relevé de votre carte, vous lirez « { $statement } ».
receipt-registered = Ce message n’est pas un reçu officiel de don. { $charity } est un organisme de bienfaisance enregistré ({ $number }). Pour toute question sur les reçus : { $contact }.
receipt-unregistered = Ce message n’est pas un reçu officiel de don. { $charity } n’émet aucun reçu pour l’impôt.
next-monthly = Donner chaque mois
next-share = En parler autour de vous
next-tell = Lui dire que j’ai donné
next-who = Qui vous a parlé de nous?
next-gifts = Voir mes dons
next-again = Redonner { $amount } : { $campaign }

## Une erreur?
error-button = Une erreur?
error-title = Qu’est-ce qui ne va pas?
error-gift = Don de { $amount } à la collecte « { $campaign } », le { $day }.
error-ask = Choisissez, et une personne s’en occupera.
error-wrong-amount = Le montant n’est pas le bon
error-paid-twice = J’ai payé deux fois
error-wasnt-me = Ce n’était pas moi
error-child = C’est un enfant qui a donné
error-none = Tout est correct
error-kept-title = C’est noté
error-kept-wrong-amount = Vous nous dites que le montant de ce don n’est pas le bon.
error-kept-paid-twice = Vous nous dites que ce don a été payé deux fois.
error-kept-wasnt-me = Vous nous dites que ce don n’est pas de vous.
error-kept-child = Vous nous dites que c’est un enfant qui a fait ce don.
error-kept-who = Une personne { DE($charity) } va s’en occuper. Vous pouvez aussi écrire à { $contact }.
error-kept-number = Dossier { $number }

## Remboursement, paiement en attente, paiement non abouti
refund-title = Remboursement
refund-full = Votre don de { $amount } à la collecte « { $campaign } » vous est remboursé.
refund-part = Une partie de votre don de { $amount } à la collecte « { $campaign } » vous est remboursée : { $refunded }.
refund-when = La somme revient sur le moyen de paiement d’origine, en général dans les 10 jours ouvrables.
pending-title = Votre paiement est en chemin
pending-line = { $amount } à la collecte « { $campaign } ».
pending-wait = Un débit bancaire prend quelques jours. Nous vous écrirons quand il sera confirmé; vous n’avez rien à faire.
pending-wait-unconfirmed = Un débit bancaire prend quelques jours; vous n’avez rien à faire. Ce don est-il le vôtre? Confirmez-le, et nous vous écrirons ici quand il sera passé.
failed-title = Le paiement n’a pas abouti
failed-line = Le paiement de { $amount } à la collecte « { $campaign } » n’est pas passé. Aucun don n’est enregistré.
failed-mend = Si vous le souhaitez, vous pouvez réessayer ou choisir un autre moyen de paiement.
failed-retry = Réessayer

## Mes dons
gifts-title = Mes dons
gifts-none = Aucun don pour l’instant. Le jour où vous en ferez un, vous le retrouverez ici.
gift-line = { $day } : { $amount }, { $campaign } ({ $state })
gift-state-paid = reçu
gift-state-pending = en chemin
gift-state-failed = non abouti
gift-state-partly-refunded = remboursé en partie, { $refunded }
gift-state-refunded = remboursé
gift-state-disputed = en contestation
gift-state-lost = remboursé par votre banque
gifts-more = { $count ->
    [one] Et un don plus ancien.
   *[other] Et { $count } dons plus anciens.
}
gifts-year = Total de { $year } : { $total }
gifts-receipts = Touchez un don pour voir sa preuve de paiement (ce n’est pas un reçu pour l’impôt).
gift-receipt = { $amount }, { $day }

## Un don que personne n’a réclamé
claim-title = Ce don est-il le vôtre?
claim-line = Don de { $amount } à la collecte « { $campaign } », le { $day }.
claim-line-monthly = Don de { $amount } par mois à la collecte « { $campaign } », commencé le { $day }.
claim-mine = Oui, c’est mon don
claim-last = Une dernière étape : vous revenez de la page de paiement. Touchez le bouton, et c’est confirmé.
claim-not-mine = Non
claim-done-title = C’est fait
claim-done-monthly = Votre don mensuel de { $amount } est confirmé. Merci!
claim-done = Le don de { $amount } est maintenant dans vos dons. Merci!
claim-refused-title = Nous ne trouvons pas ce don
claim-refused = Le lien ou le code a déjà servi, ou il est incomplet. Si ce don est le vôtre, écrivez-nous et nous le retrouverons.

## Ce n’était pas moi
wasnt-me-ask-title = Ce don n’est pas de vous?
wasnt-me-ask = Le don de { $amount } à la collecte « { $campaign } » du { $day } n’apparaîtra plus dans vos dons.
wasnt-me-done-title = C’est fait
wasnt-me-done = Le don de { $amount } à la collecte « { $campaign } » du { $day } n’est plus dans vos dons.
wasnt-me-confirm = Ce n’était pas moi
wasnt-me-card = Si votre carte a servi sans votre accord, écrivez à { $contact } : nous vous aiderons.
questions = Une question? { $contact }
refund-failed-title = Votre remboursement n’est pas arrivé
refund-failed = Votre banque a renvoyé les { $amount } de votre don à la collecte « { $campaign } » : vous n’avez pas reçu cette somme.
refund-failed-next = Une personne { DE($charity) } le sait et s’en occupe : vous n’avez rien à faire. Vous pouvez poser vos questions ici, mais n’écrivez jamais un numéro de carte.
money-dated = Cela date du { $day }; nous sommes désolés de vous l’apprendre en retard.
