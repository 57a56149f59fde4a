### Moins de 18 ans.

adult-title = Avez-vous 18 ans ou plus?
adult-why = On ne le demande qu’une fois, avant un don mensuel. On garde seulement votre réponse et le jour.
adult-yes = Oui
adult-no = Non
adult-refused-title = Merci de vouloir aider
adult-refused = Il faut avoir 18 ans pour donner chaque mois. Vous pouvez quand même faire un don unique, jusqu’à { $amount }, et vous ne recevrez pas de rappels.
adult-refused-parent = C’est une erreur, ou un parent a une question? Écrivez-nous ici : une personne vous répondra.
adult-once = Faire un don unique
