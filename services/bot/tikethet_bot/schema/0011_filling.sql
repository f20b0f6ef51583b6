-- A staff group that was just connected gets a topic for every ticket that is open already; `filling` names what made
-- that necessary, until all of them are in the outbox.
ALTER TABLE bot.staff_group ADD COLUMN filling text;
