### Inviter : les liens d’une personne, leurs résultats, et les comptes reliés.

## L’invitation
invite-title = Votre invitation
invite-how = Ces liens sont à vous. Vous saurez combien de personnes sont venues, jamais ce que chacune a donné.
invite-saved = C’est noté : le texte est maintenant le vôtre.
invite-text = Le texte prêt à envoyer :
invite-own-words = Pour dire les choses à votre façon : /{ $command } suivi de votre texte.
invite-text-charity = Je voulais te parler { DE($charity) }. Regarde si ça te rejoint :
invite-way-telegram = Sur Telegram : { $url }
invite-way-channel = Vers notre canal Telegram : { $url }
invite-way-discord = Sur Discord : { $url }
invite-way-web = Partout ailleurs : { $url }
invite-none = Nous ne pouvons pas faire de lien pour l’instant. Réessayez un peu plus tard.
invite-nowhere = Un lien à vous ne mènerait encore nulle part : l’organisme n’a pas ouvert ici de salon où accueillir les gens.
invite-nowhere-share = Vous pouvez tout de même montrer la collecte dans n’importe quelle conversation sur Discord : /{ $command }
invite-send = Envoyer sur Telegram
invite-pick = Choisir une conversation
invite-copy = Copier le texte
invite-ready = Reprendre le texte proposé
invite-qr = Code QR
invite-again = Mon invitation
invite-circle = Mon cercle
invite-too-long-title = Un peu trop long
invite-too-long = Votre texte peut avoir { $most } caractères; il en a { $length }.
qr-title = Votre invitation en code QR
qr-line = À montrer sur votre téléphone ou à imprimer. Il mène ici : { $url }
qr-alt = Code QR qui mène à votre invitation
arrived-by = Vous arrivez par l’invitation { DE($name) }. Cette personne ne verra ni votre nom ni vos dons.
arrived-by-somebody = Vous arrivez par l’invitation d’une personne qui soutient cette cause. Cette personne ne verra ni votre nom ni vos dons.
brought-title = Bienvenue!

## Montrer une collecte ailleurs
shared-give = Donner
shared-discord = Venir sur Discord
shared-web = En savoir plus
inline-description = Envoyer cette collecte, avec votre lien

## Le cercle
circle-title = Votre cercle
circle-none = Personne n’est encore venu par votre invitation. Le premier partage est souvent le plus utile.
circle-people = { $people ->
    [one] Une personne est venue par votre invitation. Merci!
   *[other] { $people } personnes sont venues par votre invitation. Merci!
}
circle-further = { $people ->
    [one] Une autre personne est venue ensuite, de proche en proche.
   *[other] { $people } autres personnes sont venues ensuite, de proche en proche.
}
circle-from = À partir de { $least } personnes qui ont donné, vous verrez aussi combien, à peu près. Avec moins de monde, on devinerait qui.
circle-direct = Parmi les personnes venues par vous, au moins { $donors } ont donné, au moins { $money } en tout.
circle-direct-count = Parmi les personnes venues par vous, au moins { $donors } ont donné.
circle-all = En comptant celles qui sont venues ensuite, au moins { $donors } ont donné, au moins { $money } en tout.
circle-all-count = En comptant celles qui sont venues ensuite, au moins { $donors } ont donné.
circle-rounded = Ces chiffres sont arrondis vers le bas et changent au plus une fois par jour : on n’y devine le don de personne.
picture-circle = { $people ->
    [one] personne est venue par vous
   *[other] personnes sont venues par vous
}
picture-circle-further = { $people ->
    [one] et une autre, de proche en proche
   *[other] et { $people } autres, de proche en proche
}
picture-circle-alt = Votre cercle : { $people } venues par vous, { $further } ensuite
recognition-title = Merci de faire passer le mot
recognition = { $people ->
    [one] Une première personne est venue par votre invitation.
   *[other] { $people } personnes sont maintenant venues par votre invitation.
}

