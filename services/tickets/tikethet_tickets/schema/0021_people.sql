-- The tickets of many people at once, as a search for a name wants them: filtered and put in any order of lists by the
-- index alone, which a person's own list goes on using.
CREATE INDEX tickets_of_requester ON tickets.tickets (requester_id, public_updated_at, id)
    INCLUDE (status, priority, category_id, assignee_id, created_at, updated_at, waiting_since);

DROP INDEX tickets.tickets_requester;
