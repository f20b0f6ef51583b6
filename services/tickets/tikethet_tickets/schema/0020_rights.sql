-- Words about what somebody may do, and whether they are shut out: a few among millions, asked for every second by the
-- ledger of what must not come back.
CREATE INDEX events_of_rights ON tickets.events (position)
    WHERE type IN ('RoleChanged', 'MemberBlocked', 'MemberUnblocked');
