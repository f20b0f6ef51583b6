-- The menu button a person's chat was given last, as language and address; without one it has everybody's.
ALTER TABLE bot.people ADD COLUMN menu text;
