-- Tickets that are closed already are forgotten as well, once the desk says after how many days.
INSERT INTO tickets.due (key, command, at)
    SELECT 'forget:' || id, 'forget', closed_at FROM tickets.tickets WHERE closed_at IS NOT NULL;
