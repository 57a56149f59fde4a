### Pour l’équipe : les limites des diffusions.

staff-home-limits = Limites
staff-limits-title = Limites des diffusions
staff-limits-note = Ce qui est choisi ici l’emporte sur les réglages du serveur. Toute l’équipe est avertie d’un changement.
staff-limit-approve = Deuxième personne
staff-limit-pause = Pause d’elle-même
staff-limit-domains = Sites permis
staff-limit-is-approve = Au-delà de { $number } destinataires, une deuxième personne approuve.
staff-limit-is-pause = Au-delà de { $number } % d’échecs, une diffusion se met en pause d’elle-même.
staff-limit-is-domains = Les liens peuvent mener à : { $sites }.
staff-limit-is-no-domain = Les liens ne peuvent mener nulle part, sauf à ce bot.
staff-limit-own = (choisi ici)
staff-limit-by-itself = (valeur de départ)
staff-limit-ask-approve = Au-delà de combien de destinataires faut-il une deuxième personne? Écrivez un nombre; 0 veut dire à chaque fois.
staff-limit-ask-pause = Écrivez un nombre de 1 à 100, en pour cent.
staff-limit-ask-domains = Écrivez les sites, séparés par des virgules, par exemple exemple.org, exemple.com. Leurs sous-domaines sont permis aussi. Un nom sur Telegram s’écrit @nom.
staff-limit-bad-number = Ce n’est pas un nombre de 0 à 1 000 000.
staff-limit-bad-percent = Ce n’est pas un nombre de 1 à 100.
staff-limit-bad-host = L’un d’eux n’est pas un nom de site, ou il y en a plus de 20.
staff-limit-reset = Remettre la valeur de départ
staff-limit-changed = Une limite des diffusions a changé
staff-foreign-link = Telegram ou Discord en ferait un lien hors des sites permis, que les propriétaires choisissent sous Limites : { $what }. Si ce n’est pas une adresse, laissez une espace après le point.
