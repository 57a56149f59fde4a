### Pour l’équipe : les invitations des donateurs vers les canaux et les serveurs.

staff-invites-lost-title = Le bot ne peut plus créer d’invitations vers { $place }
staff-invites-lost-telegram = Redonnez-lui, parmi les droits d’administration du canal ou du groupe, celui d’inviter par lien.
staff-invites-lost-discord = Redonnez-lui sur le serveur les permissions « Créer une invitation » et « Gérer le serveur », sans laquelle il ne voit pas par quelle invitation quelqu’un arrive.
staff-invites-lost-meanwhile = D’ici là, les invitations des donateurs passent par le bot et par la page web. Les liens déjà partagés restent ouverts.
