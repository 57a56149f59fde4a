### Les nouvelles que l’équipe envoie.

broadcast-why = Vous recevez ce message parce que vous avez accepté nos nouvelles.
broadcast-stop = Arrêter les nouvelles
broadcast-withdrawn-title = Message retiré
broadcast-withdrawn = Ce message a été retiré par { $charity }.
