### Pour l’équipe : les dons reçus hors de Stripe (comptant, chèques, virements).

command-add = Équipe : ajouter un don comptant, par chèque ou virement
command-deposit = Équipe : ce qui n’est pas encore à la banque
option-offline = combien et comment : 50 interac, 9 x 20 chèque
option-offline-name = don
staff-home-offline = Comptant et chèques
staff-offline-title = Don hors d’Obole
staff-offline-how = Écrivez combien et comment : « 50 interac », « 20 comptant », « 9 x 20 chèque » pour neuf dons du même montant.
staff-offline-how-label = Combien et comment
staff-offline-not-kind = Les denrées et les autres dons en nature ne se comptent pas ici.
staff-offline-latest = Derniers ajouts :
staff-offline-new = Ajouter un don
staff-offline-deposits = Dépôts
staff-offline-cash = Comptant
staff-offline-cheque = Chèque
staff-offline-transfer = Virement
staff-offline-other = Autre
staff-offline-line = { $amount } { $way ->
    [cash] comptant
    [cheque] par chèque
    [transfer] par virement
   *[other] autrement
}, reçu le { $day }, collecte « { $campaign } ».
staff-offline-brief = { $amount } { $way ->
    [cash] comptant
    [cheque] par chèque
    [transfer] par virement
   *[other] autrement
}, le { $day }
staff-offline-line-many = { $count } dons de { $amount } { $way ->
    [cash] comptant
    [cheque] par chèque
    [transfer] par virement
   *[other] autrement
} ({ $total } en tout), reçus le { $day }, collecte « { $campaign } ».
staff-offline-banked = À la banque depuis le { $day }.
staff-offline-not-banked = Pas encore à la banque.
staff-offline-slip = Bordereau de dépôt { $slip }.
staff-offline-note = Note : { $note }
staff-offline-late = Reçu après la fin de la collecte : le don compte, et il est marqué en retard.
staff-offline-by = Entré par { $name }.
staff-offline-nothing-yet = Rien ne compte avant le premier bouton. Personne n’est remercié ni relancé, et aucun commanditaire ne double ce don.
staff-offline-above = Au-delà de { $amount }, une deuxième personne doit confirmer.
staff-offline-same = { $minutes ->
    [0] { $name } vient d’ajouter le même don. Ajouter celui-ci quand même?
    [one] { $name } a ajouté le même don il y a une minute. Ajouter celui-ci quand même?
   *[other] { $name } a ajouté le même don il y a { $minutes } minutes. Ajouter celui-ci quand même?
}
staff-offline-go = Ajouter
staff-offline-go-anyway = Ajouter quand même
staff-offline-ask-second = Demander l’accord
staff-offline-approve = Confirmer et ajouter
staff-offline-drop = Abandonner
staff-offline-field-campaign = Collecte
staff-offline-field-amount = Montant
staff-offline-field-count = Combien de dons
staff-offline-field-way = Comment
staff-offline-field-received = Jour de réception
staff-offline-field-banked = Jour du dépôt
staff-offline-field-note = Note
staff-offline-ask-campaign = Pour quelle collecte?
staff-offline-ask-amount = De combien est un don? Par exemple 50 ou 7,50.
staff-offline-ask-count = Combien de dons de ce montant? Écrivez un nombre de 1 à 50.
staff-offline-ask-way = Comment est-il arrivé?
staff-offline-ask-received = Quand l’avez-vous reçu? Touchez un jour ou écrivez-le : « 28 nov. », 2026-11-28.
staff-offline-ask-banked = Quand a-t-il été déposé à la banque? Touchez un jour ou écrivez-le : « 28 nov. », 2026-11-28.
staff-offline-ask-note = Une note pour le retrouver plus tard, par exemple « boîte rouge, fête de rue ». Ne nommez personne. Un tiret enlève la note.
staff-offline-bad-amount = Je n’ai pas compris ce montant.
staff-offline-bad-ambiguous = Ce montant peut se lire de deux façons. Touchez le bon.
staff-offline-bad-currency = Cette collecte compte en { $code }. Entrez ce que votre banque a crédité dans cette devise.
staff-offline-bad-positive = Le montant doit être supérieur à zéro. Pour corriger un don, ouvrez-le et retirez-le.
staff-offline-bad-large = C’est trop pour un seul don. Vérifiez le montant.
staff-offline-bad-count = Ce n’est pas un nombre de 1 à 50.
staff-offline-bad-day = Je n’ai pas compris ce jour.
staff-offline-bad-future = Ce jour n’est pas encore arrivé.
staff-offline-bad-old = C’était il y a plus de deux ans.
staff-offline-bad-before = Il ne peut pas être à la banque avant d’être reçu.
staff-offline-bad-long = La note peut avoir au plus 200 caractères.
staff-offline-bad-personal = La note semble contenir une adresse courriel ou un numéro de téléphone. Laissez de côté ce qui désigne une personne.
staff-offline-bad-second = Une autre personne de l’équipe doit confirmer ce don.
staff-offline-today = Aujourd’hui
staff-offline-yesterday = Hier
staff-offline-other-day = Un autre jour
staff-offline-not-banked-yet = Pas encore
staff-offline-added = Ajouté
staff-offline-total = La collecte est maintenant à { $raised } sur { $goal }.
staff-offline-undo-note = Vous pouvez annuler pendant une journée. Ensuite, ouvrez le don avec /{ $command } et retirez-le.
staff-offline-another = Un autre dans ce dépôt
staff-offline-undo = Annuler l’ajout
staff-offline-second-asked = L’accord est demandé à l’équipe. Rien ne compte avant qu’une deuxième personne confirme. Si vous êtes la seule personne de l’équipe, invitez quelqu’un sous Équipe.
staff-offline-second-title = Un don hors d’Obole attend un accord
staff-offline-second-by = { $name } veut ajouter { $amount } { $way ->
    [cash] comptant
    [cheque] par chèque
    [transfer] par virement
   *[other] reçus autrement
}. Une autre personne doit confirmer.
staff-offline-see = Voir ce don
staff-offline-entered = Entré par { $name }, le { $day }.
staff-offline-approved = Confirmé par { $name }.
staff-offline-is-taken-back = Retiré le { $day } : { $reason }.
staff-offline-owners-only = Au-delà de la limite, seul un propriétaire peut le retirer.
staff-offline-bank = Il est déposé
staff-offline-unbank = Pas encore à la banque
staff-offline-take-back = Retirer ce don
staff-offline-why = Pourquoi? Le don reste aux livres, avec une contre-écriture et cette raison.
staff-offline-why-returned = Retourné par la banque
staff-offline-why-mistake = Entré par erreur
staff-offline-why-given-back = Rendu à la personne
staff-offline-why-undone = annulé dans la journée
staff-offline-why-other = Une autre raison
staff-offline-why-write = Écrivez la raison en une phrase, sans nommer personne.
staff-offline-sure = Le total de la collecte baisse de { $amount }. Obole ne déplace pas d’argent : s’il faut le rendre, faites-le vous-même, en personne ou vers le compte d’où il venait, jamais par chèque ni sur une autre carte.
staff-offline-sure-yes = Oui, retirer { $amount }
staff-offline-taken-back = { $amount } ne comptent plus. Les livres gardent les deux écritures.
staff-offline-deposit-loose = { $count ->
    [one] Un don sans bordereau : { $total }.
   *[other] { $count } dons sans bordereau : { $total }.
}
staff-offline-deposit-slip = { $count ->
    [one] Bordereau { $slip } : un don, { $total }.
   *[other] Bordereau { $slip } : { $count } dons, { $total }.
}
staff-offline-deposit-button = { $slip ->
    [0] Déposer { $total }
   *[other] Déposer le bordereau { $slip } : { $total }
}
staff-offline-deposits-more = Et { $count } de plus, une fois ceux-ci faits.
staff-offline-deposit-when = Quand l’avez-vous déposé à la banque?
staff-offline-deposited = { $total } à la banque depuis le { $day }, bordereau { $slip }. Ce montant devrait être sur le relevé.
staff-offline-all-banked = Tout ce que vous avez entré est à la banque.
staff-offline-stale = Ce bouton ne fonctionne plus : le don a été ajouté, abandonné ou modifié entre-temps.
