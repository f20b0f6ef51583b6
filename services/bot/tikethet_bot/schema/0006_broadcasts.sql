-- Which broadcast a row belongs to; `reported`: the desk knows how it ended.
ALTER TABLE bot.outbox ADD COLUMN broadcast_id uuid, ADD COLUMN reported boolean NOT NULL DEFAULT false;
CREATE INDEX outbox_broadcast ON bot.outbox (broadcast_id, id) WHERE broadcast_id IS NOT NULL AND NOT reported;
