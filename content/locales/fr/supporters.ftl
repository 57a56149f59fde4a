### Préférences, arrêt, vie privée, aide.

## Préférences
preferences-title = Vos préférences
preferences-open = Mes préférences
preferences-how = Tout est désactivé tant que vous ne l’activez pas, et vous pouvez changer d’avis en tout temps.
preferences-saved = C’est enregistré.
pref-state-on = Actuellement : oui.
pref-state-off = Actuellement : non.
pref-news = Nouvelles : un message { DE($charity) } quand il y a du nouveau dans les collectes.
pref-news-on = Activer les nouvelles
pref-news-off = Désactiver les nouvelles
pref-reminders = Rappels : un petit mot { DE($charity) } de temps à autre, selon la date de vos dons.
pref-reminders-on = Activer les rappels
pref-reminders-off = Désactiver les rappels
pref-personal-amounts = Montants personnels : des montants proposés d’après vos dons passés à { $charity }.
pref-personal-amounts-on = Activer mes montants
pref-personal-amounts-off = Désactiver mes montants
pref-being-named = Votre nom : il peut paraître dans les remerciements publics { DE($charity) } et sur vos invitations, jamais à côté d’un montant.
pref-being-named-on = Permettre mon nom
pref-being-named-off = Ne plus montrer mon nom
pref-write-first = Sur Discord, le robot n’écrit qu’aux gens qui se sont adressés à lui : envoyez-lui un message privé, n’importe lequel, et ce que vous avez activé vous parviendra.
zone-line = Les rappels arrivent entre 9 h et 21 h, heure de { $place }.
zone-change = Je vis ailleurs
zone-title = Où vivez-vous?
zone-ask = Pour ne jamais vous écrire la nuit : choisissez une ville de votre fuseau horaire.
language-other = English

## Arrêter
stop-title = C’est arrêté
stop-line = Vous ne recevrez plus ni demandes ni nouvelles { DE($charity) }, seulement des réponses à ce que vous faites, comme un merci après un don ou un avis de remboursement.

## Vie privée
privacy-title = Vos renseignements personnels
privacy-kept = Ce que nous gardons :
privacy-item-account = votre identifiant sur cette application, le jour de votre arrivée, ceux où vous avez écrit au robot ou l’avez installé, et si nos messages vous parviennent
privacy-item-language = votre langue et, si vous l’avez choisie, la ville de votre fuseau horaire
privacy-item-preferences = vos préférences, avec la date et le libellé de chaque choix
privacy-item-gifts = vos dons, uniques ou mensuels : montant, jour, collecte, message ou lien d’où ils viennent, remboursements, numéros de Stripe; et les liens de paiement faits pour vous
privacy-item-card = une empreinte illisible de votre carte ou de votre compte chez Stripe, pour reconnaître vos prochains dons
privacy-item-card-kept = une empreinte illisible de votre carte ou de votre compte chez Stripe, pour reconnaître vos prochains dons; de la carte que vous gardez pour donner, la marque, l’expiration, les quatre derniers chiffres et ce que vous avez accepté
privacy-item-reminders = les rappels prévus pour vous : leur moment est calculé d’après vos dons, et « Pas maintenant » les repousse
privacy-item-group = votre groupe : pour mesurer l’effet des rappels, certaines personnes tirées au sort n’en reçoivent pas
privacy-item-invites = l’invitation que vous partagez, vos mots, celle qui vous a fait connaître la collecte, et combien de personnes et de dons sont venus par vous
privacy-item-messages = la trace des messages envoyés (90 jours; 180 pour les envois à tout le monde)
privacy-item-adult = si vous avez 18 ans ou plus et le jour de votre réponse, quand nous l’avons demandé
privacy-item-letters = ce que vous écrivez à l’équipe (30 jours)
privacy-item-cases = les erreurs que vous signalez et les paiements à vérifier
privacy-item-team = si l’équipe bloque vos messages, cache votre nom ou note un décès, et le journal de ce qu’elle fait (trois ans)
privacy-item-left = le fait d’avoir quitté un canal (400 jours, sous une forme illisible)
privacy-item-limits = le nombre de fois où vous avez utilisé une fonction limitée (un jour, sous la même forme)
privacy-not-kept = Ce que ce robot ne garde pas : votre nom, votre courriel et votre carte. Vous les confiez à Stripe, qui traite le paiement; notre équipe peut y voir le nom et le courriel, jamais le numéro de carte complet.
privacy-where = Hors du Québec : vos messages passent par Telegram ou Discord et vos paiements par Stripe. Ces entreprises traitent vos renseignements à l’extérieur du Québec, selon leurs propres règles.
privacy-why = Pourquoi : vous répondre, vous remercier, corriger une erreur et tenir les comptes. Rien n’est vendu ni échangé.
privacy-how-long = Combien de temps : les dons, aussi longtemps que la loi l’exige pour la comptabilité; le reste, jusqu’à ce que vous en demandiez la suppression. Les dons ne gardent alors que les numéros de paiement de Stripe, pour les remboursements et les contestations. Si l’équipe vous avait bloqué ou avait caché votre nom, une empreinte illisible de votre compte reste pendant 30 jours, pour que cela demeure en vigueur. Une autre reste un an hors de la base de données, pour qu’une sauvegarde restaurée ne vous ramène pas; un désabonnement y est noté de même. Vous pouvez aussi demander une correction.
privacy-copy = Pour recevoir une copie de vos données : /{ $mydata }
privacy-forget = Pour effacer vos données : /{ $forget }
privacy-who = Responsable de la protection des renseignements personnels : { $officer }, { $contact }

