### Pour l’équipe : les invitations des donateurs vers les canaux et les serveurs.

staff-invites-lost-title = Le robot ne peut plus créer d’invitations vers { $place }
staff-invites-lost-telegram = Redonnez-lui, dans ce canal ou ce groupe, le droit d’administration « inviter par lien ».
staff-invites-lost-discord = Redonnez-lui sur le serveur les permissions « Créer une invitation » et « Gérer le serveur »; sans la seconde, il ne voit pas quelle invitation les gens ont utilisée.
staff-invites-lost-meanwhile = D’ici là, les invitations des donateurs mènent au robot et à la page web. Les liens déjà partagés fonctionnent toujours.
