cancel = Annuler
