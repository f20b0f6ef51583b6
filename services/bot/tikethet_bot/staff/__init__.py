"""What staff do in the chat. The desk checks their rights at each use; its refusals are told as they are."""
