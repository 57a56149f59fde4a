### Le coin de l’équipe.

staff-refused-title = Réservé à l’équipe
staff-refused = Cette commande sert à l’équipe de la collecte. Pour joindre une personne : { $contact }
staff-refused-role = Votre rôle ne permet pas cette action. Demandez à une personne propriétaire.
command-team = Équipe : accueil et membres
command-campaigns = Équipe : les collectes
command-broadcast = Équipe : écrire une diffusion
command-stats = Équipe : les chiffres
command-freeze = Équipe : tout arrêter d’un coup
command-here = Équipe : utiliser ce lieu
option-staff-code = Votre code à usage unique
option-staff-code-name = code
staff-picture-title = Image trop lourde
staff-picture-too-large = Cette image dépasse 10 Mo. Envoyez-en une plus légère : la question reste ouverte.
