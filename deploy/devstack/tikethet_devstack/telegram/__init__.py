"""A local Telegram: a real MTProto server on loopback, for the tests and the demo.

The bot talks to it as the unpatched process that is shipped. Written fresh from Telegram's public protocol pages; only
the TL layer (the generated types) is imported from the library. Rooms, from the wire inwards:

    keys        the server's RSA key
    handshake   how a client and the server agree on an auth key
    framing     how packets stand in a stream
    wire        packets: encryption, message ids
    sessions    acks, pings, salts, containers; one request in, one answer out
    server      sockets
    boxes       messages with a count of their changes
    groups      a supergroup: its members, rights and topics
    world       everything there is, and who hears of a change
    media       uploaded bytes as photos and documents
    limits      FLOOD_WAIT
    methods     what a bot may ask
    people      what people do in their chats with a bot
    crowd       what people do in groups
    local       all of it in one piece
    proxies     SOCKS5, HTTP and MTProxy in front of it, for tests
    sandbox     the demo's page
    faults      everything that can be made to go wrong
"""
