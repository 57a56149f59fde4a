### Les paiements dans leur ensemble, pour l’équipe.

staff-home-payments = Paiements
staff-payments-title = Paiements
staff-payments-open = Les dons sont acceptés.
staff-payments-paused-since = Tous les liens de paiement sont en pause depuis le { $since }, par { $name }.
staff-payments-what = Une pause arrête tous les nouveaux dons, y compris par les liens des anciennes conversations, en une minute environ. Les dons mensuels en cours continuent.
staff-payments-owner = Les propriétaires peuvent les reprendre.
staff-payments-pause = Suspendre tous les paiements
staff-payments-resume = Reprendre les paiements
staff-payments-resume-sure = Les collectes qui acceptaient des dons en accepteront de nouveau, par les mêmes liens.
staff-payments-paused-news = Tous les liens de paiement sont mis en pause.
staff-payments-resumed-news = Les liens de paiement fonctionnent de nouveau.
staff-card-testing-title = Beaucoup de paiements refusés
staff-card-testing = Dans la dernière heure, paiements refusés : { $declined }; signalés comme frauduleux par les banques : { $warned }.
staff-card-testing-why = Il se peut que quelqu’un essaie des cartes volées sur vos pages. Chaque paiement qui passe peut vous valoir une contestation. Dans le tableau de bord de Stripe, sous Radar, vous pouvez les bloquer; un don minimal plus élevé aide aussi.
