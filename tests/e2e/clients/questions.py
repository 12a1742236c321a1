"""What all clients ask, and what the simulator says to it."""

QUESTION = "What is 2+2?"
WEATHER = "Weather in Paris?"
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "Weather of a city",
                                         "parameters": PARAMETERS}}
ARGUMENTS = {"city": "simulated city"}
SCHEMA = {"type": "object",
          "properties": {"name": {"type": "string"}, "legs": {"type": "integer", "minimum": 4}},
          "required": ["name", "legs"], "additionalProperties": False}
ANIMAL = {"name": "simulated name", "legs": 4}


def answer_to(question, model):
    return f'Simulated answer of {model}: you asked "{question}".'


def weather_says(text):
    return f'says "{text}"'
