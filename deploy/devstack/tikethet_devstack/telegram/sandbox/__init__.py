"""The chat page of the demo: what people would see in their Telegram clients, over HTTP on loopback.

shown    messages, keyboards and topics as the page draws them
hands    what people on the page do
launch   the Mini App, opened as Telegram opens it
house    the other processes of the demo, to kill them
serve    routes, and who is told of a change
page/    the page itself
"""