## Prévenir la personne qui nous a invités
friend-gave-title = Une bonne nouvelle
friend-gave = Quelqu’un qui est venu par votre invitation a donné à la collecte « { $campaign } », et tenait à vous le dire.
told-title = C’est dit
told-line = La personne qui vous a fait venir saura que quelqu’un a donné grâce à elle, sans apprendre votre nom ni le montant.
told-nobody-title = Il n’y a rien à envoyer
told-nobody = C’est peut-être déjà dit, ou nous ne savons pas qui vous a fait venir.

## Nommer la personne qui nous a invités
by-title = Qui vous a fait venir?
by-how = Écrivez /{ $command } suivi de son lien ou de son code. Cela se note une seule fois, et cette personne ne verra ni votre nom ni vos dons.
by-maybe = Est-ce peut-être quelqu’un d’ici?
by-done-title = C’est noté, merci!
by-done = Cette personne saura seulement que quelqu’un est venu par elle.
by-known-title = C’est déjà noté
by-known = Cela se note une seule fois et ne change plus.
by-old-title = Merci de nous le dire
by-old = Vous étiez déjà parmi nous avant cette invitation : elle ne peut plus compter.
by-not-title = Ce lien ne peut pas compter
by-not = Vérifiez avec la personne qui vous a fait venir, puis écrivez /{ $command } suivi de son lien ou de son code.

## Relier deux comptes
link-title = Réunir vos comptes
link-how = Ouvrez notre robot dans votre autre application, Telegram ou Discord, et écrivez-y : /{ $command } { $code }
link-what = Vos dons, vos choix et vos invitations seront réunis, et rien ne sera compté deux fois.
link-careful = Ce code sert une fois, pendant { $minutes } minutes. Ne le donnez à personne, et n’écrivez jamais ici celui de quelqu’un d’autre.
link-ask-title = Cet autre compte est-il aussi le vôtre?
link-ask = { $name }, sur { $platform }, veut être réuni avec ce compte-ci.
link-ask-careful = La réunion ne s’annule pas, et chacun des deux comptes verra les dons de l’autre. Si vous ne connaissez pas ce compte, ou si quelqu’un vous a demandé un code, répondez non.
link-yes = Oui, les deux sont à moi
link-no = Non
link-agreed-title = Encore un oui
link-agreed = Confirmez maintenant dans votre autre application : notre robot vous y pose la question. S’il n’y a rien, écrivez-y /{ $command }, d’ici 15 minutes.
link-refused-title = Rien n’a été réuni
link-refused = Les deux comptes restent comme ils sont.
link-refused-there-title = Rien n’a été réuni
link-refused-there = L’autre compte a répondu non. Les deux restent comme ils sont.
link-one-platform-title = Ces comptes ne peuvent pas être réunis
link-one-platform = On ne peut réunir qu’un compte Telegram et un compte Discord.
link-nameless-title = Pas en ce moment
link-nameless = Le nom de l’autre compte ne nous est pas connu en ce moment, et personne ne devrait dire oui à un compte sans le reconnaître. Réessayez dans quelques minutes.
link-done-title = Vos comptes sont réunis
link-done = Vos dons, vos choix et vos invitations sont maintenant au même endroit.
link-wrong-title = Ce code ne convient pas
link-wrong = Il est peut-être trop vieux, ou il a déjà servi. Dans l’autre application, écrivez /{ $command } pour en avoir un nouveau.
link-same-title = C’est le code de ce compte-ci
link-same = Écrivez-le dans votre autre application, Telegram ou Discord.
link-too-many-title = Une petite pause
link-too-many = Il y a eu plusieurs codes qui ne convenaient pas. Réessayez dans une heure.

## Commandes
command-invite = Inviter quelqu’un
command-circle = Voir ce qui vient de mes invitations
command-share = Montrer une collecte dans cette conversation
command-invitedby = Dire qui m’a fait venir
command-link = Réunir mes comptes Telegram et Discord
option-words-name = texte
option-words = Votre propre texte, à la place du nôtre
option-inviter-name = lien
option-inviter = Le lien ou le code de la personne qui vous a fait venir
option-link-code-name = code
option-link-code = Le code affiché dans votre autre application

## Pour l’équipe
staff-invite-many-title = Une invitation amène beaucoup de monde
staff-invite-many = Une seule invitation a amené { $people } comptes. C’est peut-être un beau succès; si cela vous étonne, regardez qui arrive dans vos canaux.
