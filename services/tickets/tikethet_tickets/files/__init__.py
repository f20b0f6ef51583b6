"""What people attach: the content in an object store, by its hash; who attached what, in PostgreSQL.

keeping.Files    take a file in, hand it out, make its preview, collect what nobody wants any more
store.Store      the object store: a folder, or S3          kinds, previews    what the content is, how it looks small
"""
