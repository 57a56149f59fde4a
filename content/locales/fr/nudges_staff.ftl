### Les rappels, vus par l’équipe.

staff-nudges-title = Rappels
staff-nudges-line = { $policy } : { $state }
staff-nudges-on = actif
staff-nudges-off = inactif
staff-nudges-lacks = inactif : un texte manque dans une langue
staff-nudges-wrong = inactif : ses nombres se contredisent
staff-nudges-held = Tous les rappels sont en pause. Rien ne part.
staff-nudges-hold = Tout suspendre
staff-nudges-release = Tout reprendre
staff-nudges-report = Est-ce que ça marche?
staff-nudges-preview = À venir
staff-nudges-back = Tous les rappels
staff-nudges-second-gift = Deuxième don
staff-nudges-last-day = Dernier jour
staff-nudges-lapsing = Longue absence
staff-nudges-nearly-there = Objectif tout près
staff-nudges-match-open = Dons jumelés
staff-nudges-second-gift-what = Envoyé de { $from } à { $to } jours après un premier don.
staff-nudges-last-day-what = Envoyé dans les dernières 24 heures d’une collecte, aux personnes qui ont déjà donné.
staff-nudges-lapsing-what = Envoyé quand l’absence dépasse { $rhythm } fois l’intervalle habituel entre les dons de la personne.
staff-nudges-nearly-there-what = Envoyé à partir de { $percent } % de l’objectif, aux personnes qui ont déjà donné.
staff-nudges-match-open-what = Envoyé pendant une période de dons jumelés, aux personnes qui ont donné depuis un an.
staff-nudges-held-out = Groupe témoin : { $percent } % des personnes ne reçoivent pas de rappels, pour qu’on puisse en mesurer l’effet.
staff-nudges-text = Texte { $number } : { $text }
staff-nudges-text-own = Texte : celui d’Obole.
staff-nudges-text-lacks = Texte { $number } : il manque en { $languages }.
staff-nudges-turn-on = Activer
staff-nudges-turn-off = Désactiver
staff-nudges-numbers = Changer les nombres
staff-nudges-write = Écrire le texte { $number } en { $language }
staff-nudges-own = Reprendre le texte d’Obole
staff-nudges-fewer = Groupe témoin à 10 %
staff-nudges-more = Groupe témoin à 50 %
staff-nudges-saved = C’est enregistré.
staff-nudges-new-text = Relisez ce texte en { $language } et, plus haut, le rappel tel qu’on le recevra. Rien ne change avant que vous touchiez « Utiliser ce texte », d’ici 15 minutes.
staff-nudges-new-text-use = Utiliser ce texte
staff-nudges-new-text-edit = Modifier
staff-nudges-new-text-drop = Annuler
staff-nudges-new-text-gone = Ce texte n’est plus en attente : il est déjà utilisé, il a été modifié, ou les 15 minutes pour le relire sont passées.
staff-nudges-ask-text = Écrivez le texte en { $language }, en une ou deux phrases. Le titre, les montants et les boutons pour arrêter s’ajoutent automatiquement.
staff-nudges-ask-text-label = Texte
staff-nudges-too-long = C’est trop long : { $over } caractères de trop. Rien n’est perdu : envoyez une version plus courte.
staff-nudges-ask-numbers-label = Nombres
staff-nudges-ask-days = Écrivez deux nombres de jours, par exemple 10 19. Le premier doit être de 8 à 365, et le second, plus grand.
staff-nudges-ask-rhythm = Écrivez un nombre de 1 à 10, par exemple 1,5.
staff-nudges-ask-percent = Écrivez un pourcentage de 50 à 99, par exemple 85.
staff-nudges-not-numbers = Ces nombres ne conviennent pas.
staff-nudges-fr = français
staff-nudges-en = anglais
staff-nudges-none-due = Aucun rappel n’est prévu dans les trois prochains jours.
staff-nudges-due = { $day } : { $policy }, { $people ->
    [one] une personne
   *[other] { $people } personnes
}
staff-nudges-due-both = Ce nombre comprend le groupe témoin, qui ne reçoit rien.
staff-nudges-arms = { $policy } : { $sent } personnes ont reçu un rappel, dont { $sentgave } ont donné en { $days } jours; { $held } étaient dans le groupe témoin, dont { $heldgave } ont donné.
staff-nudges-too-few = Trop peu de monde pour dire quoi que ce soit.
staff-nudges-too-small = Pour une réponse utile, il faut environ { $needed } personnes; { $people ->
    [0] il n’y en a encore aucune
    [one] il n’y en a qu’une jusqu’ici
   *[other] il y en a { $people } jusqu’ici
}. D’ici là, ne jugez pas les rappels sur ces chiffres.
staff-nudges-cannot-tell = Trop tôt pour le dire : avec { $people } personnes, seul un écart d’au moins { $smallest } points se verrait.
staff-nudges-cannot-tell-times = Trop tôt pour le dire : avec { $people } personnes, il faudrait que les dons soient { $times } fois plus fréquents pour que cela se voie.
staff-nudges-works = Les rappels fonctionnent : entre { $low } et { $high } dons de plus pour 100 personnes.
staff-nudges-harms = Les rappels nuisent : entre { $low } et { $high } dons de moins pour 100 personnes.
staff-nudges-money = Par personne : { $lift } (de { $low } à { $high }), en comptant au plus { $cap } par personne. Cette fourchette vaut si vous regardez une seule fois, pas si vous regardez tous les jours.
staff-nudges-pulled = Après { $days } jours : un écart de { $lift } points (de { $low } à { $high }). Si l’effet s’efface, les rappels n’ont fait que devancer des dons.
staff-nudges-texts = Texte 2 par rapport au texte 1 : un écart de { $lift } points (de { $low } à { $high }).
staff-nudges-ends = Envoyés : { $sent }. Désabonnements : { $stopped }. Robot bloqué : { $blocked }. « Pas maintenant » : { $later }.
staff-nudges-credited = Dons venus d’un rappel : { $gifts }, { $total }.
staff-nudges-nothing-yet = Aucun rappel n’a encore été envoyé ni retenu.
command-nudges = Équipe : les rappels
staff-offer-on = Test de l’offre mensuelle : le don mensuel n’est pas offert à { $percent } % des personnes qui donnent pour la première fois.
staff-offer-off = Test de l’offre mensuelle : arrêté.
staff-offer-too-small = Sur environ { $needed } personnes qu’il faut pour une réponse utile, { $people } sont comptées. Chacune l’est après { $days } jours. Aucun résultat n’est montré avant.
staff-offer-arms = Sur { $asked } personnes à qui le don mensuel a été offert, { $began } en ont commencé un en { $days } jours; sur { $left } à qui il ne l’a pas été, { $leftbegan }.
staff-offer-sure = L’écart se situe entre { $low } et { $high } points (à 95 %, peu importe combien de fois vous regardez).
staff-offer-works = L’offre amène des dons mensuels : mettez fin au test, pour que tout le monde la reçoive.
staff-offer-harms = L’offre éloigne du don mensuel.
staff-offer-open = Il est trop tôt pour dire si l’offre change quelque chose.
