"""The library of documents and of what is being done with them."""

from pulsar.schema import Record, Array, Bytes, Long, String

from ..core.primitives import Error, Triple
from ..core.topic import topic


class DocumentMetadata(Record):
    """Describes a document in the library."""

    id = String()  # Identifier of the document.
    time = Long()  # When it was added.
    kind = String()  # Media type of the document.
    title = String()  # Title.
    comments = String()  # Comments.
    metadata = Array(Triple())  # Statements about the document.
    user = String()  # Owner of the document.
    tags = Array(String())  # Free tags.


# Describes the processing of a document of the library.
class ProcessingMetadata(Record):
    id = String()  # Identifier of the processing.
    document_id = String()  # Document that is processed.
    time = Long()  # When it was started.
    flow = String()  # Flow that does the work.
    user = String()  # Who has it processed.
    collection = String()  # Collection that the result belongs to.
    tags = Array(String())  # Free tags.


class Criteria(Record):
    """A condition on documents of the library."""

    # What is compared.
    key = String()
    # What it is compared with.
    value = String()
    # How it is compared.
    operator = String()


class LibrarianRequest(Record):
    """Asks the librarian to store, find or process documents."""

    operation = String()  # What is to be done.
    document_id = String()  # Identifier of the document.
    processing_id = String()  # Identifier of the processing.
    document_metadata = DocumentMetadata()  # The document.
    processing_metadata = ProcessingMetadata()  # The processing.
    content = Bytes()  # Content of the document.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.
    criteria = Array(Criteria())  # Conditions on the documents to list.


# Answer of the librarian.
class LibrarianResponse(Record):
    error = Error()  # Why the request failed, if it did.
    document_metadata = DocumentMetadata()  # The document.
    content = Bytes()  # Content of the document.
    document_metadatas = Array(DocumentMetadata())  # Documents that were listed.
    processing_metadatas = Array(ProcessingMetadata())  # Processings that were listed.


# Requests to the librarian.
librarian_request_queue = topic("librarian", namespace="request")

# Answers of the librarian.
librarian_response_queue = topic("librarian", namespace="response")
