staff-platform-off-title = { $platform } est arrêté
staff-platform-off-telegram = Telegram refuse le jeton du bot : personne n’y reçoit de réponse, et rien n’y part. L’autre plateforme et les dons ne sont pas touchés.
staff-platform-off-discord = Discord refuse le bot : personne n’y reçoit de réponse, et rien n’y part. L’autre plateforme et les dons ne sont pas touchés.
staff-platform-off-telegram-how = Demandez le jeton à @BotFather (/token), mettez-le dans OBOLE_TELEGRAM_TOKEN, redémarrez; puis : obole check
staff-platform-off-discord-how = Dans le portail de Discord, sous Bot, vérifiez le jeton (OBOLE_DISCORD_TOKEN) et le Server Members Intent, redémarrez; puis : obole check
staff-database-title = La base de données a disparu
staff-database = Le fichier de la base de données a été supprimé ou remplacé pendant que le bot tourne. Plus rien n’est écrit depuis; Stripe renverra les dons.
staff-database-how = Remettez le fichier à sa place, puis redémarrez le bot.
