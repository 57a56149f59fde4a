### L’espace de l’équipe.

staff-refused-title = Réservé à l’équipe
staff-refused = Cette commande est réservée à l’équipe. Pour joindre une personne : { $contact }
staff-refused-finance = C’est réservé à la trésorerie. Les propriétaires peuvent vous la confier.
staff-refused-role = Votre rôle ne permet pas cette action. Demandez aux propriétaires.
command-team = Équipe : accueil et membres
command-campaigns = Équipe : les collectes
command-broadcast = Équipe : écrire une diffusion
command-stats = Équipe : les chiffres
command-freeze = Équipe : tout arrêter d’un coup
command-here = Équipe : utiliser ce lieu
command-refund = Équipe : rembourser un don
option-staff-code = Votre code à usage unique
option-staff-code-name = code
staff-picture-title = Image trop lourde
staff-picture-too-large = Cette image dépasse 10 Mo. Envoyez-en une plus légère; je l’attends toujours.
staff-open-chat = Ouvrir la conversation
staff-private-title = En privé seulement
staff-private = Je réponds à cette commande en privé seulement. Écrivez-moi directement.
staff-given-up-title = Annulé
staff-given-up = Rien n’a changé. Votre brouillon est gardé.
staff-back = Retour
staff-cancel = Annuler
staff-home-title = { $charity } : l’espace de l’équipe
staff-home-frozen = Tous les envois automatiques sont en pause (/urgence).
staff-home-role = Votre rôle : { $role ->
    [owner] propriétaire
    [editor] rédaction
   *[viewer] lecture
}.
staff-home-finance = La trésorerie vous est confiée.
staff-asked-long-ago-title = Cette question est expirée
staff-asked-long-ago = La question date de plus de 15 minutes : votre texte n’est allé nulle part et n’a rien changé. Rouvrez la question, ou renvoyez le texte s’il était pour autre chose.
staff-window-long-open = Cette fenêtre est restée ouverte plus de 15 minutes : votre texte n’est allé nulle part et n’a rien changé. Le voici : rouvrez la question et recollez-le.
staff-not-asked-title = Ce texte n’est allé nulle part
staff-not-asked = Je ne vous avais rien demandé. Pour répondre à quelqu’un, répondez ici à son message ou touchez « Répondre » dessous; vous verrez vos mots avant l’envoi.
staff-home-open = Accueil
staff-home-campaigns = Collectes
staff-home-broadcast = Diffusions
staff-home-places = Lieux
staff-home-nudges = Rappels
staff-home-stats = Chiffres
staff-home-team = Équipe
staff-home-freeze = Tout arrêter
staff-code-title = Ce code ne fonctionne pas
staff-code-wrong = Ce code n’existe pas, a déjà servi ou date de plus de 24 heures. Demandez-en un nouveau aux propriétaires.
staff-code-many = Trop d’essais. Réessayez dans une heure.
staff-welcome-title = Bienvenue dans l’équipe
staff-welcome-logged = Ce que l’équipe fait ici est inscrit dans un journal, et chaque diffusion est annoncée à toute l’équipe.
staff-recovery-title = Votre code de secours
staff-recovery = Notez-le sur papier et gardez-le en lieu sûr. Il sert une seule fois, si plus personne n’a accès : écrivez /equipe suivi du code.
staff-recovery-note = Il ne sera plus jamais affiché. Une fois le code noté, effacez ce message.
staff-role-name = { $role ->
    [owner] Propriétaire
    [editor] Rédaction
   *[viewer] Lecture
}
staff-role-explained = { $role ->
    [owner] Propriétaire : gère aussi l’équipe, les remboursements et les limites.
    [editor] Rédaction : collectes, diffusions, boîte de l’équipe, arrêt d’urgence.
   *[viewer] Lecture : voit les chiffres et les bilans.
}
staff-finance-explained = Trésorerie : virements à la banque, dons hors d’Obole, dépôts et relevé du mois.
staff-finance-give = Confier la trésorerie
staff-finance-take = Retirer la trésorerie
staff-invite-title = Inviter dans l’équipe
staff-invitation-title = Un code pour une personne
staff-invitation = { $role ->
    [owner] Ce code donne le rôle de propriétaire.
    [editor] Ce code donne le rôle de rédaction.
   *[viewer] Ce code donne le rôle de lecture.
}
staff-invitation-link = Sur Telegram, avec ce lien : { $link }
staff-invitation-command = Ou dans un message privé, à moi : { $command }
staff-invitation-note = Il sert une seule fois, pendant 24 heures. Donnez-le à cette personne, jamais à un groupe.
staff-invitation-copy = Copier le code
staff-team-title = L’équipe
staff-team-line = { $name } ({ $platform }) : { $role ->
    [owner] propriétaire
    [editor] rédaction
   *[viewer] lecture
}
staff-team-line-me = { $name } ({ $platform }, vous) : { $role ->
    [owner] propriétaire
    [editor] rédaction
   *[viewer] lecture
}
staff-team-role = Rôle Discord « { $name } » : { $role ->
    [editor] rédaction
   *[viewer] lecture
}
staff-team-with-finance = { $line }, trésorerie
staff-team-discord = Un rôle Discord peut aussi donner accès : tapez /equipe dans votre serveur, avec l’option « role ».
staff-team-invite = Inviter
staff-team-more = Suite
staff-team-language = English
staff-team-paper = Nouveau code de secours
staff-team-remove = Retirer de l’équipe
staff-team-unmap = Retirer « { $name } »
staff-remove-title = Retirer { $name }?
staff-remove = Ses boutons et ses codes cessent aussitôt de fonctionner. Ses brouillons sont gardés.
staff-last-owner-title = Plus personne ne serait propriétaire
staff-last-owner = Confiez d’abord ce rôle à quelqu’un d’autre.
staff-news-title = Changement dans l’équipe
staff-news-added = { $name } fait maintenant partie de l’équipe : { $role ->
    [owner] propriétaire
    [editor] rédaction
   *[viewer] lecture
}.
staff-news-removed = { $name } ne fait plus partie de l’équipe.
staff-news-role = { $name } a maintenant ce rôle : { $role ->
    [owner] propriétaire
    [editor] rédaction
   *[viewer] lecture
}.
staff-news-finance = { $role ->
    [finance] La trésorerie est maintenant confiée à { $name }.
   *[none] La trésorerie n’est plus confiée à { $name }.
}
staff-news-discord = Rôle Discord « { $name } » : { $role ->
    [editor] rédaction
    [viewer] lecture
   *[none] plus aucun accès
}.
staff-news-by = Par { $name }.
staff-news-note = Si cela vous étonne : /urgence arrête tout, et les propriétaires peuvent retirer un accès.

