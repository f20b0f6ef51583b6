"""TiketHet: notify tells every open socket what just happened (``/ws``, DESIGN §7).

The way of an event: `consumers` hears it from the stream → `hub` puts it into the `ring`, as bytes, once → every feed
that may hear it is pushed it, or, while its peer reads slowly, takes it from the ring later → its socket sends it.

What a client meets beyond the contract's frames:

* ``ready`` may come again on an open socket, always with ``resumed: false``, and means the same as at the start: from
  here on, fetch afresh. It comes after the member's role changed (right behind the `RoleChanged` event) and when a new
  epoch began. After a renewing ``authenticate`` it comes with ``resumed: true`` and the cursor as it is.
* Somebody whose role changed while they were away is not resumed either: what they kept was another role's view.
* A cursor beyond the feed's head is resumed, since an answer over HTTP may be ahead of the feed; one beyond the log is
  not (``resumed: false``).
* Close codes: 4401 token bad, expired or of another member, session ended, member erased · 4403 blocked · 4408 not
  authenticated in time (10 s) · 4008 too slow · 1008 binary, or far too many frames · 1009 a frame beyond 64 KiB ·
  1012 this process restarts · 1013 too many sockets, or tickets cannot be asked. After the last two and 4008: come
  again, with patience, and resume.
"""
