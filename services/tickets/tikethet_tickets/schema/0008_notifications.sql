-- What members were told. Plain rows outside the log, written in the transaction that appends the event they follow
-- from; nothing personal in them.
CREATE TABLE tickets.notifications (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    member_id     uuid NOT NULL,                    -- who is told
    position      bigint NOT NULL,                  -- of the event
    kind          text NOT NULL,
    what          text NOT NULL,                    -- which text says it
    ticket_id     uuid,
    ticket_number bigint,
    actor_id      uuid,                             -- whose doing it was, if a member's
    created_at    timestamptz NOT NULL,
    read_at       timestamptz
);

CREATE UNIQUE INDEX notifications_list ON tickets.notifications (member_id, position, id);
CREATE INDEX notifications_unread ON tickets.notifications (member_id, ticket_id) WHERE read_at IS NULL;
CREATE INDEX notifications_position ON tickets.notifications (position);
