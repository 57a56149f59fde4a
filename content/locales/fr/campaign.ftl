### La vie d’une collecte : la pause, les étapes franchies.

campaign-paused-title = Cette collecte est en pause
campaign-paused = La collecte « { $campaign } » prend une pause. Merci d’y avoir pensé!
campaign-paused-line = La collecte est en pause pour le moment.
milestone-half = « { $campaign } » : { $raised } sur { $goal }, soit { $percent } % de l’objectif. Merci!
milestone-near = « { $campaign } » : il ne manque que { $missing } pour atteindre { $goal }. Merci!
milestone-reached = « { $campaign } » : l’objectif de { $goal } est atteint. Merci!
