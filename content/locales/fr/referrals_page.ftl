### La page web derrière une invitation.

web-invite-by = Vous arrivez par l’invitation { DE($name) }.
web-invite-by-somebody = Quelqu’un a pensé à vous.
web-invite-private = Cette personne ne verra ni votre nom ni vos dons.
web-invite-private-sender = Qui vous a envoyé ce lien ne verra ni votre nom ni vos dons.
web-invite-give = Donner maintenant
web-invite-follow = Ou suivre de plus près
web-invite-follow-closed = Suivre ce qui vient
web-invite-follow-line = Des nouvelles si vous en demandez, et un don en un geste quand vous le voulez.
web-invite-telegram = Venir sur Telegram
web-invite-discord = Venir sur Discord
web-invite-none-title = Aucune collecte en ce moment
web-invite-none = Rejoignez-nous, et demandez à savoir quand la prochaine commence.
web-invite-preview = Un don se fait en un geste, en moins d’une minute.
web-invite-no-discord = Nous ne pouvons pas faire d’invitation Discord pour l’instant. Réessayez un peu plus tard, ou choisissez une autre façon ci-dessous.
