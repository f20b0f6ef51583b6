"""What is generated is what the code says today."""

from tikethet_devstack.documents import OPENAPI, openapi


def test_the_openapi_document_is_fresh() -> None:
    assert OPENAPI.read_text("utf-8") == openapi(), "make documents"