## L’arrêt d’urgence
staff-freeze-title = Tout arrêter
staff-freeze-what = Les diffusions, les rappels et les annonces d’étapes s’arrêtent aussitôt, là où ils en sont.
staff-freeze-goes-on = Les réponses, les remerciements et les avis de paiement continuent.
staff-freeze-why = Pourquoi? Touchez une raison, et tout s’arrête.
staff-freeze-wrong-text = Un mauvais texte est parti
staff-freeze-stolen-phone = Téléphone perdu ou volé
staff-freeze-other = Autre raison
staff-freeze-write = Écrivez la raison en quelques mots. Tout s’arrête dès que vous l’envoyez.
staff-freeze-reason = La raison, en quelques mots
staff-frozen-title = Tout est arrêté
staff-frozen-since = Depuis le { $since }, par { $name } : { $why }
staff-frozen-what = En pause : diffusions, rappels, annonces d’étapes. Rien n’est perdu : tout pourra reprendre là où c’était.
staff-frozen-owner = Les propriétaires peuvent tout remettre en marche.
staff-frozen-lift = Remettre en marche
staff-frozen-news = { $name } a tout arrêté : { $why }
staff-lift-title = Tout remettre en marche?
staff-lift = Les diffusions en cours, les rappels et les annonces repartent aussitôt.
staff-lifted-title = Tout est reparti
staff-lifted = Les diffusions, les rappels et les annonces reprennent là où ils en étaient.

