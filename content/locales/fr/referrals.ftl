### Inviter : les liens d’une personne, leurs résultats, et les comptes reliés.

## L’invitation
invite-title = Votre invitation
invite-how = Ces liens sont à vous. Vous saurez combien de personnes ils ont amenées, jamais ce que chacune a donné.
invite-saved = C’est noté : ce texte est maintenant le vôtre.
invite-text = Un texte prêt à envoyer :
invite-own-words = Pour l’écrire à votre façon : /{ $command } suivi de votre texte.
invite-text-charity = Je voulais te parler { DE($charity) }. Regarde si ça te rejoint :
invite-way-telegram = Sur Telegram : { $url }
invite-way-channel = Vers notre canal Telegram : { $url }
invite-way-discord = Sur Discord : { $url }
invite-way-web = Partout ailleurs : { $url }
invite-none = Impossible de créer un lien pour l’instant. Réessayez un peu plus tard.
invite-nowhere = Pas encore de lien personnel ici : l’organisme n’a pas ouvert de salon où accueillir les gens.
invite-nowhere-share = Vous pouvez tout de même montrer la collecte dans n’importe quelle conversation sur Discord : /{ $command }
invite-send = Envoyer sur Telegram
invite-pick = Choisir une conversation
invite-copy = Copier le texte
invite-ready = Reprendre le texte proposé
invite-qr = Code QR
invite-again = Mon invitation
invite-circle = Mon cercle
invite-too-long-title = Un peu trop long
invite-too-long = Votre texte peut compter { $most } caractères; il en a { $length }.
qr-title = Votre invitation en code QR
qr-line = À montrer sur votre téléphone ou à imprimer. Il mène ici : { $url }
qr-alt = Code QR de votre invitation
arrived-by = { $name } vous invite ici. Cette personne ne verra ni votre nom ni vos dons.
arrived-by-somebody = Une personne qui soutient cette cause vous invite ici. Elle ne verra ni votre nom ni vos dons.
brought-title = Bienvenue!

## Montrer une collecte ailleurs
shared-give = Donner
shared-discord = Nous rejoindre sur Discord
shared-web = En savoir plus
inline-description = Envoyer cette collecte, avec votre lien

## Le cercle
circle-title = Votre cercle
circle-none = Personne n’est encore venu grâce à votre invitation. Le premier partage est souvent le plus utile.
circle-people = { $people ->
    [one] Une personne est venue grâce à votre invitation. Merci!
   *[other] { $people } personnes sont venues grâce à votre invitation. Merci!
}
circle-further = { $people ->
    [one] Une autre personne est venue ensuite, de proche en proche.
   *[other] { $people } autres personnes sont venues ensuite, de proche en proche.
}
circle-from = Dès que { $least } d’entre elles auront donné, vous verrez aussi, à peu près, combien elles sont et quelle somme elles ont donnée. Avant cela, on devinerait qui.
circle-direct = Parmi les personnes venues grâce à vous, au moins { $donors } ont donné, au moins { $money } en tout.
circle-direct-count = Parmi les personnes venues grâce à vous, au moins { $donors } ont donné.
circle-all = En comptant celles qui sont venues ensuite, au moins { $donors } ont donné, au moins { $money } en tout.
circle-all-count = En comptant celles qui sont venues ensuite, au moins { $donors } ont donné.
circle-rounded = Ces chiffres sont arrondis vers le bas et changent au plus une fois par jour, pour qu’on ne puisse deviner le don de personne.
picture-circle = { $people ->
    [one] personne est venue grâce à vous
   *[other] personnes sont venues grâce à vous
}
picture-circle-further = { $people ->
    [one] et une autre, de proche en proche
   *[other] et { $people } autres, de proche en proche
}
picture-circle-alt = Votre cercle : { $people } venues grâce à vous, { $further } ensuite
recognition-title = Merci de faire passer le mot
recognition = { $people ->
    [one] Une première personne est venue grâce à votre invitation.
   *[other] { $people } personnes sont maintenant venues grâce à votre invitation.
}

