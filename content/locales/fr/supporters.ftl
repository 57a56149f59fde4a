### Préférences, arrêt, vie privée, aide.

## Préférences
preferences-title = Vos préférences
preferences-open = Mes préférences
preferences-how = Tout est désactivé tant que vous ne l’activez pas, et vous pouvez changer d’avis en tout temps.
preferences-saved = C’est enregistré.
pref-state-on = Actuellement : oui.
pref-state-off = Actuellement : non.
pref-news = Nouvelles : recevoir des nouvelles des collectes, envoyées par { $charity }.
pref-news-on = Activer les nouvelles
pref-news-off = Désactiver les nouvelles
pref-reminders = Rappels : en recevoir un de temps à autre, d’après la date de vos dons, envoyé par { $charity }.
pref-reminders-on = Activer les rappels
pref-reminders-off = Désactiver les rappels
pref-personal-amounts = Montants personnels : voir des montants proposés d’après vos dons passés chez { $charity }.
pref-personal-amounts-on = Activer mes montants
pref-personal-amounts-off = Désactiver mes montants
pref-being-named = Mention du nom : votre nom peut paraître dans les remerciements publiés par { $charity } et sur vos invitations, jamais à côté d’un montant.
pref-being-named-on = Activer la mention du nom
pref-being-named-off = Désactiver la mention du nom
zone-line = Vos rappels viendront entre 9 h et 21 h, à l’heure de { $place }.
zone-change = Je vis ailleurs
zone-title = Où vivez-vous?
zone-ask = Pour ne jamais vous écrire la nuit. Choisissez la ville dont l’heure est la vôtre.
language-other = English

## Arrêter
stop-title = C’est arrêté
stop-line = C’est noté chez { $charity } : vous ne recevrez plus ni demandes ni nouvelles, seulement les réponses à ce que vous faites, comme un merci après un don ou un mot sur un remboursement.

## Vie privée
privacy-title = Vos renseignements personnels
privacy-kept = Ce que nous gardons : votre identifiant sur cette application, votre langue, la ville dont l’heure est la vôtre si vous l’avez choisie, vos préférences avec la date de chaque choix, vos dons, les rappels prévus pour vous, l’invitation que vous partagez et celle par laquelle vous êtes là, le fait d’avoir quitté un canal (400 jours, sous une forme illisible), combien de fois vous avez fait ce qui est limité (un jour, sous la même forme), les erreurs que vous signalez, ce que vous écrivez à l’équipe (pendant un mois) et la trace des messages envoyés.
privacy-not-kept = Ce que ce robot ne garde pas : votre nom, votre courriel et votre carte. Vous les confiez à Stripe, qui traite le paiement; notre équipe peut y voir le nom et le courriel, jamais le numéro de carte complet.
privacy-why = Pourquoi : vous répondre, vous remercier, corriger une erreur et tenir les comptes. Rien n’est vendu ni échangé.
privacy-how-long = Combien de temps : les dons, aussi longtemps que la loi le demande pour les comptes; le reste, jusqu’à ce que vous en demandiez la suppression. Les dons ne gardent alors que les numéros de paiement de Stripe, pour les remboursements et les contestations; il reste aussi, pendant 30 jours, une empreinte illisible de votre compte, si l’équipe vous avait bloqué ou avait caché votre nom, pour que cela tienne. Vous pouvez aussi demander une copie ou une correction.
privacy-forget = Pour que nous effacions ce qui mène à vous : /{ $forget }
privacy-who = Personne responsable : { $officer }, { $contact }

## Effacement
forget-title = Tout effacer?
forget-goes = Sera effacé : tout ce qui mène à vous ici, c’est-à-dire vos comptes, vos préférences, votre lien d’invitation, vos mots à l’équipe et la trace des messages.
forget-stays = Restera, sans rien qui mène à vous : les sommes données, que la loi nous demande de garder dans les comptes, chacune avec le numéro de paiement de Stripe (pour un don mensuel, aussi ceux de la facture et de l’abonnement) : les remboursements et les contestations en ont besoin, et il ne mène à vous que chez Stripe. Stripe garde aussi ce que vous lui avez confié. Pendant 30 jours, si l’équipe vous avait bloqué ou avait caché votre nom, et pendant un jour, pour ce qui est limité, une empreinte illisible de votre compte reste aussi : elle ne mène personne à vous.
forget-monthly = Votre don mensuel prendra fin aussi.
forget-final = On ne peut pas revenir en arrière.
forget-sure = Tout effacer
forget-keep = Ne rien effacer
forget-done-title = C’est effacé
forget-done = Ici, plus rien ne mène à vous, sauf les numéros de paiement, et chez Stripe seulement; une empreinte que personne ne peut lire fait tenir une limite ou un blocage pendant 30 jours au plus. Merci d’avoir été là. Si vous revenez un jour, nous ferons connaissance comme la première fois.
forget-later-title = Pas tout de suite
forget-later = Votre don mensuel doit d’abord prendre fin chez Stripe, qui ne répond pas. Rien n’est effacé pour l’instant; réessayez dans quelques minutes.

## Aide et réponses
help-title = Aide
help-line = Pour donner, écrivez simplement un montant, par exemple « 5 », et le bouton s’affichera.
help-command = /{ $name } : { $what }
command-give = Donner à une collecte
command-mygifts = Voir mes dons
command-preferences = Langue et messages
command-help = Aide et contact
command-stop = Ne plus recevoir ni demandes ni nouvelles
command-privacy = Ce que nous gardons, et pourquoi
command-forget = Effacer ce qui mène à moi
command-claim = Ajouter un don à mes dons
free-text-title = Merci de votre message
free-text = Ici, c’est un robot qui répond. Pour joindre une personne, écrivez à { $contact }.
unknown-command = Cette commande n’existe pas
unknown-command-line = Pour donner : /{ $give }. Pour tout le reste : /{ $help }.
wrong-title = Un problème de notre côté
wrong-line = Nous n’avons pas pu répondre cette fois. Rien n’est perdu : si un paiement a été fait, il sera compté.
try-again = Réessayer
