-- The most urgent of what waits is found without reading what waits behind it.
CREATE INDEX outbox_urgent ON bot.outbox (priority, id) WHERE delivered_at IS NULL AND given_up IS NULL;
