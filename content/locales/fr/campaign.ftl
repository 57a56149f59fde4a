### La vie d’une collecte : la pause, les étapes franchies.

campaign-paused-title = Cette collecte est en pause
campaign-paused = La collecte « { $campaign } » prend une pause. Merci d’y avoir pensé!
campaign-paused-line = La collecte est en pause pour le moment.
milestone-half = « { $campaign } » : { $raised } sur { $goal }, soit { $percent } % de l’objectif. Merci!
milestone-near = « { $campaign } » : il ne manque que { $missing } pour atteindre { $goal }. Merci!
milestone-reached = « { $campaign } » : l’objectif de { $goal } est atteint. Merci!
staff-campaigns-title = Les collectes
staff-campaigns-none = Aucune collecte pour le moment.
staff-campaigns-back = Toutes les collectes
staff-campaign-open = Ouverte
staff-campaign-paused = En pause
staff-campaign-closed = Terminée
staff-campaign-figures = { $raised } sur { $goal } ({ $percent } %), dons : { $gifts }.
staff-campaign-until = Dernier jour : { $day }.
staff-campaign-done = C’est fait.
staff-campaign-stale = Quelqu’un d’autre vient de la changer. La voici telle qu’elle est.
staff-campaign-failed = Stripe n’a pas répondu comme prévu : rien n’est terminé. Vous pouvez essayer de nouveau.
staff-campaign-pause = Mettre en pause
staff-campaign-resume = Reprendre
staff-campaign-close = Terminer
staff-campaign-pause-sure = Mettre la collecte en pause? Ses cartes le diront, et personne ne sera sollicité. Les liens déjà envoyés restent ouverts.
staff-campaign-resume-sure = Reprendre la collecte? Ses cartes et ses liens redeviennent comme avant.
staff-campaign-close-sure = Terminer la collecte? Ses liens seront fermés chez Stripe.
staff-campaign-no = Non, revenir
staff-campaign-places = Où se trouve sa carte
