# Vue d’ensemble : les mêmes lignes dans la conversation, le terminal, le résumé de la semaine et l’image.
overview-todo = À faire : { $what }.
overview-todo-none = Rien n’attend l’équipe.
overview-todo-messages = { $number ->
    [one] { $number } message sans réponse
   *[other] { $number } messages sans réponse
}
overview-todo-reports = { $number ->
    [one] { $number } signalement
   *[other] { $number } signalements
}
overview-todo-disputes = { $number ->
    [one] { $number } contestation
   *[other] { $number } contestations
}
overview-todo-due = à régler d’ici le { $day }
overview-todo-approvals = { $number ->
    [one] { $number } approbation
   *[other] { $number } approbations
}
overview-campaign = { $name } : { $raised } sur { $goal } ({ $percent } %)
overview-campaign-outside = dont { $money } hors d’Obole
overview-campaign-days = { $days ->
    [0] terminée
    [one] dernier jour
   *[other] encore { $days } jours
}
overview-campaigns-more = Et { $number ->
    [one] { $number } autre collecte
   *[other] { $number } autres collectes
}.
overview-week = Cette semaine : { $total }, { $donors ->
    [0] personne de connu
    [one] { $donors } personne, dont { $new } pour la première fois
   *[other] { $donors } personnes, dont { $new } pour la première fois
}.
overview-week-quiet = Cette semaine : aucun don.
overview-week-before = Mêmes jours la semaine d’avant : { $total }.
overview-bank = À la banque : { $money } le { $day }.
overview-bank-coming = Prochain virement : { $money } le { $day }.
overview-bank-at-stripe = Encore chez Stripe : { $money }.
overview-nothing = rien
overview-since-start = Depuis le début
overview-since = Depuis le { $day }
overview-until = Jusqu’au { $day }
overview-between = Du { $first } au { $last }
overview-of-campaign = { $name } : { $days }
overview-period-none = { $days } : aucun don.
overview-donors-all = Personnes qui ont donné : { $donors }.
overview-donors = Personnes qui ont donné : { $donors }, dont { $new } pour la première fois et { $returning } de retour.
overview-donors-before = Période précédente : { $donors }.
overview-frequency = Fréquence : { $each } don par personne.
overview-again = { $percent } % ont redonné en 90 jours (entre { $low } et { $high } %).
overview-amount = Montant : { $total } en { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
}.
overview-amount-typical = Don moyen { $average }, don médian { $median }.
overview-amount-outside = Hors d’Obole : { $outside }.
overview-before = Période précédente : { $total }.
overview-last-year = Un an plus tôt : { $total }.
overview-friends = Par des proches : { $came ->
    [0] personne n’est venu
    [one] { $came } personne est venue
   *[other] { $came } personnes sont venues
}{ $came ->
    [0] .
   *[other] { $gave ->
        [0] , aucune n’a encore donné.
        [one] , { $gave } a donné.
       *[other] , { $gave } ont donné.
    }
}
overview-friends-gifts = { $total } en { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
} par une invitation.
overview-not-yet = Trop tôt pour dire qui redonne : il faut attendre 90 jours après un premier don.
overview-not-yet-few = Trop peu de premiers dons pour dire combien de personnes redonnent.
overview-unknown = Aucune collecte ni période ne s’appelle « { $text } ». Essayez par exemple /chiffres mois, /chiffres 2026-11 ou /chiffres suivi du nom court d’une collecte.
overview-details = Détails
overview-pick-week = Semaine
overview-pick-month = Mois
overview-pick-year = Année
overview-pick-all = Depuis le début
overview-pick-days = { $days } jours
picture-overview-donors = { $donors ->
    [0] aucune personne connue
    [one] { $donors } personne
   *[other] { $donors } personnes
}
picture-overview-new = dont { $new ->
    [one] { $new } nouvelle
   *[other] { $new } nouvelles
}
picture-overview-average = don moyen { $average }
picture-overview-median = médian { $median }
picture-overview-gifts = { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
}
picture-overview-again = { $percent } % redonnent
picture-overview-between = entre { $low } et { $high } %
picture-overview-friends = { $came ->
    [0] aucun proche
   *[other] { $came } par des proches
}
picture-overview-friends-gave = { $gave ->
    [0] aucun don encore
    [one] { $gave } a donné
   *[other] { $gave } ont donné
}
picture-overview-none = Aucun don
picture-overview-goal = { $raised } sur { $goal }
picture-overview-days = { $days ->
    [0] terminée
    [one] dernier jour
   *[other] { $days } jours
}
picture-overview-alt = { $days } : { $total }, { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
}, { $donors ->
    [one] { $donors } personne
   *[other] { $donors } personnes
}
