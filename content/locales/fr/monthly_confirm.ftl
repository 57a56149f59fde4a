### Prouver qu’un don est le sien, et arrêter un don mensuel.

## Avant la confirmation
unconfirmed-begun = Un don mensuel de { $amount } à la collecte « { $campaign } » a commencé par votre lien.
unconfirmed-again = Un don mensuel à la collecte « { $campaign } » a commencé par votre lien.
unconfirmed-gift = Un don de { $amount } à la collecte « { $campaign } » est venu par votre lien.
unconfirmed-yours = Est-ce le vôtre? Confirmez-le, et vous pourrez le suivre, le changer et l’arrêter ici même.
unconfirmed-not-yours = Si quelqu’un d’autre l’a fait, vous n’avez rien à faire : merci d’avoir transmis le lien.
unconfirmed-confirm = C’est le mien : confirmer
unconfirmed-stripe = La page de Stripe
unconfirmed-how = Comment l’arrêter

## Comment confirmer
confirm-title = Confirmer que c’est le vôtre
confirm-page = La page ouverte après le paiement a ce qu’il faut, pendant 24 heures : rouvrez-la et choisissez cette conversation.
confirm-number = Ou ouvrez une session sur la page de Stripe avec l’adresse courriel donnée au paiement, et envoyez ici le numéro de votre dernière facture, comme ceci : /reclamer ABCD1234-0001
confirm-receipt = Prenez le reçu que Stripe vous envoie par courriel pour un paiement fait après notre demande de confirmation (le plus récent, ou attendez le prochain), et envoyez-en le numéro ici, comme ceci : /reclamer 1234-5678
confirm-own = La page affichée après le paiement ramenait ici, ou montrait un code à envoyer ici. Les deux sont valides 24 heures.
confirm-again = Ou bien confirmez ici votre prochain don : celui-ci sera confirmé du même coup, si la même carte l’a payé.
confirm-else = Si rien ne fonctionne, écrivez à { $contact } : une personne { DE($charity) } cherchera avec vous.
confirm-done-title = C’est confirmé
confirm-done = Ce don mensuel est maintenant le vôtre ici : vous pouvez le suivre, le changer et l’arrêter.
confirm-earlier-title = Ce don mensuel est-il le vôtre?
confirm-earlier = Un don mensuel à la collecte « { $campaign } » est associé à votre compte ici.
confirm-earlier-why = Nous demandons désormais une confirmation, car un lien peut être transmis. D’ici là, vous pouvez le mettre en pause ou l’arrêter ici; pour le montant, la carte et les reçus, il faudra attendre.
sure-yours-title = Est-ce bien le vôtre?
sure-yours = Ce don mensuel à la collecte « { $campaign } » n’a jamais été confirmé. Si vous continuez, l’équipe en sera avertie.
sure-yours-yes = Oui, c’est le mien

## Comment en arrêter un
how-to-end-title = Comment arrêter un don mensuel
how-to-end-page = Ouvrez une session sur la page de Stripe avec l’adresse courriel donnée au paiement : Stripe y envoie un code, et le don peut être arrêté en tout temps.
how-to-end-receipt = Les courriels de Stripe au sujet du don expliquent comment le gérer.
how-to-end-charity = Ou écrivez à { $contact } : l’équipe ({ $charity }) l’arrêtera pour vous, sans que vous ayez à dire pourquoi.
unconfirmed-goes-on = Un don mensuel a commencé par votre lien. C’est peut-être celui de quelqu’un d’autre, alors il continue : la personne qui le paie peut l’arrêter sur la page de Stripe, ou { $charity } peut s’en charger ({ $contact }).
unconfirmed-goes-on-mail = Un don mensuel a commencé par votre lien. C’est peut-être celui de quelqu’un d’autre, alors il continue : pour l’arrêter, écrivez à l’organisme { $charity } ({ $contact }).
how-to-end-button = Comment arrêter un don mensuel

## Confirmé par la personne qui paie
stripe-own-thanks = Merci! Pour confirmer dans votre conversation que ce don est le vôtre, envoyez-y ceci dans les 24 heures : /{ $command } { $code }
claim-wait = Stripe confirme encore votre don. Cela prend quelques secondes.
claimed-monthly = Voir le don mensuel
claimed-elsewhere-title = Confirmé ailleurs
claimed-elsewhere = Un don pour lequel nous vous avions dit merci a été confirmé par la personne qui l’a payé, sur un autre compte. Il ne figure plus dans vos dons, et vous n’avez rien à faire.

## Page web après un don mensuel
page-monthly = Votre don de { $amount } par mois à la collecte « { $campaign } » a commencé.
page-monthly-next = Le prochain aura lieu le { $day }.
page-claim-yours = C’était vous? Confirmez-le une seule fois, dans les 24 heures, dans la conversation de votre choix.

## Avis à l’équipe
staff-unproved-title = Un don mensuel a été changé sans confirmation
staff-unproved-paused = En pause : { $amount } par mois à la collecte « { $campaign } ».
staff-unproved-resumed = Repris : { $amount } par mois à la collecte « { $campaign } ».
staff-unproved-ended = Arrêté : { $amount } par mois à la collecte « { $campaign } ».
staff-unproved-why = Il date d’avant les confirmations : quelqu’un d’autre peut l’avoir payé par ce lien. En cas de doute, demandez à la personne qui paie; son adresse est chez Stripe.
staff-case-second-claim = Une personne dit que ce don est le sien, alors qu’une autre l’avait déjà confirmé.
staff-case-second-payment = Un deuxième paiement est passé par un lien à usage unique.
gift-state-unproved = à confirmer
gift-line-unproved = { $amount }, { $campaign } ({ $state })
gifts-unproved = Les dons à confirmer sont passés par votre lien; nous ne savons pas encore si c’est vous qui les avez payés.
