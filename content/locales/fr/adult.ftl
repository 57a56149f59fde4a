### Moins de 18 ans.

adult-title = Avez-vous 18 ans ou plus?
adult-why = On ne le demande qu’une fois, avant un don mensuel. On garde seulement votre réponse et le jour.
adult-yes = Oui
adult-no = Non
adult-refused-title = Merci de vouloir aider
adult-refused = Il faut avoir 18 ans pour donner chaque mois. Vous pouvez quand même faire un don unique, jusqu’à { $amount }, et vous ne recevrez pas de rappels.
adult-refused-parent = C’est une erreur, ou un parent a une question? Écrivez-nous ici : une personne vous répondra.
adult-once = Faire un don unique
staff-age-button = Âge…
staff-age-title = 18 ans ou plus?
staff-age-unknown = Rien n’est noté sur l’âge de cette personne.
staff-age-is-adult = Noté le { $day } : 18 ans ou plus.
staff-age-is-minor = Noté le { $day } : moins de 18 ans. Ni don mensuel ni rappels; des dons uniques jusqu’à 20 $ environ.
staff-age-minor-means = Si vous notez « moins de 18 ans » : plus de don mensuel ni de rappels, et des dons uniques jusqu’à 20 $ environ.
staff-age-ends = { $number ->
    [one] Son don mensuel prend alors fin tout de suite, et la personne en est avisée.
   *[other] Ses { $number } dons mensuels prennent alors fin tout de suite, et la personne en est avisée.
}
staff-age-pending = { $number ->
    [one] Stripe n’a pas encore mis fin à son don mensuel. Obole réessaie chaque minute.
   *[other] Stripe n’a pas encore mis fin à { $number } de ses dons mensuels. Obole réessaie chaque minute.
}
staff-age-unproved = { $number ->
    [one] Un don mensuel fait par son lien n’est pas confirmé : c’est peut-être quelqu’un d’autre qui le paie, alors il continue. Vérifiez-le chez Stripe.
   *[other] { $number } dons mensuels faits par son lien ne sont pas confirmés : d’autres les paient peut-être, alors ils continuent. Vérifiez-les chez Stripe.
}
staff-age-adult-means = Si vous notez « 18 ans ou plus » : tout redevient possible. Rien ne reprend sans cette personne.
staff-age-logged = Une correction est inscrite au journal, sans nom. Un don mensuel terminé le reste.
staff-age-to-minor = Noter : moins de 18 ans
staff-age-to-adult = Noter : 18 ans ou plus
staff-age-gone = Cette personne a demandé à être oubliée : il n’y a plus rien à corriger.
