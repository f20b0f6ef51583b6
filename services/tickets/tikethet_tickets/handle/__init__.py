"""Commands: load the state, look facts up, decide, append; decide again when somebody else was faster.

core.Handler            the loop, the same for every kind of stream
streams.Streams         states of streams, remembered in bounded memory
tickets, members, desk  which facts and which streams a command needs
"""
