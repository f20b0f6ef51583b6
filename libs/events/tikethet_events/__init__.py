"""The words of TiketHet (commands, events) and the log they are kept in.

Empty on purpose: importing words must not import drivers.
"""
