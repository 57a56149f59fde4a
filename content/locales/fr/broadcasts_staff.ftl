### Les diffusions, vues par l’équipe.

staff-broadcasts-title = Diffusions
staff-broadcasts-what = Un message aux personnes qui ont accepté vos nouvelles, à des canaux, ou aux deux. Rien ne part avant que vous ayez vu l’aperçu et le nombre de destinataires.
staff-broadcast-new = Nouvelle diffusion
staff-broadcast-draft = Brouillon : { $name }
staff-broadcast-live = Diffusion : { $name }
staff-broadcast-which = Pour quelle collecte?
staff-broadcast-no-campaign = Il n’y a encore aucune collecte. Créez-en une d’abord.
staff-broadcast-in-fr = français
staff-broadcast-in-en = anglais
staff-broadcast-write-fr = Texte français
staff-broadcast-write-en = Texte anglais
staff-broadcast-text = En { $language } : { $text }
staff-broadcast-text-missing = En { $language } : rien encore.
staff-broadcast-text-label = Texte
staff-broadcast-ask-text = Écrivez le texte en { $language }, { $most } caractères au plus.
staff-broadcast-marks = **gras**, *italique*, [mots](https://adresse). Le gras et l’italique de Telegram sont gardés.
staff-broadcast-too-long = C’est trop long : { $by } caractères de trop. Rien n’est perdu : envoyez une version plus courte.
staff-broadcast-unclosed = Une mise en forme n’est pas refermée, ou n’entoure rien, près de « { $what } ». Pour une étoile, écrivez \*.
staff-broadcast-no-address = Ce lien n’est pas une adresse https : { $what }
staff-broadcast-stale = { $name } a modifié ce brouillon entre-temps. Voici la version actuelle.
staff-broadcast-picture = Image
staff-broadcast-picture-off = Enlever l’image
staff-broadcast-picture-kept = L’image est enregistrée.
staff-broadcast-ask-picture = Envoyez l’image ici : PNG, JPEG ou WebP, 10 Mo au plus.
staff-broadcast-no-picture = Je n’arrive pas à lire cette image. Il faut un fichier PNG, JPEG ou WebP.
staff-broadcast-amounts-on = Avec montants
staff-broadcast-amounts-off = Sans montants
staff-broadcast-tone-crisis = Style sobre
staff-broadcast-tone-news = Style ordinaire
staff-broadcast-is-crisis = Style sobre, pour une situation grave.
staff-broadcast-looks = Image : { $picture }. Montants : { $amounts }.
staff-broadcast-yes = oui
staff-broadcast-no = non
staff-broadcast-to = Destinataires
staff-broadcast-to-what = Touchez les groupes voulus. Sans aucun choix, tout le monde reçoit le message.
staff-broadcast-audience = En privé : { $who }
staff-broadcast-everybody = tout le monde
staff-broadcast-nobody-private = personne
staff-broadcast-private = Messages privés
staff-broadcast-donors = a déjà donné
staff-broadcast-campaign-donors = a donné à cette collecte
staff-broadcast-lapsed = aucun don depuis 6 mois
staff-broadcast-non-donors = pas encore de don
staff-broadcast-any-language = toutes les langues
staff-broadcast-any-platform = toutes les applications
staff-broadcast-where = Lieux
staff-broadcast-where-what = Touchez les canaux et groupes où le message sera aussi publié.
staff-broadcast-no-places = Je ne connais encore aucun canal ni groupe. Ajoutez-moi à un canal, ou tapez /ici dans un salon.
staff-broadcast-places = Dans : { $places }
staff-broadcast-nowhere = aucun lieu
staff-broadcast-night = La nuit
staff-broadcast-silent = La nuit : livré tout de suite, sans son.
staff-broadcast-morning = La nuit : retenu jusqu’à 8 h 30, dans le fuseau horaire de chaque personne.
staff-broadcast-emergency = Urgence : livré tout de suite, avec son. Raison : { $reason }
staff-broadcast-ask-reason = Une urgence réveille les gens. Écrivez la raison : elle est inscrite au journal.
staff-broadcast-reason-label = Raison
staff-broadcast-when = Quand
staff-broadcast-ask-when = Écrivez la date et l’heure, par exemple 24 novembre 18 h 30.
staff-broadcast-when-label = Date et heure
staff-broadcast-at-once = Part cinq minutes après votre envoi.
staff-broadcast-at = Part le { $when }.
staff-broadcast-not-a-time = Je n’ai pas compris cette date et cette heure.
staff-broadcast-no-such-time = Cette heure n’existe pas : les horloges avancent cette nuit-là.
staff-broadcast-time-past = Cette heure est déjà passée.
staff-broadcast-review = Aperçu et envoi
staff-broadcast-drop = Supprimer
staff-broadcast-dropped = Ce brouillon n’existe plus : il a été envoyé ou supprimé.
staff-broadcast-review-title = Avant l’envoi
staff-broadcast-reaches = { $people ->
    [one] Une personne le recevra.
   *[other] { $people } personnes le recevront.
}
staff-broadcast-takes = Durée de l’envoi : environ { $duration }.
staff-broadcast-seconds = { $number ->
    [one] { $number } seconde
   *[other] { $number } secondes
}
staff-broadcast-minutes = { $number ->
    [one] { $number } minute
   *[other] { $number } minutes
}
staff-broadcast-hours = { $number ->
    [one] { $number } heure
   *[other] { $number } heures
}
staff-broadcast-new-dms = Sur Discord, { $people } personnes n’ont pas encore de conversation avec le robot : il écrit à { $number } d’entre elles par jour au plus, et les autres attendent les jours suivants.
staff-broadcast-without-ask = Dont { $people } sans les montants, à cause d’un don dans les 7 derniers jours.
staff-broadcast-asleep = Pour { $people } d’entre elles, ce sera la nuit.
staff-broadcast-into-night = L’envoi se poursuit dans la nuit : votre choix pour la nuit s’applique à chaque personne quand vient son tour.
staff-broadcast-left-out = Laissées de côté : { $list }.
staff-broadcast-out-consent = { $people } qui n’ont pas accepté vos nouvelles
staff-broadcast-out-unreachable = { $people } injoignables
staff-broadcast-out-written = { $people } sur Discord qui n’ont jamais écrit au robot en privé et ne l’ont pas installé (publiez dans un salon pour les joindre)
staff-broadcast-out-asked = { $people } déjà sollicitées 4 fois en 30 jours
staff-broadcast-will-approve = Une deuxième personne de l’équipe devra approuver l’envoi.
staff-broadcast-above = Plus haut : le message tel qu’il arrivera.
staff-broadcast-send = Envoyer
staff-broadcast-test = M’envoyer un essai
staff-broadcast-test-title = Essai
staff-broadcast-tested = Voici le message tel qu’il arrivera. Il n’est visible que pour vous.
staff-broadcast-preview-stop = Dans le vrai message, ce bouton désabonne. Ici il ne fait rien.
staff-broadcast-elsewhere = Sur l’autre plateforme
staff-broadcast-on-discord = Sur Discord : les mêmes mots dans un encadré, l’image en dessous.
staff-broadcast-on-telegram = Sur Telegram : les mêmes mots, l’image au-dessus.
staff-broadcast-caption = Sous une image, Telegram permet 1024 caractères. Il y en a { $over } de trop : l’image n’y paraîtra pas.
staff-broadcast-refused = Ce message ne peut pas partir tel quel. Rien n’est perdu.
staff-broadcast-frozen = Tous les envois automatiques sont arrêtés (/urgence). Rien n’est perdu.
staff-broadcast-campaign-closed = Cette collecte n’est pas ouverte : le message ne peut pas demander de dons. Enlevez les montants pour l’envoyer comme une nouvelle.
staff-broadcast-no-text = Il manque le texte.
staff-broadcast-nobody = Personne ne le recevrait. Élargissez le choix des destinataires, ou choisissez un lieu.
staff-broadcast-language-missing = Le texte manque dans une langue que lisent certains destinataires.
staff-broadcast-no-reason = Une urgence doit avoir une raison.
staff-broadcast-place-lost = Je ne peux plus publier dans un des lieux choisis.
staff-broadcast-is-approval = À approuver
staff-broadcast-is-countdown = Sur le point de partir
staff-broadcast-is-preparing = En préparation
staff-broadcast-is-running = En cours d’envoi
staff-broadcast-is-paused = En pause
staff-broadcast-is-stopped = Arrêtée
staff-broadcast-is-done = Terminée
staff-broadcast-is-withdrawn = Retirée
staff-broadcast-why-campaign = la collecte n’est plus ouverte
staff-broadcast-why-address = un de ses textes mène à un site non permis; corrigez-le, ou permettez ce site sous Limites, puis reprenez
staff-broadcast-why-grown = elle touche maintenant plus de monde qu’une seule personne ne peut en décider
staff-broadcast-why = Raison : { $why }
staff-broadcast-by = Écrite par { $name }
staff-broadcast-by-whom = Par { $name }
staff-broadcast-stands-still = Tout est arrêté (/urgence) : rien ne part.
staff-broadcast-approval-what = Une autre personne que son auteur doit l’approuver.
staff-broadcast-leaves = Départ : { $when }
staff-broadcast-can-stop = D’ici là, toute personne de la rédaction peut l’arrêter.
staff-broadcast-sent = Livrés : { $sent } sur { $total }
staff-broadcast-unreachable = injoignables : { $people }
staff-broadcast-failed = échecs : { $people }
staff-broadcast-in-doubt = livraison incertaine : { $people }
staff-broadcast-opted-out = désabonnements avant la livraison : { $people }
staff-broadcast-posted = Lieux : { $sent } sur { $total }
staff-broadcast-pace = { $pace } par seconde, encore { $left }
staff-broadcast-approve = Approuver
staff-broadcast-stop = Arrêter
staff-broadcast-pause = Mettre en pause
staff-broadcast-resume = Reprendre
staff-broadcast-correct-fr = Corriger le français
staff-broadcast-correct-en = Corriger l’anglais
staff-broadcast-withdraw = Retirer
staff-broadcast-refresh = Actualiser
staff-broadcast-see = Voir
staff-broadcast-stop-sure = Les personnes qui ne l’ont pas encore reçu ne le recevront pas.
staff-broadcast-withdraw-sure = Toutes les copies seront effacées là où la plateforme le permet. Ailleurs, une courte note les remplacera.
staff-broadcast-ask-correction = Écrivez le texte corrigé. Chaque copie déjà reçue sera modifiée.
staff-broadcast-not-possible = Ce n’est plus possible. Voici où en est la diffusion.
staff-broadcast-own = Vous en êtes l’auteur : une autre personne doit l’approuver.
staff-broadcast-unsubscribed = Désabonnements par ce message : { $people }
staff-broadcast-taps = Boutons touchés : { $taps }
staff-broadcast-gave = { $gifts ->
    [0] Dons : 0
   *[other] Dons : { $gifts } ({ $money })
}
staff-broadcast-credited = Un don compte ici s’il est passé par un lien de ce message.
staff-broadcast-news-submitted = Une diffusion va partir. Destinataires : { $people }
staff-broadcast-news-approval = Une diffusion attend l’approbation d’une deuxième personne. Destinataires : { $people }
staff-broadcast-news-corrected = Une diffusion est corrigée partout.
staff-broadcast-campaign-ends-before = La collecte sera terminée à ce moment-là. Choisissez un moment plus tôt, ou enlevez les montants.
staff-broadcast-time-far = C’est dans plus d’un an. Choisissez une date plus proche.
staff-broadcast-in-vain = La collecte n’est pas ouverte, et ce message demande un don. Rien n’est perdu : vous pouvez continuer sans les montants, qui seront aussi retirés des copies déjà livrées, ou arrêter.
staff-broadcast-as-news = Continuer sans montants
staff-broadcast-why-text = Mauvais texte
staff-broadcast-why-people = Mauvais destinataires
staff-broadcast-why-overtaken = Les choses ont changé
staff-broadcast-why-other = Autre raison
staff-broadcast-why-ask = Pourquoi? La raison est inscrite au journal, que l’équipe peut lire.
staff-broadcast-why-write = Écrivez la raison. Elle est inscrite au journal, que l’équipe peut lire.
staff-broadcast-share = { $who } : { $what }
staff-broadcast-share-sent = { $people ->
    [one] { $people } livré
   *[other] { $people } livrés
}
staff-broadcast-share-blocked = { $people ->
    [one] { $people } injoignable
   *[other] { $people } injoignables
}
staff-broadcast-share-left = { $people ->
    [one] { $people } désabonné
   *[other] { $people } désabonnés
}
staff-broadcast-share-gave = dons : { $gifts } ({ $money })
staff-broadcast-part-donors = a donné, mais pas à cette collecte
staff-broadcast-part-places = par les canaux et groupes
staff-broadcast-where-all = Tous les lieux
staff-broadcast-where-none = Aucun lieu
staff-broadcast-and-more = { $names } et { $more } de plus
staff-broadcast-refused-about = { $told } ({ $about })
staff-broadcast-crisis-what = Ce qui est arrivé, et quand : …
staff-broadcast-crisis-need = Ce qu’il faut maintenant : …
staff-broadcast-crisis-next = Ce que nous faisons déjà, et quand nous vous en dirons plus : …
staff-broadcast-look = Lire le message
staff-broadcast-share-taps = boutons touchés : { $taps }
staff-broadcast-corrected-meanwhile = Quelqu’un d’autre vient de corriger ce texte. Voici la version actuelle; ce que vous avez écrit n’est pas encore envoyé.
staff-broadcast-fix-title = Une correction
staff-broadcast-fix-waits = Le message a été approuvé par une deuxième personne, ou il touche trop de monde pour qu’une seule en décide : une autre personne que l’auteur doit approuver la correction. D’ici là, rien ne change.
staff-broadcast-fix-unread = Relisez le message corrigé, plus haut dans chaque langue. Rien ne change avant que vous touchiez « Envoyer la correction », d’ici 15 minutes.
staff-broadcast-fix-cancel = Annuler
staff-broadcast-fix-approve = Envoyer la correction
staff-broadcast-fix-drop = Supprimer la correction
staff-broadcast-fix-alone = Envoyer sans approbation
staff-broadcast-fix-sent = Les copies sont en train d’être corrigées.
staff-broadcast-fix-dropped = La correction est supprimée. Rien n’a changé.
staff-broadcast-fix-gone = Cette correction n’est plus en attente : elle a été envoyée ou annulée, le texte a changé depuis, ou les 15 minutes pour la relire sont passées.
staff-broadcast-fix-look = Lire la correction
staff-broadcast-news-fix = Une correction attend l’approbation d’une deuxième personne.
staff-broadcast-is-held = En retard : vous attend
staff-broadcast-why-late = le robot ne tournait pas à ce moment-là, et il y a plus d’une heure de retard
staff-broadcast-why-approved-late = elle a été approuvée plus d’une heure après le moment prévu
staff-broadcast-was-due = Elle devait partir le { $when }.
staff-broadcast-held-what = Rien n’est parti. Relisez-la : un « ce soir » n’est peut-être plus vrai.
staff-broadcast-send-late = L’envoyer maintenant
staff-broadcast-ask-words = Écrivez le texte tel qu’il doit partir. Rien ne part avant l’approbation.
staff-broadcast-why-restored = une sauvegarde a été restaurée, et elle est peut-être déjà partie
staff-broadcast-sponsor = Un lien mène à { $site }. Si c’est le site d’un commanditaire, le message peut devenir commercial et perdre l’exemption que la loi anti-pourriel (LCAP) accorde aux organismes de bienfaisance.
