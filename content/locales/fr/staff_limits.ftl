### Pour l’équipe : les limites fixées par les propriétaires.

staff-home-limits = Limites
staff-limits-title = Limites
staff-limits-note = Ce que vous choisissez ici prévaut sur les réglages du serveur. Toute l’équipe est avertie de chaque changement.
staff-limit-approve = Deuxième personne
staff-limit-pause = Pause automatique
staff-limit-domains = Sites permis
staff-limit-declined = Paiements refusés
staff-limit-warned = Fraudes signalées
staff-limit-dms = Nouveaux messages privés
staff-limit-offline = Dons hors d’Obole
staff-limit-is-offline = Au-delà de { $number } (dans la devise de la collecte), une deuxième personne confirme le comptant, les chèques et les virements.
staff-limit-monthly = Test : don mensuel
staff-limit-is-approve = Au-delà de { $number } destinataires, une deuxième personne doit approuver.
staff-limit-is-pause = Au-delà de { $number } % d’échecs, une diffusion se met en pause automatiquement.
staff-limit-is-domains = Les liens peuvent mener à : { $sites }.
staff-limit-is-declined = À partir de { $number } paiements refusés en une heure, l’équipe est avertie.
staff-limit-is-warned = À partir de { $number } fraudes signalées en une heure, l’équipe est avertie.
staff-limit-is-dms = Sur Discord, le robot écrit en premier à { $number } nouvelles personnes par jour au plus.
staff-limit-is-monthly = { $number ->
    [0] Le don mensuel est offert une fois à chaque personne qui donne pour la première fois (pas de test).
   *[other] Test : à { $number } % des personnes qui donnent pour la première fois, le don mensuel n’est pas offert, pour voir si l’offre a un effet.
}
staff-limit-is-no-domain = Les liens ne peuvent mener qu’à ce robot.
staff-limit-own = (choisi ici)
staff-limit-by-itself = (par défaut)
staff-limit-ask-approve = Au-delà de combien de destinataires une deuxième personne doit-elle approuver? Écrivez un nombre; 0 veut dire à chaque fois.
staff-limit-ask-pause = Écrivez un pourcentage de 1 à 100.
staff-limit-ask-domains = Écrivez les sites, séparés par des virgules, par exemple exemple.org, exemple.com. Leurs sous-domaines sont permis aussi. Un nom sur Telegram s’écrit @nom.
staff-limit-ask-declined = Combien de paiements refusés en une heure doivent alerter l’équipe? Écrivez un nombre de 1 à 1000. Une heure où il y a au moins deux fois plus de paiements réussis ne déclenche rien.
staff-limit-ask-warned = Combien de fraudes signalées par les banques en une heure doivent alerter l’équipe? Écrivez un nombre de 1 à 1000.
staff-limit-ask-dms = Sur Discord, à combien de nouvelles personnes par jour le robot peut-il écrire en premier? Écrivez un nombre de 0 à 50. Discord a déjà bloqué des robots après 20. Celles qui ont écrit au robot en privé ne comptent pas.
staff-limit-ask-offline = Au-delà de quel montant une deuxième personne doit-elle confirmer le comptant, les chèques et les virements? Écrivez un nombre, dans la devise de la collecte; 0 veut dire à chaque fois.
staff-limit-ask-monthly = À quel pourcentage des personnes qui donnent pour la première fois ne pas offrir le don mensuel, pour voir si l’offre a un effet? Écrivez un nombre de 0 à 50; 0 met fin au test. Le résultat est dans /rappels, sous « Est-ce que ça marche? ».
staff-limit-bad-number = Ce n’est pas un nombre de 0 à 1 000 000.
staff-limit-bad-percent = Ce n’est pas un nombre de 1 à 100.
staff-limit-bad-host = L’un d’eux n’est pas un nom de site, ou il y en a plus de 20.
staff-limit-bad-alarm = Ce n’est pas un nombre de 1 à 1000.
staff-limit-bad-dms = Ce n’est pas un nombre de 0 à 50.
staff-limit-bad-monthly = Ce n’est pas un nombre de 0 à 50.
staff-limit-few-donors = Ce test demande plus de 2 000 personnes ayant donné pour la première fois dans la dernière année : avec moins, il coûte des dons et ne dit rien.
staff-limit-reset = Valeur par défaut
staff-limit-changed = Une limite a changé
staff-foreign-link = Telegram ou Discord en ferait un lien vers un site non permis : { $what }. Les propriétaires choisissent les sites permis sous Limites. Si ce n’est pas une adresse, mettez une espace après le point.
