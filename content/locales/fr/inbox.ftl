### La boîte de réception de l’équipe.

staff-notice-many = { $others ->
    [one] Et un autre du même genre.
   *[other] Et { $others } autres du même genre.
}
staff-words-title = Un message
staff-words-about = { $gifts ->
    [0] Sur { $platform }, en { $language }, depuis le { $day }; aucun don.
    [one] Sur { $platform }, en { $language }, depuis le { $day }; un don.
   *[other] Sur { $platform }, en { $language }, depuis le { $day }; { $gifts } dons.
}
staff-words-how = Pour répondre : touchez « Répondre », ou répondez à ce message. La personne verra le nom de l’organisme, pas le vôtre.
staff-words-reply = Répondre
staff-words-block = Bloquer
staff-words-unblock = Débloquer
staff-words-gone = Ce message a été effacé.
staff-preview-title = Envoyer ceci?
staff-preview-note = La personne verra le nom de l’organisme. Rien ne part avant que vous touchiez le bouton.
staff-preview-send = Envoyer
staff-preview-again = Modifier
staff-preview-drop = Ne pas envoyer
staff-preview-dropped = Rien n’est parti.
staff-preview-gone = Ce texte a déjà été envoyé ou supprimé, ou date de plus d’un jour. Rien n’est parti cette fois.
staff-reply-title = Votre réponse
staff-reply-ask = Écrivez votre réponse. Elle part au nom de l’organisme.
staff-reply-sent-title = C’est parti
staff-reply-sent = Votre réponse est en route.
staff-reply-gone = Cette personne n’est plus joignable.
staff-blocked-title = C’est fait
staff-blocked = Les messages de cette personne n’arrivent plus ici. Pour elle, rien d’autre ne change.
staff-unblocked = Les messages de cette personne arrivent de nouveau ici.
staff-case-title = Dossier { $number }
staff-case-wrong-amount = Une personne dit que le montant n’est pas le bon.
staff-case-paid-twice = Une personne dit avoir payé deux fois.
staff-case-double-unsure = Une personne demande le remboursement du deuxième de deux dons identiques. Obole n’a rien remboursé : le don est gros, il y a eu beaucoup de remboursements, rien ne prouve que la même carte a payé les deux, ou rien ne prouve que le don est le sien. Comparez les deux paiements chez Stripe avant de rembourser; le don est peut-être celui de quelqu’un d’autre.
staff-case-wasnt-me = Une personne dit que ce don n’est pas le sien.
staff-linked-title = Deux comptes ont été reliés
staff-linked = Un compte Telegram et un compte Discord sont maintenant ceux d’une seule personne. Les deux ont confirmé, chacun en voyant le nom de l’autre. Cela ne s’annule pas.
staff-linked-case = Ouvrir un dossier
staff-case-linked = Deux comptes ont été reliés, et quelqu’un doute qu’ils soient à la même personne. Cela ne s’annule pas : écrivez à la personne, et corrigez ses dons un à un s’il le faut.
staff-case-dispute = La banque conteste ce don.
staff-case-fraud-warning = La banque soupçonne une fraude.
staff-case-gift = Don de { $amount } à « { $campaign } », le { $day }.
staff-case-due = Répondez dans Stripe avant le { $day }.
staff-case-close = Fermer
staff-words-answered = { $who } a répondu.
staff-name-hide = Cacher le nom
staff-name-show = Montrer le nom
staff-name-hidden = Le nom de cette personne n’est plus montré en public.
staff-name-shown = Le nom de cette personne peut de nouveau être montré, comme elle l’a accepté.
staff-reply-too-long = Il y a { $over } caractères de trop : au plus { $most }. Rien n’est parti.
staff-reply-lost-title = Une réponse n’est pas arrivée
staff-reply-lost = Elle n’a pas pu être livrée, par exemple parce que la personne a bloqué le robot. Elle commençait ainsi :
staff-reply-doubt = Impossible de savoir si cette réponse est arrivée; elle ne sera pas renvoyée. Elle commençait ainsi :
staff-case-write = Écrire à la personne
staff-case-is-closed = Ce dossier est fermé.
staff-case-closed-title = Dossier { $number } fermé
staff-case-closed = Rien d’autre n’a changé.
staff-case-closed-told = La personne qui l’a signalé a été avertie. Rien d’autre n’a changé.
staff-case-closed-before = Ce dossier était déjà fermé.
staff-cases-title = Dossiers ouverts
staff-cases-none = Aucun dossier ouvert.
staff-cases-line = { $number } : { $what }
staff-home-cases = Dossiers
staff-webhook-title = Les avis de Stripe n’arrivent plus
staff-webhook = Des paiements ont été trouvés en interrogeant Stripe, qui ne nous avait pas prévenus. Rien n’est perdu, mais les mercis tardent.
staff-webhook-how = Dans Stripe, sous Developers > Webhooks, vérifiez que l’adresse répond, puis lancez : obole check
staff-webhook-refused = Les avis de Stripe sont refusés
staff-webhook-secret = Leur signature ne correspond pas à OBOLE_STRIPE_WEBHOOK_SECRET. Dans Stripe, sous Developers > Webhooks, copiez le secret de signature de cette adresse dans ce réglage, puis redémarrez Obole.
staff-webhook-clock = Leur heure est trop loin de la nôtre. Vérifiez l’horloge du serveur.
staff-missed-title = Il manque peut-être des dons
staff-missed = Obole n’a pas lu les événements de Stripe du { $since } au { $until }, et Stripe ne les garde que 30 jours.
staff-missed-how = Comparez les paiements et les remboursements de ces jours dans Stripe avec les chiffres des collectes. Les avis (webhooks) qui sont arrivés ont été enregistrés.
staff-flood-title = { $platform } refuse des messages
staff-flood-all = { $platform } refuse tous les messages du robot pendant encore { $hours } h environ, parce qu’il en a envoyé trop à la fois.
staff-flood-chat = { $platform } refuse les messages du robot dans une conversation pendant encore { $hours } h environ.
staff-flood-how-all = Rien n’est perdu : remerciements et diffusions partiront automatiquement ensuite. Les dons, eux, passent par Stripe et continuent.
staff-flood-how-chat = Les autres conversations continuent. Les messages en attente dans celle-là partiront automatiquement ensuite.
staff-doubt-title = Livraison incertaine
staff-doubt = { $number ->
    [one] { $number } message a été envoyé sans jamais être confirmé, même au deuxième essai. On ne sait pas s’il est arrivé; il ne sera pas renvoyé.
   *[other] { $number } messages ont été envoyés sans jamais être confirmés, même au deuxième essai. On ne sait pas s’ils sont arrivés; ils ne seront pas renvoyés.
}
free-text-passed = Votre message est transmis à une personne { DE($charity) }, qui vous répondra ici.
free-text-enough = Vos messages sont bien arrivés, et une personne les lira. Inutile d’en envoyer d’autres pour l’instant.
relayed-title = Réponse { DE($charity) }
relayed-note = Vous pouvez répondre ici.
case-over-title = Dossier { $number } : fermé
case-over = Une personne { DE($charity) } s’est occupée de ce que vous avez signalé, et le dossier est fermé. Merci de l’avoir dit. Si quelque chose ne va toujours pas, écrivez-le simplement ici.
staff-words-part = Un message, partie { $part } sur { $parts }
staff-words-edited = (La personne a modifié ce message.)
staff-preview-attached = Seul le texte part : la photo ou le fichier n’est pas transmis.
staff-preview-correction = La personne a déjà reçu la première version : celle-ci partira comme correction.
staff-preview-title-correction = Envoyer cette correction?
staff-reply-unread-title = Rien n’est parti
staff-reply-no-text = Seul du texte peut être transmis, ni photo, ni fichier, ni message vocal. Écrivez votre réponse.
staff-reply-not-theirs = Ce message est de moi, pas d’une personne qui vous a écrit. Répondez au sien, ou touchez « Répondre » dessous.
staff-reply-not-allowed = Pour répondre, il faut faire partie de l’équipe, en rédaction au moins. Demandez un code aux propriétaires.
free-text-edited = Votre correction est transmise à une personne { DE($charity) }.
free-text-attached = Seul le texte a été transmis : je ne peux pas ouvrir la photo ou le fichier.
text-only-title = Je ne lis que le texte
text-only = Les photos, les messages vocaux, les fichiers et les autocollants ne sont transmis à personne.
text-only-passed = Écrivez-le en quelques mots : une personne { DE($charity) } vous répondra ici.
relayed-title-correction = Correction { DE($charity) }
relayed-note-correction = Ce message remplace notre réponse précédente. Vous pouvez répondre ici.
staff-case-refund-failed = Un remboursement a échoué : la banque a renvoyé l’argent. Ne le rendez jamais par chèque ni sur une autre carte.
staff-case-others = Autres dons de la même personne cette semaine-là :
staff-child-button = Don d’enfant…
staff-case-child = Une personne dit qu’un enfant a fait un don.
staff-case-child-how = Si c’est le cas : remboursez le don (raison : « Ce n’est pas son don »). Si l’enfant s’est servi de ce compte, notez-le avec « Âge… ». Puis répondez au parent et fermez le dossier.
staff-case-latest = Derniers dons de cette personne :
staff-case-find = Trouver un don
staff-reply-withheld = Discord ne me montre une réponse que si elle me mentionne, et la mention était désactivée. Touchez « Répondre » sous le message, ou répondez de nouveau avec la mention (@) activée.
