### La page de démonstration : deux téléphones et le tableau de l’équipe.

demo-title = Obole, la démonstration
demo-how = Touchez un montant, payez avec une carte d’essai, regardez la barre avancer. Rien n’est réel.
demo-tasks = À essayer : { $done } sur { $all }
demo-task-done = Fait
demo-task-open = À faire
demo-task-give = Donner
demo-how-give = Toucher un montant dans le canal.
demo-task-again = Donner encore
demo-how-again = Dans la conversation avec le robot, écrire un montant, par exemple 10.
demo-task-invite = Inviter quelqu’un
demo-how-invite = Sur Telegram, dans la conversation avec le robot, écrire /inviter, toucher « Envoyer sur Telegram » et choisir Inès. Puis être Inès et ouvrir l’invitation.
demo-task-monthly = Donner chaque mois
demo-how-monthly = Être Camille ou Alex. Dans la conversation avec le robot, écrire /mensuel.
demo-task-answer = Répondre à une question
demo-how-answer = La poser dans la conversation avec le robot. Puis être Nadia sur Telegram et répondre.
demo-task-broadcast = Écrire à tout le monde
demo-how-broadcast = Être Nadia : dans la conversation avec le robot, écrire /diffusion, ou approuver l’annonce qui attend. Puis toucher + 5 minutes (L’équipe).
demo-task-refund = Rembourser un don
demo-how-refund = Dans le grand livre (L’équipe).
demo-task-cash = Ajouter la caisse
demo-how-cash = Être Nadia : dans la conversation avec le robot, écrire /ajouter 20 comptant.
demo-task-days = Recevoir un rappel
demo-how-days = Être une personne sans don mensuel, par exemple Inès : donner, et activer les rappels avec /preferences. Puis toucher + 11 jours (L’équipe).
demo-task-payout = Répondre à la trésorerie
demo-how-payout = « Qu’est-ce que ce dépôt à la banque? » Toucher + 11 jours (L’équipe). Puis être Nadia : écrire /virements au robot et toucher le virement.
demo-tasks-where = La conversation avec le robot : l’onglet « Conversation » sur Telegram, « Messages privés » sur Discord.
demo-language = English
demo-language-hint = Afficher la page en anglais
demo-on-telegram = Sur Telegram
demo-on-discord = Sur Discord
demo-staff = L’équipe
demo-you-are = Vous êtes
demo-role-camille = donne
demo-role-alex = donne
demo-role-ines = amie
demo-role-nadia = équipe
demo-speaks-fr = Parle français, quelle que soit la langue de cette page
demo-speaks-en = Parle anglais, quelle que soit la langue de cette page
demo-bot-tab = Conversation
demo-channel-tab = Canal
demo-dm-tab = Messages privés
demo-bot-status = robot
demo-channel-status = canal public
demo-nobody = Personne n’a encore écrit ici.
demo-what-it-can = Que peut faire ce robot?
demo-what-it-can-line = Choisir un montant, payer sur une page sécurisée, voir ce que fait le don.
demo-start = Démarrer
demo-menu = Menu
demo-staff-commands = Les commandes de l’équipe sont dans le menu.
demo-message = Message
demo-message-room = Envoyer un message dans #{ $room }
demo-message-dm = Envoyer un message à { $name }
demo-send = Envoyer
demo-attach = Joindre une photo
demo-photo = Photo
demo-picture-mittens = Des mitaines
demo-picture-suits = Des habits de neige
demo-picture-own = Une photo de votre appareil…
demo-picture-too-large = Cette photo dépasse 6 Mo.
demo-mute = Couper le son
demo-unread = Messages non lus : { $count }
demo-edited = modifié
demo-app = APPLI
demo-only-you = Visible pour vous seulement
demo-used = { $name } a utilisé
demo-thinking = { $name } réfléchit…
demo-pay-page = Page de paiement
demo-web-page = Page de l’organisme
demo-close = Fermer
demo-send-to = Envoyer à
demo-online = en ligne
demo-not-member = { $name } n’est pas encore dans ce serveur. Il faut une invitation pour y entrer.
demo-already-there = Vous y êtes déjà.
demo-copied = Copié
demo-failed = Ça n’a pas marché
demo-lost = La démonstration ne répond plus. La relancer : obole demo
demo-donors = Ont donné
demo-frequency = Dons par personne
demo-amount = Recueilli
demo-lateral = Portée latérale
demo-lateral-line = venus grâce à des proches
demo-of-goal = sur { $goal }
demo-gifts-line = { $gifts ->
    [one] un don compté
   *[other] { $gifts } dons comptés
}
demo-ledger = Le grand livre
demo-entry-gift = Don
demo-entry-refund = Remboursement
demo-entry-dispute = Contestation
demo-refund = Rembourser
demo-again = Répéter un avis
demo-again-done = Avis reçu une deuxième fois : rien n’est compté deux fois.
demo-refund-done = Remboursé : la personne en reçoit l’avis dans sa conversation.
demo-poll-done = { $found ->
    [0] Stripe n’avait rien de nouveau.
    [one] Un événement retrouvé chez Stripe.
   *[other] { $found } événements retrouvés chez Stripe.
}
demo-withhold = Retenir les avis de Stripe
demo-withhold-line = Comme une panne : le don est fait, mais le robot n’en sait rien.
demo-held = { $held ->
    [0] Rien n’est retenu pour l’instant.
    [one] Un avis retenu.
   *[other] { $held } avis retenus.
}
demo-poll = Demander à Stripe
demo-poll-line = Le robot le fait automatiquement chaque minute.
demo-later = + 5 minutes
demo-later-line = Ce que l’équipe envoie attend cinq minutes avant de partir.
demo-later-done = Cinq minutes ont passé.
demo-days = + 11 jours
demo-days-line = Dix jours après un don, une personne qui accepte les rappels peut en recevoir un. Dans cette démonstration, Camille, Alex, Inès et Nadia restent hors du groupe témoin : leur rappel vient toujours.
demo-days-done = { $due ->
    [0] Onze jours ont passé. Personne à relancer : il faut avoir donné, avoir activé les rappels avec /preferences, et ne pas donner chaque mois.
   *[other] Onze jours ont passé. Rappels envoyés : { $sent }. Dans le groupe témoin, où Camille, Alex, Inès et Nadia ne sont jamais : { $held }.
}
demo-books-ok = Comptes vérifiés
demo-books-wrong = Comptes à vérifier
demo-account-gifts = dons
demo-account-stripe = Stripe
demo-account-refunds = remboursements
demo-account-fees = frais
demo-account-disputes = contestations
demo-account-undeposited = à déposer
demo-account-bank = banque
demo-account-clearing = en attente
demo-yesterday = hier
demo-all-done = Vous avez tout essayé. Merci d’avoir pris ce temps! Pour votre organisme, la suite est dans le README, sous « Mise en service ».
demo-staff-commands-discord = Les commandes de l’équipe sont sous le bouton /.
demo-dm-empty = Écrivez ici au robot : un montant, par exemple 10, ou une commande, par exemple /donner.
demo-cancel = Annuler
demo-refund-gift = Rembourser le don de { $amount }
demo-refund-ask = Rembourser ce don de { $amount }? L’argent retourne sur la carte, et la personne en reçoit l’avis.
demo-refund-yes = Rembourser { $amount }
demo-refunded = Remboursé
demo-again-line = Stripe envoie une deuxième fois l’avis du don le plus récent.
demo-clock = { $time } à Montréal
