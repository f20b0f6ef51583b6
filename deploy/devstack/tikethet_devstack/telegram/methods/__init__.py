"""What a bot may ask, by TL method, one room for each kind of thing; reading a room registers its answers.

Each answer changes the world at once or raises RpcFault.
"""

from tikethet_devstack.telegram.methods import account, files, groups, messages, sending, topics, updates
from tikethet_devstack.telegram.methods.asked import Methods

__all__ = ["Methods", "account", "files", "groups", "messages", "sending", "topics", "updates"]
