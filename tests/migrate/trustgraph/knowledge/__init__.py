"""Messages that carry knowledge."""

from .document import Document, TextDocument, Chunk
from .embeddings import (
    EntityEmbeddings,
    GraphEmbeddings,
    ChunkEmbeddings,
    DocumentEmbeddings,
    ObjectEmbeddings,
    StructuredObjectEmbedding,
)
from .graph import EntityContext, EntityContexts, Triples
from .knowledge import KnowledgeRequest, KnowledgeResponse
from .nlp import Definition, Topic, Relationship, Fact
from .object import ExtractedObject
from .rows import Rows
from .structured import StructuredDataSubmission
