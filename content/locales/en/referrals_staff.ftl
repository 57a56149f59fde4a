### For staff: donors' invites into channels and servers.

staff-invites-lost-title = The bot can no longer create invites to { $place }
staff-invites-lost-telegram = Give it back the administrator right to invite by link in that channel or group.
staff-invites-lost-discord = On the server, give it back the permissions “Create Invite” and “Manage Server”; without the latter it can’t see which invite people used.
staff-invites-lost-meanwhile = Until then, donors’ invites lead to the bot and the web page. Links already shared still work.