## Prévenir la personne qui nous a invités
friend-gave-title = Une bonne nouvelle
friend-gave = Une personne venue grâce à votre invitation a donné à la collecte « { $campaign } », et tenait à vous le dire.
told-title = Nous faisons le message
told-line = La personne qui vous a parlé de nous saura que quelqu’un a donné grâce à elle, sans apprendre votre nom ni le montant.
told-nobody-title = Rien à envoyer
told-nobody = Soit cette personne le sait déjà, soit nous ne savons pas qui vous a parlé de nous.

## Nommer la personne qui nous a invités
by-title = Qui vous a parlé de nous?
by-how = Écrivez /{ $command } suivi de son lien ou de son code. C’est noté une seule fois, et cette personne ne verra ni votre nom ni vos dons.
by-maybe = Est-ce une de ces personnes?
by-done-title = C’est noté, merci!
by-done = Cette personne saura seulement que quelqu’un est venu grâce à elle.
by-known-title = C’est déjà noté
by-known = C’est noté une seule fois, et cela ne change plus.
by-old-title = Merci de nous le dire
by-old = Vous étiez déjà des nôtres avant cette invitation : elle ne compte plus.
by-not-title = Ce lien ne compte pas
by-not = Vérifiez avec la personne qui vous a parlé de nous, puis écrivez /{ $command } suivi de son lien ou de son code.

## Relier deux comptes
link-title = Relier vos comptes
link-how = Ouvrez notre robot dans votre autre application, Telegram ou Discord, et écrivez-y : /{ $command } { $code }
link-what = Vos dons, vos choix et vos invitations seront réunis, et rien ne sera compté deux fois.
link-careful = Ce code sert une seule fois, pendant { $minutes } minutes. Ne le donnez à personne, et n’écrivez jamais ici le code de quelqu’un d’autre.
link-ask-title = Cet autre compte est-il aussi le vôtre?
link-ask = { $name }, sur { $platform }, demande à être relié à ce compte-ci.
link-ask-careful = Cela ne s’annule pas, et chacun des deux comptes verra les dons de l’autre. Si vous ne connaissez pas ce compte, ou si quelqu’un vous a demandé un code, répondez non.
link-yes = Oui, les deux sont à moi
link-no = Non
link-agreed-title = Une dernière étape
link-agreed = Confirmez maintenant dans votre autre application : notre robot vous y pose la question. S’il n’y a rien, écrivez-y /{ $command }, d’ici 15 minutes.
link-refused-title = Rien n’a été relié
link-refused = Les deux comptes restent comme avant.
link-refused-there-title = Rien n’a été relié
link-refused-there = L’autre compte a répondu non. Les deux restent comme avant.
link-one-platform-title = Ces comptes ne peuvent pas être reliés
link-one-platform = On peut relier un compte Telegram et un compte Discord, pas davantage.
link-nameless-title = Pas en ce moment
link-nameless = Nous ne voyons pas le nom de l’autre compte pour l’instant, et mieux vaut ne jamais accepter un compte qu’on ne reconnaît pas. Réessayez dans quelques minutes.
link-done-title = Vos comptes sont reliés
link-done = Vos dons, vos choix et vos invitations sont maintenant au même endroit.
link-wrong-title = Ce code ne fonctionne pas
link-wrong = Il est peut-être trop vieux, ou il a déjà servi. Dans l’autre application, écrivez /{ $command } pour en avoir un nouveau.
link-same-title = C’est le code de ce compte-ci
link-same = Écrivez-le dans votre autre application, Telegram ou Discord.
link-too-many-title = Une petite pause
link-too-many = Plusieurs codes n’ont pas fonctionné. Réessayez dans une heure.

## Commandes
command-invite = Inviter quelqu’un
command-circle = Voir les résultats de mes invitations
command-share = Montrer une collecte dans cette conversation
command-invitedby = Dire qui m’a parlé de vous
command-link = Relier mes comptes Telegram et Discord
option-words-name = texte
option-words = Votre propre texte, à la place du nôtre
option-inviter-name = lien
option-inviter = Le lien ou le code de la personne qui vous a parlé de nous
option-link-code-name = code
option-link-code = Le code affiché dans votre autre application

## Pour l’équipe
staff-invite-many-title = Une invitation amène beaucoup de monde
staff-invite-many = Une seule invitation a amené { $people } comptes. C’est peut-être un beau succès; si cela vous étonne, regardez qui arrive dans vos canaux.
