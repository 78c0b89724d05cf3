"""The agent: questions, steps and answers."""

from pulsar.schema import Record, Array, Boolean, Map, String

from ..core.primitives import Error


# One step that the agent has taken.
class AgentStep(Record):
    thought = String()  # What the agent thought.
    action = String()  # Tool that was used.
    arguments = Map(String())  # Arguments of the tool.
    observation = String()  # What the agent saw.
    user = String()  # Who asked.


class AgentRequest(Record):
    """Asks the agent a question, with the steps so far."""

    # The question, in plain language.
    question = String()
    # State that the agent is in.
    state = String()
    # Groups of tools that may be used.
    group = Array(String())
    # Steps so far.
    history = Array(AgentStep())
    # Who asks.
    user = String()
    # Send the answer in parts.
    streaming = Boolean()


class AgentResponse(Record):
    """A part of what the agent thinks, sees or answers."""

    chunk_type = String()  # What the part is: thought, action, observation, answer or error.
    content = String()  # Text of the part.
    end_of_message = Boolean()  # Whether the message is complete.
    end_of_dialog = Boolean()  # Whether the dialog is over.
    answer = String()  # The final answer.
    error = Error()  # Why the request failed, if it did.
    thought = String()  # What the agent thought.
    observation = String()  # What the agent saw.
