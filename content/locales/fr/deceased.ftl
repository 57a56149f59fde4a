### Une personne est décédée.

staff-deceased-button = Décès…
staff-deceased-title = Un décès
staff-deceased-what = Obole n’enverra plus rien à cette personne : ni remerciements, ni rappels, ni nouvelles, ni réponses. Personne n’en est avisé.
staff-deceased-monthly = { $number ->
    [one] Son don mensuel prend fin tout de suite.
   *[other] Ses { $number } dons mensuels prennent fin tout de suite.
}
staff-deceased-unproved = { $number ->
    [one] Un don mensuel fait par son lien n’est pas confirmé : c’est peut-être quelqu’un d’autre qui le paie, alors il continue. Vérifiez-le chez Stripe.
   *[other] { $number } dons mensuels faits par son lien ne sont pas confirmés : d’autres les paient peut-être, alors ils continuent. Vérifiez-les chez Stripe.
}
staff-deceased-ask = Comment l’avez-vous appris? Votre réponse est notée, sans nom.
staff-deceased-mistake = Si c’est une erreur, un propriétaire peut l’annuler. Les dons mensuels restent terminés.
staff-deceased-family = Par la famille
staff-deceased-notice = Par un avis de décès
staff-deceased-other = Autrement
staff-deceased-since = Décès noté le { $day }. Obole n’envoie plus rien à cette personne.
staff-deceased-pending = { $number ->
    [one] Stripe n’a pas encore mis fin à son don mensuel. Obole réessaie chaque minute.
   *[other] Stripe n’a pas encore mis fin à { $number } de ses dons mensuels. Obole réessaie chaque minute.
}
staff-deceased-undo = C’était une erreur
staff-deceased-undone = Le décès n’est plus noté, et cette personne peut recevoir des messages à nouveau. Ce qui n’est pas parti entre-temps ne partira pas, et les dons mensuels restent terminés.
staff-deceased-gone = Cette personne a demandé à être oubliée : il n’y a plus rien à arrêter.
