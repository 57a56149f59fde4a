### For staff: donors' invites into channels and servers.

staff-invites-lost-title = The bot can no longer make invites into { $place }
staff-invites-lost-telegram = Among its administrator rights in the channel or group, give it back the one to invite by link.
staff-invites-lost-discord = On the server, give it back the permissions “Create Invite” and “Manage Server”; without the latter it can’t see by which invite somebody arrives.
staff-invites-lost-meanwhile = Until then donors invite through the bot and the web page. Links that were already shared still work.
