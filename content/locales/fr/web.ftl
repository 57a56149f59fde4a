### Pages web : accueil, retour après un don, liens courts, erreurs. Le reste de ces pages est dans shared.ftl.

## Toutes les pages
web-other-language = English
web-privacy = Vie privée
web-home = Voir les collectes
web-powered = Avec Obole, logiciel libre

## Accueil
web-lead = Donnez en un geste, là où vous clavardez déjà.
web-give-telegram = Donner sur Telegram
web-give-discord = Donner sur Discord
web-no-chat = Le robot se prépare. Revenez dans un instant.

## Retour après un don
web-waiting-title = Merci!
web-waiting = Votre don est en cours de confirmation.
web-waiting-amount = Votre don de { $amount } est en cours de confirmation.
web-waiting-how = Cette page se met à jour automatiquement. Vous pouvez aussi la fermer : rien ne sera perdu.
web-waiting-long = La confirmation prend plus de temps que d’habitude. Si le paiement est passé, le don sera compté; vous n’avez rien d’autre à faire.
web-refresh = Actualiser
web-back-telegram = Revenir à Telegram
web-back-discord = Revenir à Discord
web-claim-title = Ajouter ce don à vos dons
web-claim-telegram = Ajouter sur Telegram
web-claim-code = Sur Discord, tapez cette commande :
web-claim-command = /reclamer { $code }
web-goal-bar = Progrès de la collecte

## Ce n’était pas moi
web-disown-again = C’était déjà fait : ce don n’est plus lié à personne.
web-disown-refused-title = Ce bouton ne fonctionne plus
web-disown-refused = Retournez à la page de votre don et essayez de nouveau. Le don lui-même est en sécurité.

## Erreurs
web-method-title = Cela ne fonctionne pas ici
web-method = Revenez à la page précédente et repartez de là.
web-too-large-title = C’est trop lourd
web-too-large = Ce qui a été envoyé dépasse la taille permise. Rien n’a été enregistré.
stripe-paused = Les dons à « { $campaign } » sont en pause pour le moment. Merci d’y avoir pensé! Réessayez un peu plus tard.