## Effacement
forget-title = Tout effacer?
forget-goes = Seront effacées : toutes vos données ici, soit vos comptes, vos préférences, votre lien d’invitation, vos messages à l’équipe et la trace des messages envoyés.
forget-stays = Resteront, sans votre identité : le montant et la date de vos dons, que la loi nous oblige à garder dans nos comptes, avec le numéro de paiement de Stripe (pour un don mensuel, aussi ceux de la facture et de l’abonnement). Les remboursements et les contestations ont besoin de ce numéro, et seul Stripe peut le relier à vous. Stripe garde aussi ce que vous lui avez confié. Nos statistiques gardent les rappels, les envois et les invitations, sans dire à qui. Une empreinte illisible de votre compte reste également : un jour, pour les fonctions limitées, et 30 jours si l’équipe avait bloqué votre compte ou caché votre nom. Une autre reste un an hors de la base de données, pour qu’une sauvegarde restaurée ne vous ramène pas. Aucune ne permet de vous reconnaître.
forget-monthly = Votre don mensuel prendra fin aussi.
forget-final = Cela ne s’annule pas.
forget-sure = Tout effacer
forget-keep = Ne rien effacer
forget-done-title = Vos données sont effacées
forget-done = Il ne reste que ce que la comptabilité exige : les montants, les dates et les numéros de paiement de Stripe. Une empreinte illisible peut maintenir une limite ou un blocage, 30 jours au plus. Une autre reste un an hors de la base de données, pour qu’une sauvegarde restaurée ne vous ramène pas. Merci d’avoir été là. Si vous revenez un jour, nous referons connaissance.
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
command-stop = Arrêter les demandes et les nouvelles
command-privacy = Ce que nous gardons, et pourquoi
command-mydata = Recevoir une copie de mes données
command-forget = Effacer mes données
command-claim = Ajouter un don à mes dons
command-card = Garder, changer ou retirer ma carte
free-text-title = Merci de votre message
free-text = Ici, c’est un robot qui répond. Pour joindre une personne, écrivez à { $contact }.
card-number-title = Gardez votre numéro de carte pour vous
card-number-removed = J’ai retiré le numéro de carte de votre message : personne ici ne le lit ni ne le garde, à part les quatre derniers chiffres. Pour payer, il ne se tape que sur la page de Stripe.
card-number-delete = Par prudence, supprimez aussi votre message de cette conversation.
unknown-command = Cette commande n’existe pas
unknown-command-line = Pour donner : /{ $give }. Pour tout le reste : /{ $help }.
command-in-private = Écrivez-moi en privé /{ $command } : ici, d’autres personnes peuvent lire.
wrong-title = Un problème de notre côté
wrong-line = Nous n’avons pas pu répondre cette fois. Rien n’est perdu : si vous avez payé, votre don sera compté.
try-again = Réessayer
stop-undo = Annuler
stop-monthly-end = Arrêter mon don mensuel
stop-button = Arrêter les messages
stop-maybe = Si vous ne voulez plus de messages, touchez le bouton.
courtesy-thanks-title = Merci à vous!
courtesy-farewell-title = À bientôt!
courtesy-greeting-title = Bonjour!
courtesy-greeting = Pour donner, écrivez un montant, par exemple « 5 ».
courtesy-question = Si vous avez une question, écrivez-la ici : une personne { DE($charity) } vous répondra.
courtesy-question-mail = Si vous avez une question, écrivez à { $contact }.
identity-who = Qui sommes-nous?
identity-registration = organisme de bienfaisance enregistré, n° { $number }
