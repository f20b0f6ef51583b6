-- Tickets that go on in another one of the same customer.
ALTER TABLE tickets.tickets ADD COLUMN merged_into uuid;
