"""What of a request AWS's own service models refuse. botocore has the models; they are made from what AWS runs."""

import functools
import typing

import botocore.model
import botocore.session
import botocore.validate
import regex

# Where botocore's folder is not the service's id in small letters.
FOLDERS = {
    "CloudWatch Logs": "logs",
    "Cognito Identity Provider": "cognito-idp",
    "EventBridge": "events",
    "SFN": "stepfunctions",
}


@functools.cache
def service_model(service):
    """The model of a service by its id, such as `SageMaker`. Raises an error if botocore has none."""
    folder = FOLDERS.get(service, service.lower().replace(" ", ""))
    loader = botocore.session.get_session().get_component("data_loader")
    model = botocore.model.ServiceModel(loader.load_service_model(folder, "service-2"))
    if model.metadata["serviceId"] != service:
        raise LookupError(f"botocore's {folder} is {model.metadata['serviceId']}, not {service}: add it to FOLDERS")
    return model


class Fault(typing.NamedTuple):
    """A value that breaks a rule of its shape."""

    # Such as `Tags[0].Key`; empty for the whole request.
    path: str
    rule: str
    value: object


def faults(service, operation, request):
    """What AWS would refuse of a request. Raises an error if botocore does not know the service or the operation."""
    model = service_model(service).operation_model(operation)
    shape = model.input_shape
    if shape is None:
        return [Fault("", "the operation has no members", request)] if request else []
    # The SDK fills these.
    tokens = {name: "0" * 36 for name in model.idempotent_members}
    return [*known_to_botocore({**tokens, **request}, shape), *unknown_to_botocore(request, shape, "")]


def known_to_botocore(request, shape):
    """Required and unknown members, types, minimums, and members of unions."""
    for kind, path, more in botocore.validate.ParamValidator().validate(request, shape)._errors:
        value = more.get("param")
        if kind == "missing required field":
            rule, value = f"lacks {more['required_name']}", more["user_params"]
        elif kind == "unknown field":
            rule, value = f"has the unknown member {more['unknown_param']}", None
        elif kind == "invalid type":
            rule = f"is not {' or '.join(more['valid_types'])}"
        elif kind == "invalid length":
            # botocore gives the length as the value.
            rule = f"is shorter than {more['min_allowed']}"
        elif kind == "invalid range":
            rule = f"is below {more['min_allowed']}"
        else:
            rule = kind
        yield Fault(path.removeprefix("."), rule, value)


def unknown_to_botocore(value, shape, path):
    """Maximums, patterns and enumerations, which botocore leaves to AWS."""
    kind, rules = shape.type_name, shape.metadata
    if kind == "structure" and isinstance(value, dict):
        for name, member in value.items():
            if name in shape.members:
                yield from unknown_to_botocore(member, shape.members[name], f"{path}.{name}".removeprefix("."))
    elif kind == "list" and isinstance(value, list):
        for at, member in enumerate(value):
            yield from unknown_to_botocore(member, shape.member, f"{path}[{at}]")
    elif kind == "map" and isinstance(value, dict):
        for name, member in value.items():
            yield from unknown_to_botocore(name, shape.key, f"{path}.{name}")
            yield from unknown_to_botocore(member, shape.value, f"{path}.{name}")
    elif kind == "string" and isinstance(value, str):
        if "pattern" in rules and not matches(value, rules["pattern"]):
            yield Fault(path, f"does not match {rules['pattern']}", value)
        if "enum" in rules and value not in rules["enum"]:
            yield Fault(path, "is none of the values that the model lists", value)
    elif kind in NUMBERS and isinstance(value, bool):
        # In Python, a bool is a number, too.
        yield Fault(path, f"is not {kind}", value)
    if "max" in rules:
        if isinstance(value, (str, bytes, list, dict)) and len(value) > rules["max"]:
            yield Fault(path, f"is longer than {rules['max']}", value)
        elif isinstance(value, (int, float)) and value > rules["max"]:
            yield Fault(path, f"is above {rules['max']}", value)


NUMBERS = ("integer", "long", "float", "double")


def matches(text, pattern):
    """Whether AWS accepts `text`.

    The whole text has to match, although few patterns say so: AWS refuses the name `my_image` for a job by a pattern
    that finds `my` in it (https://github.com/aws/sagemaker-python-sdk/issues/2652). Patterns are Java's, where words
    and digits are ASCII. The library `regex` knows the classes of Unicode that Java has, but not beside ASCII.
    """
    flags = 0 if r"\p" in pattern else regex.ASCII
    return regex.fullmatch(pattern, text, flags=flags) is not None