## Les chiffres
staff-figures-title = Les chiffres
staff-figures-of-campaign = Collecte : { $name }
staff-figures-pick = Choisir une collecte
staff-figures-pick-title = Les chiffres de quelle collecte?
staff-figures-every = Toutes les collectes
staff-lateral-title = La portée latérale
staff-lateral-invites = Invitations : { $made } créées, { $shared } partagées (là où la plateforme le dit), { $opened } visites (sans les robots qui préparent des aperçus).
staff-lateral-came = Venues grâce à une invitation : { $joined } personnes, dont { $gave } ont donné. Pour { $unknown } autres, on ne sait pas qui les a invitées.
staff-lateral-a = a) Nouvelles personnes qui ont donné, venues grâce à une invitation : { $donors }
staff-lateral-b = b) Dons faits par le lien d’une invitation : { $sums }
staff-lateral-c = c) Dons de toutes les personnes venues grâce à une invitation, de proche en proche : { $sums }
staff-lateral-gifts = { $total } en { $gifts ->
    [one] { $gifts } don
   *[other] { $gifts } dons
}
staff-lateral-none = aucun
staff-lateral-depth = Profondeur : { $levels ->
    [one] { $levels } niveau
   *[other] { $levels } niveaux
}. C’est la plus longue chaîne d’invitations entre une personne venue sans invitation et une personne qui a donné.
staff-lateral-r90 = Taux d’invitation à 90 jours (R90) : { $value }. Pour chaque personne dont le premier don date d’au moins 90 jours, c’est le nombre moyen de personnes qu’elle a invitées et qui ont fait leur premier don dans les 90 jours suivants.
staff-lateral-r90-sure = À 95 %, entre { $low } et { $high }.
staff-lateral-r90-young = Taux d’invitation à 90 jours (R90) : ici, aucun premier don ne date encore de 90 jours.
staff-lateral-scope-period = Pour une période, la profondeur porte sur les dons de la période, et le R90 sur les personnes dont le premier don y tombe; ce que leurs proches donnent ensuite compte aussi.
staff-lateral-scope-campaign = Pour une collecte, un premier don est le premier fait à cette collecte. Les invitations créées sont comptées pour toutes les collectes.
staff-lateral-r90-least = C’est un minimum : pour certaines personnes, on ne sait pas qui les a invitées. Cela ne veut pas dire qu’elles ne seraient pas venues sans invitation.
staff-lateral-r90-causal = Cela ne veut pas dire que ces personnes ne seraient pas venues sans invitation.
staff-lateral-prompt = Bouton de partage après un don : avec lui, { $with } sur { $shown } ont amené quelqu’un en 30 jours; sans lui, { $without } sur { $left }.
staff-lateral-prompt-none = Bouton de partage après un don : pas encore de données. Il faut 30 jours.
staff-lateral-prompt-sure = L’écart se situe entre { $low } et { $high } points (à 95 %, peu importe combien de fois vous regardez).
staff-lateral-prompt-shown = Le bouton change quelque chose, dans ce sens-là.
staff-lateral-prompt-open = Il est trop tôt pour dire s’il change quelque chose.
staff-lateral-apart = Les trois comptes (a, b, c) se recoupent : ne les additionnez jamais.
staff-figures-net = Après remboursements et contestations.
option-staff-role = Un rôle de ce serveur dont les membres feront partie de l’équipe
option-staff-role-name = role
option-staff-may = Ce que ce rôle permet
option-staff-may-name = acces
option-staff-editor = Rédaction
option-staff-viewer = Lecture
option-staff-none = Plus aucun accès
staff-anonymous-title = Qui êtes-vous?
staff-anonymous = Vous écrivez au nom du groupe : je ne vois pas qui vous êtes. Touchez le bouton, et je vous réponds en privé.
staff-anonymous-me = C’est moi
staff-edit-unread-title = Votre modification n’a rien changé
staff-edit-unread = Ce message avait déjà été lu. Pour changer ce qu’il a fait, écrivez-en un nouveau.
staff-freeze-restored = Une sauvegarde a été restaurée
