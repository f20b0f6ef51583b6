-- Up to when a ticket's events were heard: a topic's summary leaves to the queue what the queue does not have yet.
ALTER TABLE bot.tickets ADD COLUMN heard_at timestamptz;
