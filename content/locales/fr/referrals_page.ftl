### La page web derrière une invitation.

web-invite-by = { $name } vous invite.
web-invite-by-somebody = Quelqu’un a pensé à vous.
web-invite-private = Cette personne ne verra ni votre nom ni vos dons.
web-invite-private-sender = La personne qui vous a envoyé ce lien ne verra ni votre nom ni vos dons.
web-invite-give = Donner maintenant
web-invite-follow = Ou restez en contact
web-invite-follow-closed = Pour connaître la suite
web-invite-follow-line = Des nouvelles si vous en demandez, et un don en un geste quand vous en avez envie.
web-invite-telegram = Nous rejoindre sur Telegram
web-invite-discord = Nous rejoindre sur Discord
web-invite-none-title = Aucune collecte en ce moment
web-invite-none = Rejoignez-nous et demandez nos nouvelles : vous saurez quand la prochaine commence.
web-invite-preview = Un don se fait en un geste, en moins d’une minute.
web-invite-no-discord = Impossible de créer une invitation Discord pour l’instant. Réessayez un peu plus tard, ou choisissez une autre façon ci-dessous.
