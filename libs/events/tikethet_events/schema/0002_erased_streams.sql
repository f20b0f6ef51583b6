-- One stream can be forgotten by itself (a ticket past its retention): its key is gone, and no new one is made for it.
ALTER TABLE tickets.streams ADD COLUMN erased boolean NOT NULL DEFAULT false;
