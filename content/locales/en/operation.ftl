staff-platform-off-title = { $platform } is off
staff-platform-off-telegram = Telegram refuses the bot’s token: nobody there gets an answer, and nothing is sent there. The other platform and gifts are not affected.
staff-platform-off-discord = Discord refuses the bot: nobody there gets an answer, and nothing is sent there. The other platform and gifts are not affected.
staff-platform-off-telegram-how = Ask @BotFather for the token (/token), put it into OBOLE_TELEGRAM_TOKEN, start again; then: obole check
staff-platform-off-discord-how = In Discord’s portal, under Bot, check the token (OBOLE_DISCORD_TOKEN) and the Server Members Intent, start again; then: obole check
staff-database-title = The database is gone
staff-database = The database’s file was deleted or replaced while the bot was running. Nothing is written any more; Stripe will send gifts again.
staff-database-how = Put the file back in its place, then start the bot again.
