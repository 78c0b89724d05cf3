"""Requests and answers of the services."""

from .agent import AgentStep, AgentRequest, AgentResponse
from .collection import (
    CollectionMetadata,
    CollectionManagementRequest,
    CollectionManagementResponse,
)
from .config import ConfigKey, ConfigValue, ConfigRequest, ConfigResponse, ConfigPush
from .diagnosis import StructuredDataDiagnosisRequest, StructuredDataDiagnosisResponse
from .flow import FlowRequest, FlowResponse
from .library import (
    DocumentMetadata,
    ProcessingMetadata,
    Criteria,
    LibrarianRequest,
    LibrarianResponse,
)
from .llm import (
    TextCompletionRequest,
    TextCompletionResponse,
    EmbeddingsRequest,
    EmbeddingsResponse,
    ToolRequest,
    ToolResponse,
)
from .lookup import LookupRequest, LookupResponse
from .nlp_query import QuestionToStructuredQueryRequest, QuestionToStructuredQueryResponse
from .objects_query import GraphQLError, ObjectsQueryRequest, ObjectsQueryResponse
from .prompt import PromptRequest, PromptResponse
from .query import (
    GraphEmbeddingsRequest,
    GraphEmbeddingsResponse,
    TriplesQueryRequest,
    TriplesQueryResponse,
    DocumentEmbeddingsRequest,
    DocumentEmbeddingsResponse,
)
from .retrieval import GraphRagQuery, GraphRagResponse, DocumentRagQuery, DocumentRagResponse
from .storage import StorageManagementRequest, StorageManagementResponse
from .structured_query import StructuredQueryRequest, StructuredQueryResponse
