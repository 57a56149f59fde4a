# Résumé de la semaine, dans la boîte de l’équipe
digest-quiet = Semaine tranquille : aucun don.
digest-given = { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
} de { $donors ->
    [0] personne de connu
    [one] { $donors } personne, dont { $new } pour la première fois
   *[other] { $donors } personnes, dont { $new } pour la première fois
} : { $total }.
digest-before = Semaine d’avant : { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
}, { $total }.
digest-friends = Par des proches : { $came ->
    [one] { $came } personne est venue
   *[other] { $came } personnes sont venues
}, { $gave ->
    [0] aucune n’a encore donné
    [one] { $gave } a donné
   *[other] { $gave } ont donné
}.
digest-no-sum = trop peu de dons pour en dire la somme ici
digest-late = Le résumé de cette semaine n’est pas parti à l’heure, parce qu’Obole était arrêté.
digest-show = Le voir quand même
digest-stop = Ne plus recevoir ces résumés
digest-again = Recevoir de nouveau ces résumés
digest-off = L’équipe ne recevra plus de résumé le lundi. Vous retrouvez les chiffres quand vous voulez avec /chiffres.
digest-on = L’équipe recevra un résumé le lundi à 9 h.
