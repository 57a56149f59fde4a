### En dehors de la conversation : pages web, page de paiement, Discord, images.

## Page de retour
page-paid-title = Merci!
page-paid = Votre don de { $amount } à la collecte « { $campaign } » est bien arrivé.
page-pending-title = Merci! Votre paiement est en chemin.
page-pending-monthly = { $amount } par mois à la collecte « { $campaign } ». Le premier prélèvement bancaire prend quelques jours; vous n’avez rien à faire.
page-pending = { $amount } à la collecte « { $campaign } ». Un débit bancaire prend quelques jours; vous n’avez rien d’autre à faire.
page-unknown-title = Merci de votre visite
page-unknown = Si vous venez de payer, votre don est en route vers nous et la confirmation arrivera dans votre conversation.
page-wasnt-me-title = Ce lien n’était pas le vôtre?
page-wasnt-me = Si on vous a transmis ce lien, votre don sera détaché du compte de la personne qui l’avait reçu. Le don lui-même reste.
page-wasnt-me-done-title = C’est fait
page-wasnt-me-done = Le don n’est plus lié à cette personne. Merci de nous l’avoir dit.
page-link-off-title = Ce lien est fermé
page-link-off = Ce lien ne mène plus à une page de don.
page-not-found-title = Cette page n’existe pas
page-not-found = L’adresse est peut-être incomplète. Votre conversation, elle, est toujours là.

## Page de paiement de Stripe
stripe-thanks = Merci! Votre don à « { $campaign } » est bien reçu. Vous pouvez revenir à votre conversation.
stripe-identity-reason = Votre nom et votre adresse serviront à votre reçu officiel, rien d’autre.
stripe-inactive = La collecte « { $campaign } » est terminée.

## Discord
option-amount-name = montant
option-amount = Montant de votre don, par exemple 5 ou 7,50
option-campaign-name = collecte
option-campaign = La collecte à laquelle donner
option-code-name = code
option-code = Le code affiché sur la page, après le paiement

## Images
picture-raised = recueillis sur un objectif de { $goal }
picture-goal = Objectif
picture-start = { $donors ->
    [one] Une personne a déjà donné
   *[other] { $donors } personnes ont déjà donné
}
picture-first = La collecte commence
picture-quiet = Chaque don compte
picture-missing = Il ne manque que
picture-missing-of = pour atteindre { $goal }
picture-reached = Objectif atteint
picture-over = pour un objectif de { $goal }
picture-alt-shown = { $campaign } : { $raised } sur { $goal }
picture-alt-near = { $campaign } : il ne manque que { $missing } pour atteindre { $goal }
picture-alt-goal = { $campaign } : objectif de { $goal }
