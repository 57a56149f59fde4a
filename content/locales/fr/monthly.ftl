### Les dons mensuels et les frais.

monthly-offer-title = Donner chaque mois?
monthly-offer = Un petit don mensuel à la collecte « { $campaign } », que vous pouvez changer, mettre en pause ou arrêter ici même, quand vous voulez.
monthly-each = { $amount } par mois
monthly-no-links-title = Un instant
monthly-no-links = Les dons mensuels ne sont pas disponibles en ce moment. Réessayez dans quelques minutes.
monthly-none-title = Aucun don mensuel
monthly-none = Vous n’avez pas de don mensuel en ce moment.
monthly-button = Donner chaque mois
monthly-title = Votre don mensuel
monthly-line = { $amount } par mois à la collecte « { $campaign } ».
monthly-next = Prochain don : le { $day }.
monthly-paused = En pause. Le prochain don aura lieu le { $day }, et rien n’est prélevé d’ici là.
monthly-paused-open = En pause. Rien n’est prélevé.
monthly-card = Le dernier paiement n’est pas passé. Vous pouvez changer de carte sur la page de Stripe.
monthly-mend = Changer de carte
monthly-ends = Se termine le { $day }, et plus rien ne sera prélevé.
monthly-ends-soon = Il se termine à la fin du mois déjà payé, et plus rien ne sera prélevé.
monthly-ends-later = Il se termine le { $day }.
monthly-card-mail = Le dernier paiement n’est pas passé. Stripe réessaiera dans quelques jours et vous écrira à ce sujet par courriel.
monthly-change = Changer le montant
monthly-pause = Mettre en pause
monthly-resume = Reprendre
monthly-end = Arrêter le don mensuel
monthly-other = Aussi : { $amount }, { $campaign }
monthly-amount-title = Quel montant par mois?
monthly-amount = Le nouveau montant s’applique à partir du prochain don.
monthly-ask = Écrivez le montant, par exemple 15. Il ira chaque mois à la collecte « { $campaign } ».
monthly-ask-next = Vous verrez la page de Stripe avant tout prélèvement.
monthly-once = Une seule fois : { $amount }
monthly-back = Retour
monthly-change-title = { $amount } par mois?
monthly-change-line = En ce moment, c’est { $amount } par mois à la collecte « { $campaign } ».
monthly-change-yes = Oui, { $amount } par mois
monthly-pause-title = Une pause de combien de temps?
monthly-pause-line = Rien n’est prélevé pendant la pause; le don reprend ensuite automatiquement.
monthly-pause-months = { $months ->
    [one] Un mois
   *[other] { $months } mois
}
monthly-end-title = Arrêter ce don mensuel?
monthly-end-line = { $amount } par mois à la collecte « { $campaign } ». Plus rien ne sera prélevé pour ce don.
monthly-end-sure = Oui, arrêter
monthly-end-keep = Le garder
monthly-ended-title = Votre don mensuel est arrêté
monthly-ended = Plus rien ne sera prélevé pour la collecte « { $campaign } ». Merci pour tout ce que vous avez donné.
monthly-saved = C’est enregistré.
monthly-trouble-title = Ça n’a pas marché
monthly-trouble = Stripe ne répond pas en ce moment; rien n’a changé. Réessayez dans quelques minutes.
monthly-refused-title = Nous n’avons pas pu le faire
monthly-refused = Stripe a refusé, et rien n’a changé. L’équipe en est avisée; vous pouvez aussi écrire à { $contact }.
monthly-no-links-refused = Il n’est pas possible de commencer un don mensuel en ce moment. L’équipe en est avisée; vous pouvez aussi écrire à { $contact }.
monthly-failed-title = Votre don mensuel n’a pas pu être prélevé
monthly-failed = Les { $amount } de ce mois à la collecte « { $campaign } » ne sont pas passés. Cela arrive, par exemple quand une carte expire.
monthly-failed-how = Vous pouvez régler cela en un geste, ou laisser faire : Stripe réessaiera dans quelques jours.
monthly-moved-title = La collecte est terminée
monthly-moved = La collecte « { $campaign } » s’est terminée, et votre don mensuel de { $amount } continue. À partir du prochain don, il peut aller à la collecte « { $next } ».
monthly-moved-nowhere = La collecte « { $campaign } » s’est terminée, et votre don mensuel de { $amount } continue. Voulez-vous le garder pour { $charity }?
monthly-moved-yes = D’accord
monthly-moved-done = À partir du prochain don, votre don mensuel ira à la collecte « { $campaign } ».
stop-monthly = Votre don mensuel continue. Pour l’arrêter aussi, touchez le bouton.
command-monthly = Mon don mensuel

cover-button = Couvrir aussi les frais
cover-title = Couvrir les frais de paiement
cover-line = Les frais de carte sont d’environ { $fee }. Si vous payez { $total }, il en reste à peu près { $amount } pour l’organisme.
cover-without = Sans les frais : { $amount }
