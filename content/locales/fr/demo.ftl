### La page de démonstration : deux téléphones et le tableau de l’équipe.

demo-title = Obole, la démonstration
demo-how = Touchez un montant, payez avec une carte d’essai, regardez la barre avancer. Rien n’est réel.
demo-tasks = À essayer : { $done } sur { $all }
demo-task-done = Fait
demo-task-open = À faire
demo-task-give = Donner, en touchant un montant dans le canal
demo-task-again = Donner une deuxième fois, dans la conversation avec le robot
demo-task-invite = Inviter quelqu’un, avec /inviter
demo-task-monthly = Commencer un don mensuel, avec /mensuel
demo-task-answer = Poser une question au robot, puis y répondre : Nadia la reçoit sur Telegram
demo-task-broadcast = Être Nadia et envoyer une diffusion, avec /diffusion
demo-task-refund = Rembourser un don, dans le grand livre de l’équipe
demo-task-cash = Être Nadia et ajouter la caisse : /ajouter 20 comptant
demo-task-days = Accepter les rappels avec /preferences, puis avancer de onze jours
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
demo-speaks-fr = Parle français
demo-speaks-en = Parle anglais
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
demo-staff-commands = Les commandes de l’équipe. Pour les revoir : le menu.
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
demo-back = Revenir à la conversation
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
demo-refund = Rembourser ce don
demo-again = Renvoyer l’avis de ce paiement
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
demo-days-line = Dix jours après un premier don, une personne qui accepte les rappels peut en recevoir un. Dans cette démonstration, Camille, Alex, Inès et Nadia restent hors du groupe témoin : leur rappel vient toujours.
demo-days-done = { $due ->
    [0] Onze jours ont passé. Personne à relancer : il faut un seul don, et avoir accepté les rappels.
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
